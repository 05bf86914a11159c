using PgHaTutor.Checks;
using PgHaTutor.Lessons;
using PgHaTutor.Progress;
using PgHaTutor.Sessions;

namespace PgHaTutor.Ui;

/// <summary>What the learner could do next: a pointer, never a push.</summary>
/// <param name="Target">The step, prediction, check or lesson that is meant; null where none is.</param>
internal sealed record NextUp(string Text, object? Target = null)
{
    public static NextUp Of(SessionState state)
    {
        if (state.Lesson is not { } lesson)
            return Lesson(state) is { } first
                ? new NextUp($"Enter begins with “{first.Title}”; F7 goes to the course", first)
                : new NextUp("F7 goes to the course: every lesson is done");
        if (state.Lab is null)
            return new NextUp("the lab is not built; g builds it", lesson);
        if (lesson.Checks.FirstOrDefault(check => check.Tense is Tense.Invariant && Answer(check, state) is Checks.Answer.Failed) is { } violated)
            return new NextUp($"an invariant is violated: {violated.Title}", violated);
        if (InLesson(lesson, state) is { } open)
            return open;
        if (!state.Done)
            return new NextUp("the checks are not all passed yet");
        return Lesson(state) is { } following
            ? new NextUp($"done. The next one is “{following.Title}”", following)
            : new NextUp("done, and with it the whole course");
    }

    /// <summary>
    /// What is amiss after the step that ran last; else the first prediction or step that is still open; else any check that does not hold.
    /// A check of an earlier step may have to fail in the meantime: the lesson itself stops servers that it started.
    /// </summary>
    public static NextUp? InLesson(Lesson lesson, SessionState state)
    {
        var needed = lesson.Steps.Where(step => !step.Optional).ToList();
        var last = needed.TakeWhile(step => WasRun(step, lesson, state)).LastOrDefault();
        return (last is null ? null : Amiss(last, lesson, state))
            ?? lesson.Blocks.Select(block => Open(block, lesson, state)).FirstOrDefault(next => next is not null)
            ?? lesson.Checks.Select(check => NotSo(check, state)).FirstOrDefault(next => next is not null);
    }

    private static NextUp? Open(Block block, Lesson lesson, SessionState state) => block switch
    {
        PredictionBlock { Prediction: var prediction } when IsOpen(prediction, lesson, state) => new NextUp($"predict: {prediction.Ask}", prediction),
        StepBlock { Step: { Optional: false } step } when !WasRun(step, lesson, state) =>
            new NextUp($"{(step.Edit ? $"edit step {step.Id} and run it" : $"run step {step.Id} on {step.Node}")}{(Holds(step, lesson, state) ? "; what it is for holds already, so n may pass it by" : "")}", step),
        _ => null,
    };

    private static NextUp? Amiss(Step step, Lesson lesson, SessionState state)
    {
        var checks = lesson.Checks.Where(check => check.Step == step.Id).ToList();
        var holds = checks.Count > 0 && checks.All(check => Answer(check, state) is Checks.Answer.Passed);
        if (!holds && !step.ExpectFail && state.Runs.GetValueOrDefault(step.Id) is { Output: { Succeeded: false } })
            return new NextUp($"step {step.Id} did not succeed: read its output, then run it again", step);
        return checks.Select(check => NotSo(check, state)).FirstOrDefault(next => next is not null);
    }

    private static NextUp? NotSo(Check check, SessionState state) => Answer(check, state) is Checks.Answer.Failed or Checks.Answer.CannotTell
        ? new NextUp($"not so yet: {check.Title}", check)
        : null;

    private static bool IsOpen(Prediction prediction, Lesson lesson, SessionState state) =>
        !state.Progress[lesson.Id].Predictions.ContainsKey(prediction.Id)
        && !PredictionView.IsClosed(prediction, state)
        && lesson.Steps.FirstOrDefault(step => step.Id == prediction.Step) is not { Optional: true };

    /// <summary>
    /// What it is for is true without it: the learner did it in a way of its own, in another terminal for example. Or an earlier
    /// step brought it along, so this is said, and nothing is passed by for it.
    /// </summary>
    private static bool Holds(Step step, Lesson lesson, SessionState state) =>
        lesson.Checks.Where(check => check.Step == step.Id && check.Tense is not Tense.Invariant).ToList() is { Count: > 0 } checks
        && checks.All(check => Answer(check, state) is Checks.Answer.Passed);

    private static bool WasRun(Step step, Lesson lesson, SessionState state) =>
        state.Runs.ContainsKey(step.Id) || state.Progress[lesson.Id].StepsRun.ContainsKey(step.Id);

    private static Answer? Answer(Check check, SessionState state) => state.Results.GetValueOrDefault(check.Id)?.Answer;

    /// <summary>The lesson to open next: the first one after the open one that is not completed, else the first of all.</summary>
    public static Lesson? Lesson(SessionState state)
    {
        var open = state.Course.Lessons.Where(lesson => lesson.Id != state.Lesson?.Id && !state.Progress[lesson.Id].Completed).ToList();
        return state.Course.Lessons.SkipWhile(lesson => lesson.Id != state.Lesson?.Id).FirstOrDefault(open.Contains) ?? open.FirstOrDefault();
    }
}
