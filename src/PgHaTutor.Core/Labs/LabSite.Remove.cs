using System.Text.RegularExpressions;
using PgHaTutor.Hosts;

namespace PgHaTutor.Labs;

/// <summary>Removing labs, and what a crash left of them.</summary>
public sealed partial class LabSite
{
    /// <summary>Stops and removes the lab.</summary>
    /// <returns>What is still there and why, a sentence each; empty where all is gone.</returns>
    public async Task<IReadOnlyList<string>> RemoveAsync(Lab lab, CancellationToken cancellationToken = default)
    {
        var marker = LabMarker.Read(lab.Directory);
        if (System.IO.Directory.Exists(lab.Directory) && marker?.Id != lab.Id && !IsEmpty(lab.Directory))
            return [$"{lab.Directory} does not carry the marker of lab {lab.Id}, so it was left alone with all that runs in it."];
        if (marker is not null)
            await MarkAsRemovedAsync(marker, cancellationToken);
        if (await EndAsync(lab.Directory, cancellationToken) is { Count: > 0 } alive)
            return alive;
        if (await DeleteAsync(lab.Directory, LabMarker.FileName, cancellationToken) is { } left)
            return [left];
        SocketFolder.Remove(lab.SocketDirectory);
        PortBook.OfThisMachine.Release(lab.Directory, lab.Nodes.Select(node => node.Port));
        return [];
    }

    /// <summary>
    /// Ends and removes what a crash left, by marker only: half-built labs, unfinished templates, servers whose lab was deleted;
    /// finishes a reset that was cut off.
    /// </summary>
    /// <returns>What was done, a sentence each; empty where there was nothing to do.</returns>
    public async Task<IReadOnlyList<string>> CleanAsync(CancellationToken cancellationToken = default)
    {
        var said = new List<string>();
        foreach (var marker in Markers().Where(marker => IsAbandoned(marker.Directory)).ToList())
        {
            var lab = marker.Lab(host);
            if (!marker.Complete)
                said.AddRange(await ToldAsync($"Removed a half-built or half-removed lab of {marker.LessonId}.", RemoveAsync(lab, cancellationToken)));
            else if (marker.Restoring is { } state)
                said.Add(await FinishRestoringAsync(lab, state, cancellationToken));
            else
                await RemoveTreesAsync(lab.Directory, [".next", ".old"], cancellationToken);
        }
        foreach (var folder in Unfinished().ToList())
            said.AddRange(await ToldAsync("Removed an unfinished template.", RemoveTemplateAsync(folder, cancellationToken)));
        foreach (var sockets in SocketFolder.All().ToList())
            if (SocketFolder.LabOf(sockets) is { } lab && Paths.IsBelow(lab, Paths.Real(directory)) && !System.IO.Directory.Exists(lab))
                said.AddRange(await RemoveLeftoverAsync(sockets, lab, cancellationToken));
        await SyncTemplatesAsync(cancellationToken);
        return said;
    }

    /// <summary>Removes what was kept to build labs faster, and the site's folders where nothing else is in them. The next lab makes all of it anew.</summary>
    /// <returns>What is still there and why, a sentence each; empty where all is gone.</returns>
    public async Task<IReadOnlyList<string>> ForgetTemplatesAsync(CancellationToken cancellationToken = default)
    {
        var left = new List<string>();
        var templates = System.IO.Directory.Exists(Cache) ? System.IO.Directory.GetDirectories(Cache) : [];
        foreach (var template in templates.Where(folder => TemplateMarker.Read(folder) is not null))
            if (await DeleteAsync(template, TemplateMarker.FileName, cancellationToken) is { } refused)
                left.Add(refused);
        foreach (var folder in new[] { Cache, directory }.Where(folder => System.IO.Directory.Exists(folder) && !System.IO.Directory.EnumerateFileSystemEntries(folder).Any()))
            System.IO.Directory.Delete(folder);
        return left;
    }

    /// <summary>Brings new templates to the disk, now that nobody waits for one.</summary>
    private async Task SyncTemplatesAsync(CancellationToken cancellationToken)
    {
        if (!System.IO.Directory.Exists(Cache))
            return;
        foreach (var folder in System.IO.Directory.EnumerateDirectories(Cache))
            if (TemplateMarker.Read(folder) is { Boot: not null, IsUsable: true } marker)
                await _script.RunAsync("bring the templates to the disk", $"""
                    cd {Bash.Quote(folder)}
                    sync -f .
                    cat >.marker; mv .marker {TemplateMarker.FileName}
                    """, cancellationToken: cancellationToken, input: (marker with { Boot = null }).ToJson());
    }

