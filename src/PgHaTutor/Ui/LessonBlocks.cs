using PgHaTutor.Lessons;

namespace PgHaTutor.Ui;

/// <summary>Makes the views of a lesson: its head, its text between what can be done, and what an exercise tells when it is solved.</summary>
internal static class LessonBlocks
{
    public static IEnumerable<View> Of(Lesson lesson, BlockActions actions)
    {
        yield return new HeadView(lesson);
        HashSet<string> hinted = [];
        var told = lesson.Kind is LessonKind.Exercise
            ? lesson.Blocks.Count - lesson.Blocks.Reverse().TakeWhile(block => block is ProseBlock or CalloutBlock).Count()
            : lesson.Blocks.Count;
        foreach (var view in ViewsOf(lesson, lesson.Blocks.Take(told), hinted, actions))
            yield return view;
        if (told < lesson.Blocks.Count)
            yield return new AfterwardsView([.. ViewsOf(lesson, lesson.Blocks.Skip(told), hinted, actions)]);
    }

    private static IEnumerable<View> ViewsOf(Lesson lesson, IEnumerable<Block> blocks, HashSet<string> hinted, BlockActions actions)
    {
        var prose = "";
        foreach (var block in blocks)
        {
            if (block is ProseBlock text)
            {
                prose = $"{prose}\n\n{text.Markdown.Trim()}".Trim();
                // The lesson's name stands above the pane already.
                if (block == lesson.Blocks[0] && prose.StartsWith("# ", StringComparison.Ordinal))
                    prose = prose[(prose.IndexOf('\n') is >= 0 and var end ? end : prose.Length)..].Trim();
                continue;
            }
            foreach (var passage in Passages.Of(prose))
                yield return passage;
            prose = "";
            if (ViewOf(block, lesson, hinted, actions) is { } view)
                yield return view;
        }
        foreach (var passage in Passages.Of(prose))
            yield return passage;
    }

    private static View? ViewOf(Block block, Lesson lesson, HashSet<string> hinted, BlockActions actions) => block switch
    {
        CalloutBlock callout => new CalloutView(callout),
        StepBlock { Step: var step } => new StepView(step, actions),
        PredictionBlock { Prediction: var prediction } => new PredictionView(prediction, actions),
        CheckBlock { Check: var check } => new CheckView(check, actions),
        HintBlock { Hint: var hint } when hinted.Add(hint.Step ?? "") =>
            new HintView(hint.Step, [.. lesson.Hints.Where(other => other.Step == hint.Step)], actions),
        _ => null,
    };
}
