using PgHaTutor.Checks;

namespace PgHaTutor.Lessons;

/// <summary>Reads one lesson: its file, and the scripts beside it.</summary>
internal sealed class LessonReader
{
    private const string FaultScript = "fault.sh";

    private readonly Report _report;
    private readonly List<Problem> _ofScripts = [];

    /// <summary>A solution or wrong answer that cannot be played makes the lesson unprovable, not unplayable.</summary>
    private bool _faultBroken;

    private LessonReader(string file) => _report = new Report(file);

    /// <summary>The front matter of the lesson that was read, for rules of the whole course; null where it has none.</summary>
    public FrontMatter? FrontMatter { get; private set; }

    public Lesson? Lesson { get; private set; }

    public Report Report => _report;

    public IReadOnlyList<Problem> Problems => [.. _report.Problems, .. _ofScripts];

    /// <summary>Reads; what is wrong stands in the problems, and the lesson is null where it cannot be played.</summary>
    public static LessonReader Read(string file)
    {
        var reader = new LessonReader(file);
        try
        {
            reader.Read();
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            reader.Lesson = null;
            reader._report.Break(Position.Start, $"The lesson's folder cannot be read: {cause.Message.TrimEnd('.')}.", "Look whether you may read all of its files.");
        }
        return reader;
    }

    private void Read()
    {
        if (TextFile.Lines(_report) is not { } lines || Top(lines) is not var (map, end) || !FrontMatter.IsKnownFormat(map, _report))
            return;
        var parts = LessonCutter.Cut(lines, end, _report);
        var names = NamesOf(map, parts);
        FrontMatter = FrontMatter.Read(map, names, _report);
        var blocks = Blocks(parts, FrontMatter.Lesson.Kind, names);
        var folder = Path.GetDirectoryName(Path.GetFullPath(_report.File))!;
        var lesson = FrontMatter.Lesson with
        {
            Blocks = [.. blocks.Select(block => block.Block).OfType<Block>()],
            Checks = [.. FrontMatter.Invariants, .. blocks.Select(block => block.Block).OfType<CheckBlock>().Select(block => block.Check)],
            ContentHash = LessonFolder.Hash(folder, _report) ?? "",
        };
        lesson = WithScripts(lesson, folder, names);
        new LessonRules(lesson, blocks, FrontMatter.InvariantIdsOf(map), _report).Judge();
        Lesson = _report.Broken || _faultBroken ? null : lesson;
    }

    /// <summary>The front matter, and the number of lines that it takes.</summary>
    private (MapValue Map, int End)? Top(IReadOnlyList<string> lines)
    {
        var end = lines.Skip(1).Select(line => line.TrimEnd()).ToList().IndexOf("---") + 1;
        if (lines[0].TrimEnd() != "---" || end == 0)
        {
            _report.Break(
                Position.Start, end == 0 && lines[0].TrimEnd() == "---" ? "The front matter is not closed." : "The lesson does not begin with its front matter.",
                "Put it between two lines '---' at the very top; lessons/README.md shows one.");
            return null;
        }
        if (Yaml.Read([.. lines.Skip(1).Take(end - 1)], new Position(2, 1), _report) is MapValue map)
            return (map, end + 1);
        if (!_report.Broken)
            _report.Break(new Position(2, 1), "The front matter has no fields.", "Write format, id, title and lab.");
        return null;
    }

    private static Names NamesOf(MapValue front, IReadOnlyList<LessonPart> parts)
    {
        var fences = parts.OfType<FencePart>().ToList();
        return new Names(
            FrontMatter.NodesOf(front),
            [.. fences.Where(fence => fence.IsStep).Select(fence => (fence.Attributes["step"]?.Value as TextValue)?.Text).OfType<string>().Distinct()],
            [
                .. FrontMatter.InvariantIdsOf(front).Select(id => id.Text)
                    .Concat(fences.Where(fence => fence.Word == "check").Select(fence => (fence.Attributes["id"]?.Value as TextValue)?.Text).OfType<string>())
                    .Distinct(),
            ]);
    }

    private List<ReadPart> Blocks(IReadOnlyList<LessonPart> parts, LessonKind kind, Names names)
    {
        var reader = new BlockReader(kind, names, _report);
        var blocks = new List<ReadPart>();
        for (var i = 0; i < parts.Count; i++)
        {
            var next = parts.Skip(i + 1).OfType<FencePart>().FirstOrDefault(fence => fence.IsStep);
            blocks.Add(new ReadPart(parts[i], reader.Read(parts[i], (next?.Attributes["step"]?.Value as TextValue)?.Text)));
        }
        return blocks;
    }

    private Lesson WithScripts(Lesson lesson, string folder, Names names)
    {
        var isExercise = lesson.Kind is LessonKind.Exercise;
        PlayedScript? fault = null;
        var (solutions, wrong) = (new List<PlayedScript>(), new List<WrongAnswer>());
        foreach (var file in LessonFolder.Scripts(folder))
        {
            var report = new Report(file);
            var name = Path.GetFileName(file);
            if (!isExercise && (name == FaultScript || name.StartsWith("solution-", StringComparison.Ordinal)))
                report.Break(Position.Start, "Only an exercise has this script; a lesson's steps are its solution.", "Remove it, or write kind: exercise.");
            else if (TextFile.Lines(report) is not { } lines)
                _faultBroken |= name == FaultScript;
            else if (name == FaultScript)
                fault = ScriptReader.Read(lines, names, report);
            else if (name.StartsWith("solution-", StringComparison.Ordinal) && ScriptReader.Read(lines, names, report) is { } solution)
                solutions.Add(solution);
            else if (name.StartsWith("wrong-", StringComparison.Ordinal))
                wrong.AddRange(ScriptReader.ReadWrong(lines, hasSteps: !isExercise, names, report) is { } answer ? [answer] : []);
            else if (!name.StartsWith("solution-", StringComparison.Ordinal))
                report.Blemish(Position.Start, "A script of this name is never played.", "Call it solution-….sh, wrong-….sh or fault.sh, or remove it.");
            _faultBroken |= name == FaultScript && report.Broken;
            _ofScripts.AddRange(report.Problems);
        }
        if (isExercise)
            JudgeExercise(folder, LessonFolder.Scripts(folder).Select(Path.GetFileName).OfType<string>().ToList());
        return lesson with { Fault = fault, Solutions = solutions, WrongAnswers = wrong };
    }

    private void JudgeExercise(string folder, List<string> scripts)
    {
        if (!scripts.Contains(FaultScript))
            _report.Break(Position.Start, "The exercise has no fault.sh.", $"Write into {folder} the script that breaks the lab.");
        if (scripts.Count(name => name.StartsWith("solution-", StringComparison.Ordinal)) < 2)
            _report.Blemish(Position.Start, "An exercise has at least two solutions.", "Add solution-….sh: another road to the same state.");
        if (!scripts.Exists(name => name.StartsWith("wrong-", StringComparison.Ordinal)))
            _report.Blemish(Position.Start, "An exercise has at least one wrong answer.", "Add wrong-….sh: what looks like a repair, and is none.");
    }
}
