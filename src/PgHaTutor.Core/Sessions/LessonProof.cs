namespace PgHaTutor.Sessions;

/// <summary>What verify found about one lesson on one target and version: each play, or why it was not played.</summary>
public sealed record LessonProof(string Lesson, string Target, string? Version, IReadOnlyList<Play> Plays, double Seconds)
{
    /// <summary>Why the lesson was not played at all; null where it was.</summary>
    public string? Skipped { get; init; }

    public bool Proved => Skipped is null && Plays.All(play => play.Held);
}

/// <summary>One play of a lesson.</summary>
/// <param name="Kind"><c>unsolved</c>, <c>solution</c>, <c>wrong</c> or <c>teardown</c>.</param>
/// <param name="Name">The script's name; for a lesson's own steps <c>steps</c>.</param>
/// <param name="Expected">What it must come to, for example <c>failed: follows</c>.</param>
/// <param name="Actual">What it came to.</param>
public sealed record Play(string Kind, string Name, string Expected, string Actual, bool Held, double Seconds)
{
    /// <summary>What went otherwise, with the evidence, a line each; empty where it held.</summary>
    public IReadOnlyList<string> Why { get; init; } = [];

    /// <summary>How the cluster answered each prediction, by its id; the lesson's explanations are written for these.</summary>
    public IReadOnlyDictionary<string, string> Outcomes { get; init; } = new Dictionary<string, string>();
}
