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
            return new NextUp("choose a lesson in the course and press Enter");
        if (state.Lab is null)
            return new NextUp("the lab is not built: press Enter on the lesson in the course", lesson);
        if (lesson.Checks.FirstOrDefault(check => check.Tense is Tense.Invariant && Answer(check, state) is Checks.Answer.Failed) is { } violated)
            return new NextUp($"an invariant is violated: {violated.Title}", violated);
        if (InLesson(lesson, state) is { } open)
            return open;
        if (!state.Done)
            return new NextUp("the checks are not all passed yet");
        return After(lesson, state) is { } following
            ? new NextUp($"done. The next one is “{following.Title}”", following)
            : new NextUp("done, and with it the whole course");
    }

    /// <summary>The first block of the lesson that is still open; null where none is.</summary>
    public static NextUp? InLesson(Lesson lesson, SessionState state) =>
        lesson.Blocks.Select(block => Open(block, lesson, state)).FirstOrDefault(next => next is not null);

    private static NextUp? Open(Block block, Lesson lesson, SessionState state) => block switch
    {
        PredictionBlock { Prediction: var prediction }
            when !state.Progress[lesson.Id].Predictions.ContainsKey(prediction.Id) && !PredictionView.IsClosed(prediction, state) =>
            new NextUp($"predict: {prediction.Ask}", prediction),
        StepBlock { Step: { Optional: false } step } => Open(step, state.Progress[lesson.Id], state),
        CheckBlock { Check: var check } when Answer(check, state) is Checks.Answer.Failed or Checks.Answer.CannotTell =>
            new NextUp($"not so yet: {check.Title}", check),
        _ => null,
    };

    private static NextUp? Open(Step step, LessonProgress progress, SessionState state)
    {
        var run = state.Runs.GetValueOrDefault(step.Id);
        if (run is null && !progress.StepsRun.ContainsKey(step.Id))
            return new NextUp(step.Edit ? $"edit step {step.Id} and run it" : $"run step {step.Id} on {step.Node}", step);
        return run is { Output: { Succeeded: false } } && !step.ExpectFail
            ? new NextUp($"step {step.Id} did not succeed: read its output, then run it again", step)
            : null;
    }

    private static Answer? Answer(Check check, SessionState state) => state.Results.GetValueOrDefault(check.Id)?.Answer;

    private static Lesson? After(Lesson lesson, SessionState state) =>
        state.Course.Lessons.SkipWhile(one => one.Id != lesson.Id).Skip(1).FirstOrDefault(one => !state.Progress[one.Id].Completed)
        ?? state.Course.Lessons.FirstOrDefault(one => one.Id != lesson.Id && !state.Progress[one.Id].Completed);
}
