using PgHaTutor.Hosts;

namespace PgHaTutor.Labs;

/// <summary>Checkpoints: the whole lab stopped, saved, and put back.</summary>
public sealed partial class LabSite
{
    /// <summary>Stops the whole lab's servers and saves their data directories under a name; starts again what ran.</summary>
    public Task SaveCheckpointAsync(Lab lab, string name, CancellationToken cancellationToken = default) =>
        throw new NotImplementedException();

    public bool HasCheckpoint(Lab lab, string name) => false;

    /// <summary>Puts the data directories back (the start state where <paramref name="name"/> is null) and starts what ran then.</summary>
    /// <returns>The lab with its new baseline.</returns>
    public Task<Lab> RestoreAsync(Lab lab, string? name = null, IProgress<LabProgress>? progress = null, CancellationToken cancellationToken = default) =>
        throw new NotImplementedException();
}
