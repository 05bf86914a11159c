using PgHaTutor.Hosts;

namespace PgHaTutor.Labs;

/// <summary>Removing labs, and what a crash left of them.</summary>
public sealed partial class LabSite
{
    /// <summary>Stops and removes the lab.</summary>
    /// <returns>What is still there and why, a sentence each; empty where all is gone.</returns>
    public async Task<IReadOnlyList<string>> RemoveAsync(Lab lab, CancellationToken cancellationToken = default)
    {
        var left = new List<string>();
        if (System.IO.Directory.Exists(lab.Directory) && LabMarker.Read(lab.Directory)?.Id != lab.Id)
            return [$"{lab.Directory} does not carry the marker of lab {lab.Id}, so it was left alone with all that runs in it."];
        try
        {
            await Postmaster.EndBelowAsync(host, lab.Directory, Shutdown.Immediate, cancellationToken);
        }
        catch (HostException refused)
        {
            left.Add($"A server of the lab still runs: {refused.Message}");
        }
        if (left.Count > 0)
            return left;
        await DeleteAsync(lab.Directory, LabMarker.FileName, left, cancellationToken);
        if (left.Count > 0)
            return left;
        SocketFolder.Remove(lab.SocketDirectory);
        PortBook.OfThisMachine.Release(lab.Directory, lab.Nodes.Select(node => node.Port));
        return left;
    }

    /// <summary>Ends and removes what a crash left: half-built labs, and servers of removed ones, by marker only.</summary>
    public async Task<IReadOnlyList<string>> CleanAsync(CancellationToken cancellationToken = default)
    {
        var said = new List<string>();
        foreach (var marker in Markers().Where(marker => !marker.Complete).ToList())
            if (IsAbandoned(marker.Directory))
                said.AddRange(Told($"Removed a half-built lab of {marker.LessonId}.", await RemoveAsync(marker.Lab(host), cancellationToken)));
        foreach (var folder in SocketFolder.All().ToList())
            if (SocketFolder.LabOf(folder) is { } lab && IsOurs(lab) && IsGone(lab))
                said.AddRange(await RemoveLeftoverAsync(folder, lab, cancellationToken));
        return said;
    }

    private static IEnumerable<string> Told(string done, IReadOnlyList<string> left) => left.Count == 0 ? [done] : left;

    private bool IsOurs(string lab) => Paths.IsBelow(lab, Paths.Real(directory));

    private static bool IsGone(string lab) => !System.IO.Directory.Exists(lab);

    private static bool IsAbandoned(string folder)
    {
        using var free = LabLock.Take(folder);
        return free is not null;
    }

    /// <summary>The directory went, by whatever hand; its servers and sockets did not.</summary>
    private async Task<IEnumerable<string>> RemoveLeftoverAsync(string sockets, string lab, CancellationToken cancellationToken)
    {
        var servers = Postmaster.Below(host, lab).Count;
        await Postmaster.EndBelowAsync(host, lab, Shutdown.Immediate, cancellationToken);
        SocketFolder.Remove(sockets);
        return servers == 0 ? [] : [$"Ended {servers} server(s) whose lab {lab} had been deleted."];
    }

    /// <summary>Deletes a marked directory, the marker last, so that a crash on the way leaves it marked.</summary>
    private async Task DeleteAsync(string folder, string marker, List<string> left, CancellationToken cancellationToken)
    {
        if (!System.IO.Directory.Exists(folder))
            return;
        // A learner may have taken their own rights to a directory away; that is one of the exercises.
        var output = await host.RunAsync(new Script($$"""
            cd {{Bash.Quote(folder)}} || exit
            find . -mindepth 1 -maxdepth 1 ! -name {{marker}} -exec rm -rf {} + 2>/dev/null ||
              { chmod -R u+rwX . 2>/dev/null; find . -mindepth 1 -maxdepth 1 ! -name {{marker}} -exec rm -rf {} +; }
            """), cancellationToken: cancellationToken);
        try
        {
            // What root or another user put there is beyond the servers' user, but perhaps not beyond us.
            System.IO.Directory.Delete(folder, recursive: true);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            left.Add($"{folder} could not be removed: {refused.Message} {output.StandardError}".Trim());
        }
    }
}
