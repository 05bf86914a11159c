using PgHaTutor.Checks;
using PgHaTutor.Sessions;

namespace PgHaTutor.Ui;

/// <summary>A check and its answer as rows: mark, word, what is to be true; under a failed one why it is not.</summary>
internal static class CheckRows
{
    /// <param name="ahead">The learner has not come to its step yet: what does not hold is then no failure.</param>
    public static IReadOnlyList<Row> Of(Check check, CheckResult? result, bool ahead, int width)
    {
        if (ahead && result is { Answer: Answer.Failed or Answer.Blocked })
            result = null;
        var answer = result?.Answer;
        var title = check.Title.Length > 0 ? check.Title : check.Id;
        Piece[] head = [new($"{Words.Mark(answer)} {Words.Name(answer)}  ", Words.Ink(answer)), .. Rows.Inline(title)];
        return [.. Rows.Wrap(head, width, "  "), .. Why(result).SelectMany(text => Rows.Wrap([new("  "), .. Rows.Inline(text, Ink.Quiet)], width, "  "))];
    }

    /// <summary>Whether a step before the check's own is still to be run.</summary>
    public static bool IsAhead(Check check, SessionState state)
    {
        if (state.Lesson is not { } lesson || check.Step is null)
            return false;
        var steps = lesson.Steps.ToList();
        var open = steps.FindIndex(step => !step.Optional && !state.Runs.ContainsKey(step.Id) && !state.Progress[lesson.Id].StepsRun.ContainsKey(step.Id));
        return open >= 0 && steps.FindIndex(step => step.Id == check.Step) > open;
    }

    /// <summary>Whether two answers read the same, so that a new look that saw the same does not write anew.</summary>
    public static bool SaysTheSame(CheckResult? one, CheckResult? other) =>
        one?.Answer == other?.Answer && Why(one).SequenceEqual(Why(other));

    private static IEnumerable<string> Why(CheckResult? result)
    {
        if (result is null or { Answer: Answer.Passed })
            yield break;
        if ((result.Explanation ?? result.Finding.Reason) is { Length: > 0 } why)
            yield return why;
    }
}
