using PgHaTutor.Hosts;

namespace PgHaTutor.Labs;

/// <summary>What <see cref="LabSite.BuildAsync"/> makes.</summary>
public sealed record LabPlan(string LessonId, Recipe Recipe, Installation Installation)
{
    public IReadOnlyDictionary<string, string> Parameters { get; init; } = new Dictionary<string, string>();
}

/// <summary>One sentence of progress while a lab is built, reset or removed; the fraction is 0 to 1.</summary>
public sealed record LabProgress(string Doing, double Fraction);

/// <summary>
/// Where the labs of one home live: builds, finds, resets and removes them, and touches nothing that lacks its marker.
/// </summary>
/// <param name="host">Where the servers run.</param>
/// <param name="directory">The folder of this home's labs; made when needed, reachable for the host's user.</param>
public sealed class LabSite(Host host, string directory)
{
    public Host Host => host;

    public string Directory => directory;

    /// <summary>The PostgreSQL installations (13 or newer) on the host, newest first.</summary>
    public Task<IReadOnlyList<Installation>> InstallationsAsync(CancellationToken cancellationToken = default) =>
        throw new NotImplementedException();

    /// <summary>Builds the recipe's start state, from the template cache where it can, and records the baseline.</summary>
    /// <exception cref="LabException">It could not be built; what was made of it is removed again.</exception>
    public Task<Lab> BuildAsync(LabPlan plan, IProgress<LabProgress>? progress = null, CancellationToken cancellationToken = default) =>
        throw new NotImplementedException();

    /// <summary>Every lab whose marker stands under this site, also those left by a crash (half-built ones are not given).</summary>
    public Task<IReadOnlyList<Lab>> FindAsync(CancellationToken cancellationToken = default) =>
        throw new NotImplementedException();

    /// <summary>Writes the lab's marker again, after its baseline or parameters changed.</summary>
    public Task KeepAsync(Lab lab, CancellationToken cancellationToken = default) =>
        throw new NotImplementedException();

    /// <summary>Stops the whole lab's servers and saves their data directories under a name; starts again what ran.</summary>
    public Task SaveCheckpointAsync(Lab lab, string name, CancellationToken cancellationToken = default) =>
        throw new NotImplementedException();

    public bool HasCheckpoint(Lab lab, string name) =>
        throw new NotImplementedException();

    /// <summary>Puts the data directories back (the start state where <paramref name="name"/> is null) and starts what ran then.</summary>
    /// <returns>The lab with its new baseline.</returns>
    public Task<Lab> RestoreAsync(Lab lab, string? name = null, IProgress<LabProgress>? progress = null, CancellationToken cancellationToken = default) =>
        throw new NotImplementedException();

    /// <summary>Stops and removes the lab.</summary>
    /// <returns>What is still there and why, a sentence each; empty where all is gone.</returns>
    public Task<IReadOnlyList<string>> RemoveAsync(Lab lab, CancellationToken cancellationToken = default) =>
        throw new NotImplementedException();

    /// <summary>Ends and removes what a crash left: half-built labs, and servers of removed ones, by marker only.</summary>
    public Task<IReadOnlyList<string>> CleanAsync(CancellationToken cancellationToken = default) =>
        throw new NotImplementedException();
}

/// <summary>The lab could not do its part: what happened, why, and what to do next.</summary>
public sealed class LabException(string message, Exception? inner = null) : Exception(message, inner);