    private async Task<string> FinishRestoringAsync(Lab lab, string state, CancellationToken cancellationToken)
    {
        try
        {
            await RestoreAsync(lab, state == StartState ? null : state, cancellationToken: cancellationToken);
            return $"Finished the reset of the lab of {lab.LessonId}, which had been cut off.";
        }
        catch (Exception failure) when (failure is LabException or HostException)
        {
            var left = await RemoveAsync(lab, cancellationToken);
            return $"Removed the lab of {lab.LessonId}, whose reset had been cut off and could not be finished: {failure.Message} {string.Join(' ', left)}".Trim();
        }
    }

    /// <summary>Templates that nobody is making any more, and folders that a crash left before they got their marker.</summary>
    private IEnumerable<string> Unfinished()
    {
        if (!System.IO.Directory.Exists(directory))
            return [];
        var empty = System.IO.Directory.EnumerateDirectories(Paths.Real(directory)).Where(folder => IdName().IsMatch(Path.GetFileName(folder)) && IsEmpty(folder));
        var making = System.IO.Directory.Exists(Cache)
            ? System.IO.Directory.EnumerateDirectories(Cache, $"{TemplateMaking.Unfinished}*").Where(folder => IsEmpty(folder) || File.Exists(Path.Combine(folder, TemplateMaking.MarkerName)))
            : [];
        return empty.Concat(making).Where(IsAbandoned);
    }

    private async Task<IReadOnlyList<string>> RemoveTemplateAsync(string folder, CancellationToken cancellationToken) =>
        await EndAsync(folder, cancellationToken) is { Count: > 0 } alive ? alive
        : await DeleteAsync(folder, TemplateMaking.MarkerName, cancellationToken) is { } left ? [left]
        : [];

    private static async Task<IReadOnlyList<string>> ToldAsync(string done, Task<IReadOnlyList<string>> doing) =>
        await doing is { Count: > 0 } left ? left : [done];

    /// <summary>The directory went, by whatever hand; its servers and sockets did not.</summary>
    private async Task<IReadOnlyList<string>> RemoveLeftoverAsync(string sockets, string lab, CancellationToken cancellationToken)
    {
        var servers = Postmaster.Below(host, lab).Count;
        if (await EndAsync(lab, cancellationToken) is { Count: > 0 } alive)
            return alive;
        SocketFolder.Remove(sockets);
        return servers == 0 ? [] : [$"Ended {servers} server(s) of {lab}, which had been deleted."];
    }

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

    /// <summary>Deletes a marked directory, the marker last, so that a crash on the way leaves it marked.</summary>
    /// <returns>What could not be removed and why; null where all is gone.</returns>
    private async Task<string?> DeleteAsync(string folder, string marker, CancellationToken cancellationToken)
    {
        if (!System.IO.Directory.Exists(folder))
            return null;
        var entries = new DirectoryInfo(folder).EnumerateFileSystemInfos().Select(entry => entry.Name).Where(name => name != marker).ToList();
        await RemoveTreesAsync(folder, entries, cancellationToken);
        return Delete(folder);
    }

    /// <summary>Removes entries of a folder, also those whose rights a learner took away.</summary>
    private async Task RemoveTreesAsync(string folder, IReadOnlyList<string> entries, CancellationToken cancellationToken)
    {
        var there = entries.Select(entry => Path.Combine(folder, entry)).Where(Path.Exists).ToList();
        if (there.Count == 0)
            return;
        var words = string.Join(' ', there.Select(Bash.Quote));
        await host.RunAsync(new Script($"rm -rf {words} || {{ chmod -R u+rwX {words}; rm -rf {words}; }}"), cancellationToken: cancellationToken);
        foreach (var left in there.Where(System.IO.Directory.Exists))
            Delete(left);
    }

    /// <summary>What root put into a lab is beyond the servers' user, but not beyond us where we are root.</summary>
    /// <returns>Why it could not be removed; null where it is gone.</returns>
    private static string? Delete(string folder)
    {
        try
        {
            System.IO.Directory.Delete(folder, recursive: true);
            return null;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return $"{folder} could not be removed: {refused.Message}";
        }
    }

    private static bool IsAbandoned(string folder)
    {
        using var free = LabLock.Take(folder);
        return free is not null;
    }

    private static bool IsEmpty(string folder) => new DirectoryInfo(folder).EnumerateFileSystemInfos().All(entry => entry.Name == LabLock.FileName);

    [GeneratedRegex("^[0-9a-f]{8}$")]
    private static partial Regex IdName();
}
