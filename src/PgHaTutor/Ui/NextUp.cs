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
            return new NextUp("the lab is not built: press Enter on the lesson in the course", lesson);
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

    /// <summary>The lesson to open next: the first one after the open one that is not completed, else the first of all.</summary>
    public static Lesson? Lesson(SessionState state)
    {
        var open = state.Course.Lessons.Where(lesson => lesson.Id != state.Lesson?.Id && !state.Progress[lesson.Id].Completed).ToList();
        return state.Course.Lessons.SkipWhile(lesson => lesson.Id != state.Lesson?.Id).FirstOrDefault(open.Contains) ?? open.FirstOrDefault();
    }
}
