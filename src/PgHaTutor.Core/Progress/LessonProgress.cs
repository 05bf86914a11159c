using System.Collections.Immutable;

namespace PgHaTutor.Progress;

/// <summary>
/// One lesson's part of the progress. Sets hold ids. An attempt begins with a new lab or a reset to the start, which forgets its steps,
/// answers and predictions; that the lesson was completed, and the hints that were seen, stay.
/// </summary>
public sealed record LessonProgress
{
    public static LessonProgress NotStarted { get; } = new();

    public bool Started { get; init; }
    public bool Completed { get; init; }

    /// <summary>Completed since the lesson was last started or reset.</summary>
    public bool CompletedThisTime { get; init; }
    public string? LabId { get; init; }

    /// <summary>The number of the attempt: it grows with every new lab and every reset.</summary>
    public int Attempt { get; init; }

    /// <summary>Where its lab was built, as <c>--target</c> names it.</summary>
    public string? Target { get; init; }

    /// <summary>A reset that has begun and not ended: it is under way, or was broken off.</summary>
    public ResetBegan? Resetting { get; init; }

    /// <summary>Steps whose command ran, and whether by its last run it ended with 0.</summary>
    public IReadOnlyDictionary<string, bool> StepsRun { get; init; } = ImmutableDictionary<string, bool>.Empty;

    /// <summary>Those of them that did not end by themselves the last time: leaving the program ended them.</summary>
    public IReadOnlySet<string> EndedByLeaving { get; init; } = ImmutableHashSet<string>.Empty;

    /// <summary>Commands of the learner's own ran since the last step: it may be that they did what the next ones are for.</summary>
    public bool IsOnOwnWay { get; init; }

    /// <summary>What had passed before those commands, so was not their work.</summary>
    public IReadOnlySet<string> PassedBeforeOwnWay { get; init; } = ImmutableHashSet<string>.Empty;

    /// <summary>Steps before whose first run the learner went an own way.</summary>
    public IReadOnlySet<string> AfterOwnWay { get; init; } = ImmutableHashSet<string>.Empty;

    /// <summary>Milestones that passed in this attempt, and how they did.</summary>
    public IReadOnlyDictionary<string, CheckAnswered> Milestones { get; init; } = ImmutableDictionary<string, CheckAnswered>.Empty;

    /// <summary>Every check that passed at some time in this attempt.</summary>
    public IReadOnlySet<string> Passed { get; init; } = ImmutableHashSet<string>.Empty;

    /// <summary>Those of them that had passed when they were last answered.</summary>
    public IReadOnlySet<string> Holding { get; init; } = ImmutableHashSet<string>.Empty;

    /// <summary>Invariants that were violated in this attempt, and how they were first.</summary>
    public IReadOnlyDictionary<string, CheckAnswered> Violated { get; init; } = ImmutableDictionary<string, CheckAnswered>.Empty;

    /// <summary>Prediction → the choice that was made.</summary>
    public IReadOnlyDictionary<string, string> Predictions { get; init; } = ImmutableDictionary<string, string>.Empty;
    public IReadOnlyDictionary<string, PredictionScored> Scores { get; init; } = ImmutableDictionary<string, PredictionScored>.Empty;

    /// <summary>Step ("" for the lesson as a whole) → the highest tier shown.</summary>
    public IReadOnlyDictionary<string, int> Hints { get; init; } = ImmutableDictionary<string, int>.Empty;

    /// <summary>Whether a solution was played in this attempt.</summary>
    public bool SolutionPlayed { get; init; }

    /// <summary>Step → what was true before its first run in this attempt, for a reset to that step.</summary>
    private ImmutableDictionary<string, LessonProgress> BeforeStep { get; init; } = ImmutableDictionary<string, LessonProgress>.Empty;

