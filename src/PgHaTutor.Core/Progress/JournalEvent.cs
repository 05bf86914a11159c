using System.Text.Json.Serialization;

namespace PgHaTutor.Progress;

/// <summary>One thing that happened. Names in the file are snake_case and only ever grow.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "event")]
[JsonDerivedType(typeof(LearnerNamed), "learner_named")]
[JsonDerivedType(typeof(LessonStarted), "lesson_started")]
[JsonDerivedType(typeof(LessonLeft), "lesson_left")]
[JsonDerivedType(typeof(ResetBegan), "reset_began")]
[JsonDerivedType(typeof(LessonReset), "lesson_reset")]
[JsonDerivedType(typeof(ResetEnded), "reset_ended")]
[JsonDerivedType(typeof(CommandRan), "command_ran")]
[JsonDerivedType(typeof(CheckAnswered), "check_answered")]
[JsonDerivedType(typeof(PredictionMade), "prediction_made")]
[JsonDerivedType(typeof(PredictionScored), "prediction_scored")]
[JsonDerivedType(typeof(HintShown), "hint_shown")]
[JsonDerivedType(typeof(SolutionPlayed), "solution_played")]
[JsonDerivedType(typeof(FaultInjected), "fault_injected")]
[JsonDerivedType(typeof(LessonCompleted), "lesson_completed")]
[JsonDerivedType(typeof(JournalRepaired), "journal_repaired")]
public abstract record JournalEvent
{
    public required DateTimeOffset At { get; init; }

    /// <summary>The lesson it belongs to; null for events of the whole home.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Lesson { get; init; }

    /// <summary>The content hash of that lesson at the time.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? LessonHash { get; init; }

    /// <summary>
    /// Which attempt at the lesson it belongs to (<see cref="LessonProgress.Attempt"/>); null where that goes without saying. What a program
    /// saw before another one reset the lab may come to be written after it.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Attempt { get; init; }
}

/// <summary>The first event of a home: a random seed, from which the learner's own parameters are made.</summary>
public sealed record LearnerNamed(string Seed) : JournalEvent;

public sealed record LessonStarted(string LabId, string Target, string PgVersion) : JournalEvent;

public sealed record LessonLeft : JournalEvent;

/// <summary>Written before the lab is touched: without an end, the reset was broken off, and the lab is in neither state.</summary>
/// <param name="ToStep">Null: the lesson's start.</param>
public sealed record ResetBegan(string? ToStep) : JournalEvent;

public sealed record ResetEnded : JournalEvent;

/// <summary>The lab is at the lesson's start; for a step, those before it are played next.</summary>
/// <param name="ToStep">Null: the lesson's start.</param>
public sealed record LessonReset(string? ToStep) : JournalEvent
{
    /// <summary>The steps before that one, whose work the lab has, and whether each ended with 0; null at the start, and in journals of old.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, bool>? StepsBefore { get; init; }

    /// <summary>The predictions about the steps before, which stay.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Predictions { get; init; }
}

/// <param name="Step">Null for a command typed at the prompt.</param>
/// <param name="OutputDigest">SHA-256 of the standard output and behind it the standard error, as text of which the last million characters each are kept.</param>
public sealed record CommandRan(string? Step, string Node, string Command, int ExitCode, double Seconds, string OutputDigest) : JournalEvent
{
    /// <summary>It did not end by itself: the learner left the program, and that ended it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool EndedByLeaving { get; init; }
}

/// <summary>A check's answer, written when it changes.</summary>
/// <param name="Tense">milestone, state or invariant.</param>
/// <param name="Answer">passed, failed, blocked or cannot_tell.</param>
public sealed record CheckAnswered(string Check, string? Step, string Tense, string Answer) : JournalEvent
{
    public string? Node { get; init; }
    public string? Query { get; init; }
    public string? Expected { get; init; }
    public string? Observed { get; init; }
    public string? Reason { get; init; }
}

public sealed record PredictionMade(string Prediction, string Choice) : JournalEvent;

public sealed record PredictionScored(string Prediction, string Choice, string Outcome, bool Right) : JournalEvent;

public sealed record HintShown(string? Step, int Tier) : JournalEvent;

/// <param name="Step">Null: the whole solution.</param>
public sealed record SolutionPlayed(string? Step, string Script) : JournalEvent;

public sealed record FaultInjected(string Script) : JournalEvent;

public sealed record LessonCompleted(bool WithSolution, int HintsShown) : JournalEvent;

/// <summary>A torn last line was found at the start and set aside.</summary>
public sealed record JournalRepaired(long Bytes, string SetAside) : JournalEvent;
