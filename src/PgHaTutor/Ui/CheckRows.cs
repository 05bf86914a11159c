using PgHaTutor.Checks;
using PgHaTutor.Lessons;
using PgHaTutor.Sessions;

namespace PgHaTutor.Ui;

/// <summary>A check and its answer as rows: mark, word, what is to be true; under a failed one why it is not.</summary>
internal static class CheckRows
{
    /// <summary>Mark, word, title; under what does not hold the reason.</summary>
    public static IReadOnlyList<Row> Of(Check check, SessionState state, int width)
    {
        if (HiddenBy(check, state) is { } asked)
            return Hidden(asked, width);
        var result = state.Results.GetValueOrDefault(check.Id);
        // What does not hold before its step's turn is no failure.
        if (result is { Answer: Answer.Failed or Answer.Blocked, TrueFor: null } && IsAhead(check, state))
            result = null;
        var title = check.Title.Length > 0 ? check.Title : check.Id;
        Piece[] head = [IsUnseen(check, state) ? new("… is looked at  ", Ink.Quiet) : Head(check, result), .. Rows.Inline(title)];
        return [.. Rows.Wrap(head, width, "  "), .. Why(result).SelectMany(text => Rows.Wrap([new("  "), .. Rows.Inline(text, Ink.Quiet)], width, "  "))];
    }

    /// <summary>The answer by its mark and its word.</summary>
    public static Piece Head(Check check, CheckResult? result)
    {
        // What is true and has to stay so for a moment more has not failed.
        var answer = result is { TrueFor: null } ? result.Answer : (Answer?)null;
        return new($"{Words.Mark(answer, check.Tense)} {Words.Name(answer, check.Tense)}  ", Words.Ink(answer));
    }

    /// <summary>Whether it reads the same in both states, so that a new look that saw the same does not write anew.</summary>
    public static bool SaysTheSame(Check check, SessionState? one, SessionState other) => one is not null
        && SaysTheSame(one.Results.GetValueOrDefault(check.Id), other.Results.GetValueOrDefault(check.Id))
        && HiddenBy(check, one) == HiddenBy(check, other)
        && IsUnseen(check, one) == IsUnseen(check, other)
        && IsAhead(check, one) == IsAhead(check, other);

    private static bool IsUnseen(Check check, SessionState state) => state.IsTakingUp && !state.Results.ContainsKey(check.Id);

    /// <summary>In place of a check whose title or answer would answer a question that is still open.</summary>
    private static IReadOnlyList<Row> Hidden(Prediction asked, int width) =>
        Rows.Wrap([new($"{Words.Mark(null)} hidden  ", Ink.Quiet), .. Rows.Inline($"shown once you have said what you expect of `{asked.Step}`", Ink.Quiet)], width, "  ");

    /// <summary>
    /// The first question that the learner has not answered, where the check belongs to its step or to a later one: what is to be true
    /// in the end says much of what will happen. Null where it can be shown.
    /// </summary>
    public static Prediction? HiddenBy(Check check, SessionState state)
    {
        if (state.Done || state.Lesson is not { } lesson || check.Step is null || lesson.Predictions.FirstOrDefault(prediction => PredictionView.IsOpen(prediction, state)) is not { Step: { } asked } open)
            return null;
        return lesson.Steps.TakeWhile(step => step.Id != asked).All(step => step.Id != check.Step) ? open : null;
    }

    /// <summary>
    /// Whether its step's turn has not come: nothing was done yet that could have made it true, so that it does not hold is no failure.
    /// Commands of the learner's own may be meant to do what the next step is for.
    /// </summary>
    private static bool IsAhead(Check check, SessionState state)
    {
        if (state.Lesson is not { } lesson || lesson.Steps.FirstOrDefault(step => step.Id == check.Step) is not { } own || StepOrder.WasRun(own, lesson, state))
            return false;
        return !state.Progress[lesson.Id].IsOnOwnWay
            || lesson.Steps.TakeWhile(step => step.Id != own.Id).Any(step => !step.Optional && !StepOrder.IsDone(step, lesson, state));
    }

    private static bool SaysTheSame(CheckResult? one, CheckResult? other) =>
        one?.Answer == other?.Answer && one?.TrueFor is null == other?.TrueFor is null && Why(one).SequenceEqual(Why(other));

    private static IEnumerable<string> Why(CheckResult? result)
    {
        if (result is null or { Answer: Answer.Passed })
            yield break;
        if ((result.Explanation ?? result.Finding.Reason) is { Length: > 0 } why)
            yield return why;
    }
}