    /// <summary>Check → the step that it belongs to.</summary>
    private ImmutableDictionary<string, string> StepOfCheck { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>This lesson's progress once that has happened too.</summary>
    public LessonProgress After(JournalEvent happened) => happened switch
    {
        // It was true of a lab that another program has reset or replaced meanwhile.
        LessonCompleted when IsOver(happened) => this with { Completed = true },
        _ when IsOver(happened) => this,
        LessonStarted started when started.LabId == LabId => this with { Started = true, Target = started.Target },
        LessonStarted started => NewAttempt(started.LabId) with { Target = started.Target },
        ResetBegan began => this with { Resetting = began },
        LessonReset { ToStep: null } => NewAttempt(LabId) with { Resetting = Resetting },
        LessonReset { ToStep: { } step } reset => BackTo(step, reset) with { Resetting = Resetting },
        ResetEnded => this with { Resetting = null },
        CommandRan { Step: { } step } ran => this with
        {
            BeforeStep = BeforeStep.ContainsKey(step) ? BeforeStep : BeforeStep.SetItem(step, this),
            StepsRun = With(StepsRun, step, ran.ExitCode == 0),
            EndedByLeaving = ran.EndedByLeaving ? With(EndedByLeaving, step) : EndedByLeaving.ToImmutableHashSet().Remove(step),
            AfterOwnWay = IsOnOwnWay && !StepsRun.ContainsKey(step) ? With(AfterOwnWay, step) : AfterOwnWay,
            IsOnOwnWay = false,
        },
        CommandRan { Step: null } => this with { IsOnOwnWay = true, PassedBeforeOwnWay = IsOnOwnWay ? PassedBeforeOwnWay : Passed },
        CheckAnswered answered => Answered(answered),
        PredictionMade made => this with { Predictions = With(Predictions, made.Prediction, made.Choice) },
        PredictionScored scored => this with { Scores = With(Scores, scored.Prediction, scored) },
        HintShown shown => this with
        {
            Hints = With(Hints, shown.Step ?? "", Math.Max(shown.Tier, Hints.GetValueOrDefault(shown.Step ?? ""))),
        },
        Progress.SolutionPlayed _ => this with { SolutionPlayed = true },
        LessonCompleted => this with { Completed = true, CompletedThisTime = true },
        _ => this,
    };

    private bool IsOver(JournalEvent happened) => happened.Attempt is { } attempt && attempt != Attempt;

    private LessonProgress NewAttempt(string? labId) =>
        new() { Started = true, LabId = labId, Attempt = Attempt + 1, Target = Target, Completed = Completed, Hints = Hints };

    /// <summary>As it was before that step, without what belongs to it or to a later one: steps may have run in any order.</summary>
    private LessonProgress BackTo(string step, LessonReset reset)
    {
        if (!BeforeStep.TryGetValue(step, out var before))
        {
            if (reset.StepsBefore is null)
                return NewAttempt(LabId);
            // The lab was built from its start again: nothing is violated on it.
            before = this with { Violated = ImmutableDictionary<string, CheckAnswered>.Empty };
        }

        // A check of the step may have been answered while its command still ran, that is, before the run was recorded.
        bool Stays(string check) => StepOfCheck.GetValueOrDefault(check) is not { } of || (of != step && reset.StepsBefore?.ContainsKey(of) is not false);
        bool IsKept(string prediction) => reset.Predictions?.Contains(prediction) is not false;
        return before with
        {
            Attempt = Attempt + 1,
            Completed = Completed,
            CompletedThisTime = false,
            Hints = Hints,
            IsOnOwnWay = false,
            Holding = ImmutableHashSet<string>.Empty,
            EndedByLeaving = ImmutableHashSet<string>.Empty,
            StepsRun = reset.StepsBefore ?? before.StepsRun,
            BeforeStep = before.BeforeStep.RemoveRange(before.BeforeStep.Keys.Where(known => reset.StepsBefore?.ContainsKey(known) is false)),
            Milestones = before.Milestones.Where(reached => Stays(reached.Key)).ToImmutableDictionary(),
            Passed = before.Passed.Where(Stays).ToImmutableHashSet(),
            Predictions = before.Predictions.Where(made => IsKept(made.Key)).ToImmutableDictionary(),
            Scores = before.Scores.Where(scored => IsKept(scored.Key)).ToImmutableDictionary(),
        };
    }

    private LessonProgress Answered(CheckAnswered answered)
    {
        var known = answered.Step is { } step ? this with { StepOfCheck = StepOfCheck.SetItem(answered.Check, step) } : this;
        known = known with { Holding = answered.Answer is "passed" ? With(Holding, answered.Check) : Holding.ToImmutableHashSet().Remove(answered.Check) };
        return (answered.Tense, answered.Answer) switch
        {
            ("milestone", "passed") => known with { Milestones = With(Milestones, answered.Check, answered), Passed = With(Passed, answered.Check) },
            (_, "passed") => known with { Passed = With(Passed, answered.Check) },
            ("invariant", "failed") when !Violated.ContainsKey(answered.Check) => known with { Violated = With(Violated, answered.Check, answered) },
            _ => known,
        };
    }

    private static ImmutableDictionary<string, T> With<T>(IReadOnlyDictionary<string, T> known, string key, T value) =>
        known.ToImmutableDictionary().SetItem(key, value);

    private static ImmutableHashSet<string> With(IReadOnlySet<string> known, string id) => known.ToImmutableHashSet().Add(id);
}
