using Markdig;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;
using PgHaTutor.Checks;
using PgHaTutor.Hosts;

namespace PgHaTutor.Lessons;

/// <summary>What only a lesson as a whole can be asked: that ids are unique, that needs can be met, that help is there.</summary>
/// <param name="read">The parts with the blocks that they became.</param>
internal sealed class LessonRules(Lesson lesson, IReadOnlyList<ReadPart> read, IReadOnlyList<TextValue> invariants, Report report)
{
    /// <summary>A shorter command in a hint gives nothing away.</summary>
    private const int LongEnoughToPaste = 12;

    private static readonly MarkdownPipeline WithPlaces = new MarkdownPipelineBuilder().UsePreciseSourceLocation().Build();

    private readonly IReadOnlyList<Fence> _fences = [.. read.Where(one => one.Part is FencePart).Select(one => new Fence((FencePart)one.Part, one.Block))];

    public void Judge()
    {
        Unique("step", _fences.Where(part => part.Part.IsStep).Select(part => part.Part.Attributes["step"]?.Value));
        Unique("check", [.. invariants, .. _fences.Where(part => part.Part.Word == "check").Select(part => part.Part.Attributes["id"]?.Value)]);
        Unique("prediction", _fences.Where(part => part.Part.Word == "predict").Select(part => part.Part.Attributes["id"]?.Value));
        JudgeNeeds();
        JudgeHosts();
        JudgeHints();
        if (lesson.Checks.Count == 0 && !report.Broken)
            report.Blemish(Position.Start, "The lesson has no check.", "Add one: what is true at its end, and was not at its start?");
    }

    private void Unique(string kind, IEnumerable<Value?> ids)
    {
        foreach (var twice in ids.OfType<TextValue>().GroupBy(id => id.Text).SelectMany(group => group.Skip(1)))
            report.Break(twice.TextAt, $"There is a {kind} '{twice.Text}' already.", "Give this one another id.");
    }

    private void JudgeNeeds()
    {
        var order = lesson.Steps.Select(step => step.Id).ToList();
        foreach (var (part, block) in _fences)
        {
            if (block is not CheckBlock { Check: var check } || part.Attributes["needs"]?.Value is not { } at)
                continue;
            if (References.Circle(check.Id, id => Find(id)?.Needs ?? []) is { } circle)
                report.Break(at.At, $"None of these can ever pass: {string.Join(" needs ", circle)}.", "Take one of them out.");
            else if (check.Needs.Select(Find).OfType<Check>().FirstOrDefault(need => IsLater(need, check, order)) is { } later)
                report.Break(at.At, $"'{later.Id}' belongs to a later step, '{later.Step}', and cannot have passed yet.", "Need only what an earlier step, or this one, makes true.");
        }
    }

    /// <summary>One host has no network to its nodes' other hosts.</summary>
    private void JudgeHosts()
    {
        foreach (var (part, block) in _fences)
            if (lesson.MinimumHosts < 2 && block is StepBlock { Hosts: not HostCount.Several, Step: { Language: StepLanguage.Host } step }
                && step.Text.Split('\n').Select(HostTrouble.Parse).Any(trouble => trouble?.Kind is TroubleKind.Cut or TroubleKind.Delay or TroubleKind.Loss))
                report.Blemish(part.At, $"The step '{step.Id}' fails where all nodes live on one host.", "Write needs: {hosts: 2} in the front matter, or hosts=several here.");
    }

    private static bool IsLater(Check need, Check check, List<string> order) =>
        !need.FromStart && need.Step is not null && check.Step is not null && order.IndexOf(need.Step) > order.IndexOf(check.Step);

    private Check? Find(string id) => lesson.Checks.FirstOrDefault(check => check.Id == id);

    private void JudgeHints()
    {
        foreach (var group in _fences.Where(part => part.Block is HintBlock).GroupBy(part => ((HintBlock)part.Block!).Hint.Step))
            JudgeTiers([.. group]);
        var helped = lesson.Hints.Select(hint => hint.Step).ToHashSet();
        if (lesson.Kind is LessonKind.Exercise && helped.Count == 0)
            report.Blemish(Position.Start, "The exercise has no hint.", "Add one: ```hint {tier=1}");
        foreach (var (part, block) in _fences)
            if (lesson.Kind is LessonKind.Lesson && block is StepBlock { Step: var step } && !helped.Contains(step.Id) && lesson.Checks.Any(check => check.Step == step.Id))
                report.Blemish(part.At, $"The step '{step.Id}' has a check and no hint.", $"Add one: ```hint {{step={step.Id} tier=1}}");
    }

    private void JudgeTiers(IReadOnlyList<Fence> hints)
    {
        var seen = new HashSet<int>();
        var all = hints.Select(hint => ((HintBlock)hint.Block!).Hint.Tier).ToHashSet();
        foreach (var (part, block) in hints)
        {
            var hint = ((HintBlock)block!).Hint;
            var at = part.Attributes["tier"]?.Value.At ?? part.At;
            if (!seen.Add(hint.Tier))
                report.Blemish(at, $"There is a hint of tier {hint.Tier} here already.", "Join the two, or give this one another tier.");
            if (hint.Tier > 1 && !all.Contains(hint.Tier - 1))
                report.Blemish(at, $"Tier {hint.Tier} comes without a tier {hint.Tier - 1}.", "Count the tiers from 1, without a gap.");
            if (hint.Tier < 3)
                JudgePaste(part, hint);
        }
    }

    /// <summary>The first two tiers help to find the answer; they do not hold it.</summary>
    private void JudgePaste(FencePart part, Hint hint)
    {
        var answers = Answers().ToHashSet();
        foreach (var code in Code(hint.Markdown))
        {
            var at = part.BodyAt with { Line = part.BodyAt.Line + code.Line };
            if (code is CodeBlock)
                report.Blemish(at, $"A hint of tier {hint.Tier} holds a block of code that can be pasted.", "Point at what to look for, or move it to tier 3.");
            else if (code is CodeInline inline && inline.Content.Trim().Length >= LongEnoughToPaste && answers.Contains(Bare(inline.Content)))
                report.Blemish(at.Right(inline.Column), $"A hint of tier {hint.Tier} holds a line of the answer.", "Name the program or the view only, or move it to tier 3.");
        }
    }

    private static IEnumerable<MarkdownObject> Code(string markdown)
    {
        try
        {
            return [.. Markdown.Parse(markdown, WithPlaces).Descendants().Where(part => part is CodeBlock or CodeInline)];
        }
        catch (Exception)
        {
            // Too deeply nested for Markdig: then it holds no code that anybody could find.
            return [];
        }
    }

    private IEnumerable<string> Answers() => lesson.Steps.Where(step => !step.Optional).Select(step => step.Text)
        .Concat(lesson.Solutions.SelectMany(solution => solution.Parts).Select(part => part.Text))
        .SelectMany(text => text.Split('\n'))
        .Select(Bare);

    private static string Bare(string line) =>
        string.Join(' ', line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).TrimEnd(';').ToLowerInvariant();

    private sealed record Fence(FencePart Part, Block? Block);
}
