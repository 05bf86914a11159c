using PgHaTutor.Checks;
using PgHaTutor.Hosts;
using PgHaTutor.Labs;
using PgHaTutor.Lessons;
using PgHaTutor.Progress;

namespace PgHaTutor.Sessions;

/// <summary>Everything that a screen shows, at one instant. A value: a pane compares it with the one before.</summary>
public sealed record SessionState(Course Course, LearnerProgress Progress)
{
    /// <summary>Where new labs are built, as <c>--target</c> names it.</summary>
    public string Target { get; init; } = Targets.Local;

    /// <summary>Whether a lesson can be shown there.</summary>
    public bool CanShow(Lesson lesson) => lesson.Targets.Contains(Targets.KindOf(Target));

    /// <summary>The lesson that is open; null on the course page.</summary>
    public Lesson? Lesson { get; init; }

    /// <summary>The lab of the open lesson; null before it is built and after it is removed.</summary>
    public Lab? Lab { get; init; }

    /// <summary>The newest picture; null until there is one.</summary>
    public Observation? Observation { get; init; }

    /// <summary>Check id → its newest answer. A milestone that passed stays.</summary>
    public IReadOnlyDictionary<string, CheckResult> Results { get; init; } = new Dictionary<string, CheckResult>();

    /// <summary>Step id → its last run (or the one under way).</summary>
    public IReadOnlyDictionary<string, StepRun> Runs { get; init; } = new Dictionary<string, StepRun>();

    /// <summary>What is under way; null where the session is free.</summary>
    public Work? Work { get; init; }

    /// <summary>The lab of the lesson that was left is looked for: what is done and true in it is not known yet.</summary>
    public bool IsTakingUp => Work is { Doing: Session.LookingForTheLab };

    /// <summary>The last thing to tell the learner: a failure, a repair, an advice.</summary>
    public Notice? Notice { get; init; }

    /// <summary>A reset that was broken off, so that the lab is in neither state; null where none was.</summary>
    public ResetBegan? BrokenReset { get; init; }

    /// <summary>True once the lesson's checks have all passed in this attempt.</summary>
    public bool Done { get; init; }
}

/// <summary>Long work: what it does, and how far it is (0 to 1; null where unknown).</summary>
public sealed record Work(string Doing, double? Fraction, DateTimeOffset Since, bool CanCancel);

public sealed record Notice(string Text, bool IsError, DateTimeOffset At);

/// <summary>One run of a step: its text as run, its lines (the last 500), how it ended, what it changed.</summary>
public sealed record StepRun(string StepId, string Text, IReadOnlyList<OutputLine> Lines)
{
    /// <summary>Null while it runs.</summary>
    public CommandOutput? Output { get; init; }
    public Observation? Before { get; init; }
    public Observation? After { get; init; }

    /// <summary>A background step that is still open.</summary>
    public bool Open { get; init; }

    /// <summary>A reset to a later step ran it, not the learner.</summary>
    public bool Played { get; init; }

    /// <summary>A step of the lesson that has to come before it and had not been done; its outcome scores no prediction then.</summary>
    public string? Missing { get; init; }
}
