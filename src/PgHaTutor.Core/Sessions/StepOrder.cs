using PgHaTutor.Checks;
using PgHaTutor.Labs;
using PgHaTutor.Lessons;

namespace PgHaTutor.Sessions;

/// <summary>What of a lesson is done, and what has to come before the rest of it.</summary>
public static class StepOrder
{
    public static bool WasRun(Step step, Lesson lesson, SessionState state) =>
        state.Runs.ContainsKey(step.Id) || state.Progress[lesson.Id].StepsRun.ContainsKey(step.Id);

    /// <summary>What it is for is true; false also where no check tells.</summary>
    public static bool Holds(Step step, Lesson lesson, SessionState state) =>
        ChecksOf(step, lesson) is { Count: > 0 } checks && checks.TrueForAll(check => state.Results.GetValueOrDefault(check.Id)?.Answer is Answer.Passed);

    /// <summary>
    /// Its work is there: it ran and ended as it was meant to, or what it is for came true in a way of the learner's own. That an earlier
    /// step brought it along is no reason to pass it by, before the learner does.
    /// </summary>
    public static bool IsDone(Step step, Lesson lesson, SessionState state)
    {
        if (EndedAsMeant(step, lesson, state))
            return true;
        var steps = lesson.Steps.ToList();
        var at = steps.IndexOf(step);
        var progress = state.Progress[lesson.Id];
        var isBehind = at < steps.FindLastIndex(other => WasRun(other, lesson, state));
        if (step.Optional)
            return isBehind;
        var checks = ChecksOf(step, lesson);
        if (checks.Count > 0 && Holds(step, lesson, state) && (isBehind || WasRun(step, lesson, state) || CameTrueOnOwnWay(step, checks, lesson, state)))
            return true;
        // The learner went an own way around it. What it is for was true then, where a check tells of it, and need not be any more.
        return isBehind && !WasRun(step, lesson, state) && checks.TrueForAll(check => progress.Passed.Contains(check.Id))
            && progress.AfterOwnWay.Contains(steps.Skip(at + 1).First(other => WasRun(other, lesson, state)).Id);
    }

    /// <summary>
    /// A command of the learner's own made it true. One command may bring along what later steps look at; of those, each that still has a
    /// question to ask stays to be done, or its answer would be given away unasked.
    /// </summary>
    private static bool CameTrueOnOwnWay(Step step, List<Check> checks, Lesson lesson, SessionState state)
    {
        var progress = state.Progress[lesson.Id];
        return progress.IsOnOwnWay && checks.Exists(check => !progress.PassedBeforeOwnWay.Contains(check.Id))
            && (lesson.Predictions.All(prediction => prediction.Step != step.Id || progress.Predictions.ContainsKey(prediction.Id))
                || lesson.Steps.First(other => !other.Optional && !EndedAsMeant(other, lesson, state)) == step);
    }

    /// <summary>The first step before that one whose work the lab lacks, so that what that one shows need not be what it is meant to show; null where there is none.</summary>
    public static Step? Missing(Step step, Lesson lesson, SessionState state) => Earlier(step, lesson).FirstOrDefault(other =>
        !IsDone(other, lesson, state) && !Holds(other, lesson, state) && (ChecksOf(other, lesson).Count > 0 || !state.Progress[lesson.Id].IsOnOwnWay));

    /// <summary>The same, of those alone whose checks say so: for a look around nobody is sent back.</summary>
    public static Step? MissingByChecks(Step step, Lesson lesson, SessionState state) =>
        Earlier(step, lesson).FirstOrDefault(other => ChecksOf(other, lesson).Count > 0 && !IsDone(other, lesson, state) && !Holds(other, lesson, state));

    /// <summary>Leaving the program ended its last run, which so did not do its work, or holds nothing open any more.</summary>
    public static bool IsCutShort(Step step, Lesson lesson, SessionState state) =>
        !state.Runs.ContainsKey(step.Id) && state.Progress[lesson.Id].EndedByLeaving.Contains(step.Id);

    /// <summary>What it is for came true, and not by it: what was predicted of it has no outcome, and needs none any more.</summary>
    public static bool WasDoneOtherwise(Step step, Lesson lesson, SessionState state) => !step.Optional && IsDone(step, lesson, state)
        && (!WasRun(step, lesson, state) || (!EndedAsMeant(step, lesson, state) && Holds(step, lesson, state) && state.Progress[lesson.Id].AfterOwnWay.Contains(step.Id)));

    /// <summary>It was passed by, and its server does not run now: there is no sense in going back to it.</summary>
    public static bool IsOutOfReach(Step step, Lesson lesson, SessionState state) => step.Language is StepLanguage.Sql && !WasRun(step, lesson, state)
        && lesson.Steps.SkipWhile(other => other.Id != step.Id).Any(other => WasRun(other, lesson, state))
        && state.Observation?.Nodes.FirstOrDefault(node => node.Name == step.Node) is { State: NodeState.Stopped or NodeState.Absent };

    /// <summary>It ran, and yet what was predicted of it has no outcome: a step before it was missing then, or its text was another.</summary>
    public static bool IsUnscored(Step step, Lesson lesson, SessionState state) => state.Work is null && WasRun(step, lesson, state) && !WasDoneOtherwise(step, lesson, state)
        && lesson.Predictions.Any(prediction => prediction.Step == step.Id
            && state.Progress[lesson.Id].Predictions.ContainsKey(prediction.Id) && !state.Progress[lesson.Id].Scores.ContainsKey(prediction.Id));

    /// <summary>The first step still to do that is this very command; null where there is none.</summary>
    public static Step? ToTheLetter(string node, string text, StepLanguage language, Lesson lesson, SessionState state) => lesson.Steps.FirstOrDefault(step =>
        step is { Background: false, Edit: false } && step.Node == node && step.Language == language && Letters(step.Text, language) == Letters(text, language) && !IsDone(step, lesson, state));

    private static string Letters(string text, StepLanguage language) =>
        string.Join('\n', text.Trim().TrimEnd(language is StepLanguage.Sql ? ';' : ' ').Split('\n').Select(line => line.TrimEnd()));

    private static IEnumerable<Step> Earlier(Step step, Lesson lesson) => lesson.Steps.TakeWhile(other => other.Id != step.Id).Where(other => !other.Optional);

    private static List<Check> ChecksOf(Step step, Lesson lesson) =>
        [.. lesson.Checks.Where(check => check.Step == step.Id && check.Tense is not Tense.Invariant)];

    private static bool EndedAsMeant(Step step, Lesson lesson, SessionState state) => state.Runs.GetValueOrDefault(step.Id) switch
    {
        // What was edited may have failed for a reason of its own.
        { Output.Succeeded: false } run when step.ExpectFail && step.IsChangedBy(run.Text) => false,
        { Output: { } output } => output.Succeeded != step.ExpectFail || step.Background,
        { } => true,
        null when IsCutShort(step, lesson, state) && !state.Done => false,
        null => state.Progress[lesson.Id].StepsRun.TryGetValue(step.Id, out var well) && (well != step.ExpectFail || step.Background),
    };
}
