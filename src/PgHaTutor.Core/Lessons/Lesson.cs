using PgHaTutor.Checks;
using PgHaTutor.Labs;

namespace PgHaTutor.Lessons;

/// <summary>The curriculum as it lies on disk, with every problem that reading it showed.</summary>
public sealed record Course(IReadOnlyList<Module> Modules, IReadOnlyList<Problem> Problems)
{
    public IEnumerable<Lesson> Lessons => Modules.SelectMany(module => module.Lessons);
    public Lesson? this[string id] => Lessons.FirstOrDefault(lesson => lesson.Id == id);
}

/// <param name="Name">The folder's name, for example <c>01-cluster</c>.</param>
/// <param name="Title">The first heading of the folder's README.md.</param>
public sealed record Module(string Name, string Title, IReadOnlyList<Lesson> Lessons);

/// <summary>What is wrong in a lesson file, where (from 1), and how to mend it.</summary>
public sealed record Problem(string File, int Line, int Column, string What, string Mend)
{
    public override string ToString() => $"{File}:{Line}:{Column}: {What} {Mend}";
}

public enum LessonKind { Lesson, Exercise }

/// <summary>One lesson file, read.</summary>
public sealed record Lesson
{
    public required string Id { get; init; }
    public required string Title { get; init; }
    public LessonKind Kind { get; init; }
    public int Level { get; init; } = 1;

    /// <summary>Minutes that a newcomer needs, by target ("local", "docker", "ssh").</summary>
    public IReadOnlyDictionary<string, int> Minutes { get; init; } = new Dictionary<string, int>();
    public IReadOnlyList<string> NeedsLessons { get; init; } = [];
    public IReadOnlyList<string> NeedsTools { get; init; } = [];

    /// <summary>The oldest and the newest major version that the lesson claims; null where unbounded.</summary>
    public int MinimumVersion { get; init; } = 13;
    public int? MaximumVersion { get; init; }

    /// <summary>The kinds of target that the lesson claims.</summary>
    public IReadOnlyList<string> Targets { get; init; } = AllTargets;

    /// <summary>How many hosts it takes at the least: 2 where something happens to the network between the nodes.</summary>
    public int MinimumHosts { get; init; } = 1;
    public IReadOnlyList<string> Objectives { get; init; } = [];

    /// <summary>What a lab cannot show honestly, on one host and on several; null where it shows all.</summary>
    public string? NotSimulated { get; init; }
    public string? NotSimulatedOnSeveral { get; init; }
    public required Recipe Recipe { get; init; }
    public IReadOnlyList<Parameter> Parameters { get; init; } = [];
    public IReadOnlyList<Block> Blocks { get; init; } = [];

    /// <summary>Every check, those of the front matter's invariants first.</summary>
    public IReadOnlyList<Check> Checks { get; init; } = [];

    /// <summary>What breaks the lab before an exercise begins; null for a lesson.</summary>
    public PlayedScript? Fault { get; init; }
    public IReadOnlyList<PlayedScript> Solutions { get; init; } = [];
    public IReadOnlyList<WrongAnswer> WrongAnswers { get; init; } = [];

    /// <summary>The file, and SHA-256 over it and all files beside it, in hexadecimal.</summary>
    public required string File { get; init; }
    public required string ContentHash { get; init; }

    public static IReadOnlyList<string> AllTargets { get; } = ["local", "docker", "ssh"];

    /// <summary>The lesson as it is on such a lab: without the blocks that are for others.</summary>
    public Lesson On(HostCount hosts)
    {
        var checks = Blocks.OfType<CheckBlock>().Where(block => !For(block.Hosts)).Select(block => block.Check.Id).ToHashSet();
        return this with
        {
            NotSimulated = hosts is HostCount.One ? NotSimulated : NotSimulatedOnSeveral,
            Blocks = [.. Blocks.Where(block => For(block.Hosts))],
            Checks = [.. Checks.Where(check => !checks.Contains(check.Id))],
            Solutions = [.. Solutions.Where(solution => For(solution.Hosts))],
            WrongAnswers = [.. WrongAnswers.Where(wrong => For(wrong.Script.Hosts))],
        };

        bool For(HostCount? only) => only is null || only == hosts;
    }

