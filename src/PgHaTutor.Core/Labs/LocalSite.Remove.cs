using PgHaTutor.Hosts;

namespace PgHaTutor.Labs;

/// <summary>Removing labs.</summary>
public sealed partial class LocalSite
{
    /// <summary>Stops and removes the lab.</summary>
    /// <returns>What is still there and why, a sentence each; empty where all is gone.</returns>
    public override async Task<IReadOnlyList<string>> RemoveAsync(Lab lab, CancellationToken cancellationToken = default)
    {
        var marker = LabMarker.Read(lab.Directory);
        if (System.IO.Directory.Exists(lab.Directory) && marker?.Id != lab.Id)
            return [$"{lab.Directory} does not carry the marker of lab {lab.Id}, so it was left alone with all that runs in it."];
        if (marker is not null)
            await MarkAsRemovedAsync(marker, cancellationToken);
        if (await EndAsync(lab.Directory, cancellationToken) is { Count: > 0 } alive)
            return alive;
        if (await _removal.FolderAsync(lab.Directory, LabMarker.FileName, cancellationToken) is { } left)
            return [left];
        SocketFolder.Remove(lab.SocketDirectory);
        PortBook.OfThisMachine.Release(lab.Directory, lab.Nodes.Select(node => node.Port));
        return [];
    }

    public override Task<IReadOnlyList<string>> LeftOfAsync(Lab lab, CancellationToken cancellationToken = default) => Task.FromResult<IReadOnlyList<string>>(
    [
        .. new[] { lab.Directory, lab.SocketDirectory }.Where(System.IO.Directory.Exists).Select(folder => $"{folder} is still there"),
        .. host.ProcessesBelow(lab.Directory).Select(process => $"process {process.Pid}, {process.Program}, still works there"),
    ]);

    private async Task<IReadOnlyList<string>> EndAsync(string folder, CancellationToken cancellationToken)
    {
        try
        {
            await Postmaster.EndBelowAsync(host, folder, Shutdown.Immediate, cancellationToken);
            return [.. Postmaster.Below(host, folder).Select(process => $"Process {process.Pid} still works in {process.WorkingDirectory}.")];
        }
        catch (HostException refused)
        {
            return [$"A server below {folder} still runs: {refused.Message}"];
        }
    }

    /// <summary>A crash on the way then leaves a lab that is removed, not one that is taken up.</summary>
    private async Task MarkAsRemovedAsync(LabMarker marker, CancellationToken cancellationToken)
    {
        try
        {
            await WriteAsync(marker with { Complete = false }, cancellationToken);
        }
        catch (LabException)
        {
            // A full disk must not keep anybody from making room by removing a lab.
        }
    }
}
