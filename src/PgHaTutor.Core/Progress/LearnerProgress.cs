namespace PgHaTutor.Progress;

/// <summary>What follows from the journal: a fold over its events.</summary>
public sealed record LearnerProgress
{
    public static LearnerProgress Nothing { get; } = new();

    public string? Seed { get; init; }

    /// <summary>The lesson that was started last and not left; null where none.</summary>
    public string? CurrentLesson { get; init; }
    public IReadOnlyDictionary<string, LessonProgress> Lessons { get; init; } = new Dictionary<string, LessonProgress>();

    public LessonProgress this[string lesson] => Lessons.GetValueOrDefault(lesson) ?? LessonProgress.NotStarted;

    public static LearnerProgress Of(IEnumerable<JournalEvent> events) => throw new NotImplementedException();
}

/// <summary>One lesson's part. Sets hold ids. A reset forgets the milestones of the attempt, not that the lesson was completed.</summary>
public sealed record LessonProgress
{
    public static LessonProgress NotStarted { get; } = new();

    public bool Started { get; init; }
    public bool Completed { get; init; }

    /// <summary>Completed since the lesson was last started or reset.</summary>
    public bool CompletedThisTime { get; init; }
    public string? LabId { get; init; }

    /// <summary>Steps whose command ran, and whether by its last run it ended with 0.</summary>
    public IReadOnlyDictionary<string, bool> StepsRun { get; init; } = new Dictionary<string, bool>();

    /// <summary>Milestones that passed in this attempt.</summary>
    public IReadOnlySet<string> Milestones { get; init; } = new HashSet<string>();

    /// <summary>Every check that passed at some time in this attempt.</summary>
    public IReadOnlySet<string> Passed { get; init; } = new HashSet<string>();

    /// <summary>Invariants that were violated in this attempt.</summary>
    public IReadOnlySet<string> Violated { get; init; } = new HashSet<string>();
    public IReadOnlyDictionary<string, string> Predictions { get; init; } = new Dictionary<string, string>();
    public IReadOnlyDictionary<string, PredictionScored> Scores { get; init; } = new Dictionary<string, PredictionScored>();

    /// <summary>Step ("" for the lesson as a whole) → the highest tier shown.</summary>
    public IReadOnlyDictionary<string, int> Hints { get; init; } = new Dictionary<string, int>();
    public bool SolutionPlayed { get; init; }
}