    public IEnumerable<Step> Steps => Blocks.OfType<StepBlock>().Select(block => block.Step);
    public IEnumerable<Prediction> Predictions => Blocks.OfType<PredictionBlock>().Select(block => block.Prediction);
    public IEnumerable<Hint> Hints => Blocks.OfType<HintBlock>().Select(block => block.Hint);
}

/// <summary>A piece of a lesson in the order of the file.</summary>
public abstract record Block(int Line)
{
    /// <summary>The labs that it is for: those whose nodes share one host, or live on several; null for all.</summary>
    public HostCount? Hosts { get; init; }
}

/// <summary>How many hosts a lab's nodes live on, as far as a lesson cares.</summary>
public enum HostCount { One, Several }

/// <summary>Ordinary Markdown, as text.</summary>
public sealed record ProseBlock(string Markdown, int Line) : Block(Line);

/// <summary>A callout: <c>&gt; [!NOTE]</c> and its kin. Kind is NOTE, TIP, IMPORTANT, WARNING or CAUTION.</summary>
public sealed record CalloutBlock(string Kind, string Markdown, int Line) : Block(Line);
public sealed record StepBlock(Step Step, int Line) : Block(Line);
public sealed record PredictionBlock(Prediction Prediction, int Line) : Block(Line);
public sealed record CheckBlock(Check Check, int Line) : Block(Line);
public sealed record HintBlock(Hint Hint, int Line) : Block(Line);

/// <summary>How a step is written: bash on the node's host, SQL on the node, or what happens to the node's host (a line each, see HostTrouble).</summary>
public enum StepLanguage { Sh, Sql, Host }

/// <summary>A command that the learner runs.</summary>
public sealed record Step(string Id, string Node, StepLanguage Language, string Text)
{
    /// <summary>The learner is expected to change it before running it.</summary>
    public bool Edit { get; init; }

    /// <summary>It stays open (a held transaction, a load) until the lesson is left or reset.</summary>
    public bool Background { get; init; }

    /// <summary>It is meant to fail; a success is then the surprise.</summary>
    public bool ExpectFail { get; init; }

    /// <summary>Not needed for the lesson's checks; a look around.</summary>
    public bool Optional { get; init; }

    /// <summary>The learner ran something else than the lesson has here: what the lesson says of the step need not hold for it.</summary>
    public bool IsChangedBy(string text) => !Edit && text.Trim() != Text.Trim();
}

/// <summary>A question that is answered before a step runs and scored by what the cluster then does.</summary>
public sealed record Prediction(string Id, string Ask, IReadOnlyList<Choice> Choices, Observe Observe)
{
    /// <summary>The step before which it is asked: the next step in the file.</summary>
    public string? Step { get; init; }

    /// <summary>What to say once the outcome is known.</summary>
    public string? Explain { get; init; }
}

/// <summary>A choice holds when its condition holds over the observed facts, or else when its text equals <c>value</c>.</summary>
public sealed record Choice(string Text, Condition? When);

/// <summary>How a prediction's outcome is seen: SQL on a node after the step, or the step's own end.</summary>
/// <param name="Sql">Facts: value (first column of the first row), error, sqlstate. Null: facts exit_code, output, seconds of the step.</param>
public sealed record Observe(string? Node, string? Sql);

/// <summary>Help in tiers: 1 orients, 2 points at evidence, 3 is the worked step.</summary>
public sealed record Hint(string? Step, int Tier, string Markdown);

/// <summary>A value of the learner's own, made from the learner's seed.</summary>
/// <param name="Kind"><c>name</c> (an identifier), <c>number</c> (between From and To).</param>
public sealed record Parameter(string Name, string Kind)
{
    public int Minimum { get; init; }
    public int Maximum { get; init; }
}

/// <summary>A script beside the lesson: its parts, each with the node on whose host it runs.</summary>
public sealed record PlayedScript(string File, IReadOnlyList<ScriptPart> Parts)
{
    /// <summary>The labs that it is for; null for all.</summary>
    public HostCount? Hosts { get; init; }
}

public sealed record ScriptPart(string Node, string Text)
{
    public StepLanguage Language { get; init; } = StepLanguage.Sh;
}

/// <summary>A wrong answer: the script, and the check that must fail because of it.</summary>
/// <param name="At">In a lesson with steps: the step that it replaces, after the steps before it; null: at the start.</param>
public sealed record WrongAnswer(PlayedScript Script, string Check, string Why, string? At);
