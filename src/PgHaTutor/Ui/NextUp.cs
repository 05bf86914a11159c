using PgHaTutor.Checks;
using PgHaTutor.Lessons;
using PgHaTutor.Sessions;

namespace PgHaTutor.Ui;

/// <summary>What the learner could do next: a pointer, never a push.</summary>
/// <param name="Target">The step, prediction, check or lesson that is meant; null where none is.</param>
internal sealed record NextUp(string Text, object? Target = null)
{
    /// <summary>Where nothing goes on from here, and a reset is what helps.</summary>
    public bool GoesBack { get; init; }

    public static NextUp Of(SessionState state)
    {
        if (state.Lesson is not { } lesson)
            return Lesson(state) is { } first
                ? new NextUp($"begin with “{first.Title}”", first)
                : new NextUp("every lesson is done; F7 goes to the course");
        if (state.Lab is null)
            return new NextUp("build the lab, which does not stand", lesson);
        if (state.BrokenReset is { } broken)
            return new NextUp($"the reset {(broken.ToStep is { } step ? $"to step {step} " : "")}was broken off: R does it again") { GoesBack = true };
        if (lesson.Checks.FirstOrDefault(check => check.Tense is Tense.Invariant && Answer(check, state) is Checks.Answer.Failed) is { } violated)
            return new NextUp($"violated, R goes back: {violated.Title}", violated);
        if (InLesson(lesson, state) is { } open)
            return state.Done ? open with { Text = $"done; more to see: {open.Text}" } : open;
        if (!state.Done)
            return new NextUp("the checks are not all passed yet");
        return Lesson(state) is { } following
            ? new NextUp($"done; then “{following.Title}”", following)
            : new NextUp("done, and with it the whole course");
    }

    /// <summary>
    /// What is amiss after the step that ran last; else, in the order of the text, the first prediction or step that is still open;
    /// else any check that does not hold. A check of an earlier step may have to fail in the meantime: the lesson itself stops servers that it started.
    /// </summary>
    public static NextUp? InLesson(Lesson lesson, SessionState state)
    {
        var last = lesson.Steps.TakeWhile(step => step.Optional || StepOrder.WasRun(step, lesson, state)).LastOrDefault(step => !step.Optional);
        return (last is null ? null : Amiss(last, lesson, state))
            ?? lesson.Blocks.Select(block => Open(block, lesson, state)).FirstOrDefault(next => next is not null)
            ?? lesson.Checks.Select(check => NotSo(check, state)).FirstOrDefault(next => next is not null);
    }

    private static NextUp? Open(Block block, Lesson lesson, SessionState state) => block switch
    {
        PredictionBlock { Prediction: var prediction } when PredictionView.IsOpen(prediction, state) => new NextUp(Question(prediction), prediction),
        StepBlock { Step: var step } when IsOpen(step, lesson, state) => new NextUp(Todo(step, lesson, state), step),
        _ => null,
    };

    private static bool IsOpen(Step step, Lesson lesson, SessionState state)
    {
        if (StepOrder.IsOutOfReach(step, lesson, state))
            return false;
        // To run it again for the sake of its prediction takes the step that was missing.
        var missing = lesson.Steps.FirstOrDefault(other => other.Id == state.Runs.GetValueOrDefault(step.Id)?.Missing);
        return !StepOrder.IsDone(step, lesson, state)
            || (StepOrder.IsUnscored(step, lesson, state) && (missing is null || !StepOrder.IsOutOfReach(missing, lesson, state)));
    }

    private static string Question(Prediction prediction) => prediction.Step is { } step ? $"say what you expect of step {step}" : $"predict: {prediction.Ask}";

    private static string Todo(Step step, Lesson lesson, SessionState state) => step switch
    {
        _ when StepOrder.IsCutShort(step, lesson, state) => $"run step {step.Id} on {step.Node} again: leaving ended it",
        _ when StepOrder.WasRun(step, lesson, state) => $"run step {step.Id} on {step.Node} again",
        { Optional: true } => $"look around with step {step.Id} on {step.Node}",
        { Edit: true } => $"edit step {step.Id} and run it",
        _ => $"run step {step.Id} on {step.Node}",
    };

    private static NextUp? Amiss(Step step, Lesson lesson, SessionState state)
    {
        if (!StepOrder.Holds(step, lesson, state) && !step.ExpectFail && state.Runs.GetValueOrDefault(step.Id) is { Output: { Succeeded: false } })
            return state.Progress[lesson.Id].AfterOwnWay.Contains(step.Id)
                ? new NextUp($"step {step.Id} failed, maybe for what you did before it: mend that and run it again, or R goes back", step)
                : new NextUp($"step {step.Id} did not succeed: read its output, then run it again", step);
        if (StepOrder.IsCutShort(step, lesson, state) && !StepOrder.Holds(step, lesson, state))
            return new NextUp(Todo(step, lesson, state), step);
        return lesson.Checks.Where(check => check.Step == step.Id).Select(check => NotSo(check, state)).FirstOrDefault(next => next is not null);
    }

    private static NextUp? NotSo(Check check, SessionState state) => state.Results.GetValueOrDefault(check.Id) is { Answer: Checks.Answer.Failed or Checks.Answer.CannotTell, TrueFor: null }
        ? CheckRows.HiddenBy(check, state) is { } asked ? new NextUp(Question(asked), asked) : new NextUp($"not so yet: {check.Title}", check)
        : null;

    private static Answer? Answer(Check check, SessionState state) => state.Results.GetValueOrDefault(check.Id)?.Answer;

    /// <summary>
    /// The lesson to open next: the first one after the open one that is not completed, else the first of all; before others those that build on
    /// nothing that is not done yet.
    /// </summary>
    public static Lesson? Lesson(SessionState state)
    {
        var open = state.Course.Lessons.Where(lesson => lesson.Id != state.Lesson?.Id && !state.Progress[lesson.Id].Completed && state.CanShow(lesson)).ToList();
        var after = state.Course.Lessons.SkipWhile(lesson => lesson.Id != state.Lesson?.Id).Where(open.Contains).Concat(open).ToList();
        return after.Find(lesson => lesson.NeedsLessons.All(id => state.Progress[id].Completed || id == state.Lesson?.Id)) ?? after.FirstOrDefault();
    }
}
