using System.Text.RegularExpressions;
using PgHaTutor.Hosts;

namespace PgHaTutor.Labs;

/// <summary>Finding and removing what a crash left, and what was only kept for speed.</summary>
public sealed partial class LocalSite
{
    /// <summary>
    /// Ends and removes what a crash left, by marker only: half-built labs, unfinished templates, servers whose lab was deleted;
    /// finishes a reset that was cut off.
    /// </summary>
    /// <returns>What was done, a sentence each; empty where there was nothing to do.</returns>
    public override async Task<IReadOnlyList<string>> CleanAsync(CancellationToken cancellationToken = default)
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
                await _removal.EntriesAsync(lab.Directory, [".next", ".old"], cancellationToken);
        }
        foreach (var folder in Unfinished().ToList())
            said.AddRange(await ToldAsync("Removed an unfinished template.", RemoveTemplateAsync(folder, cancellationToken)));
        foreach (var sockets in SocketFolder.All().ToList())
            if (SocketFolder.LabOf(sockets) is { } lab && Paths.IsBelow(lab, Paths.Real(directory)) && !System.IO.Directory.Exists(lab))
                said.AddRange(await RemoveLeftoverAsync(sockets, lab, cancellationToken));
        await SyncTemplatesAsync(cancellationToken);
        return said;
    }

    /// <summary>Removes every lab, and tells of servers in a folder that looks like one without saying that it is ours.</summary>
    public override async Task<IReadOnlyList<string>> RemoveAllAsync(CancellationToken cancellationToken = default) =>
        [.. await base.RemoveAllAsync(cancellationToken), .. Unmarked()];

    private IEnumerable<string> Unmarked() =>
        from folder in System.IO.Directory.Exists(directory) ? System.IO.Directory.EnumerateDirectories(Paths.Real(directory)) : []
        where IdName().IsMatch(Path.GetFileName(folder)) && LabMarker.Read(folder) is null && !IsEmpty(folder)
        let servers = Postmaster.Below(host, folder).Select(process => process.Pid).ToList()
        where servers.Count > 0
        select $"{folder} has no marker ({LabMarker.FileName}) that says whose it is, so it was left alone with the servers that run in it. If it was a lab of yours, end them (kill -INT {string.Join(' ', servers)}) and remove the folder.";

    /// <summary>Removes what was kept to build labs faster, and the site's folders where nothing else is in them. The next lab makes all of it anew.</summary>
    /// <returns>What is still there and why, a sentence each; empty where all is gone.</returns>
    public override async Task<IReadOnlyList<string>> ForgetTemplatesAsync(CancellationToken cancellationToken = default)
    {
        var left = new List<string>();
        var templates = System.IO.Directory.Exists(Cache) ? System.IO.Directory.GetDirectories(Cache) : [];
        foreach (var template in templates.Where(folder => TemplateMarker.Read(folder) is not null))
            if (await _removal.FolderAsync(template, TemplateMarker.FileName, cancellationToken) is { } refused)
                left.Add(refused);
        foreach (var folder in new[] { Cache, directory }.Where(folder => System.IO.Directory.Exists(folder) && !System.IO.Directory.EnumerateFileSystemEntries(folder).Any()))
            System.IO.Directory.Delete(folder);
        return left;
    }

    /// <summary>Brings new templates to the disk, now that nobody waits for one. Where it is full, they stay good until the next boot.</summary>
    private async Task SyncTemplatesAsync(CancellationToken cancellationToken)
    {
        if (!System.IO.Directory.Exists(Cache))
            return;
        foreach (var folder in System.IO.Directory.EnumerateDirectories(Cache))
            if (TemplateMarker.Read(folder) is { Boot: not null, IsUsable: true } marker)
                await SyncAsync(folder, marker, cancellationToken);
    }

    private async Task SyncAsync(string folder, TemplateMarker marker, CancellationToken cancellationToken)
    {
        try
        {
            await _script.RunAsync("bring a template to the disk", $"""
                cd {Bash.Quote(folder)}
                sync -f .
                cat >.marker; mv .marker {TemplateMarker.FileName}
                """, cancellationToken: cancellationToken, input: (marker with { Boot = null }).ToJson());
        }
        catch (LabException)
        {
            // A full disk must not keep anybody from looking at a lab, or from making room by removing it.
        }
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
        : await _removal.FolderAsync(folder, TemplateMaking.MarkerName, cancellationToken) is { } left ? [left]
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

    private static bool IsAbandoned(string folder)
    {
        using var free = LabLock.Take(folder);
        return free is not null;
    }

    private static bool IsEmpty(string folder) => new DirectoryInfo(folder).EnumerateFileSystemInfos().All(entry => entry.Name == LabLock.FileName);

    [GeneratedRegex("^[0-9a-f]{8}$")]
    private static partial Regex IdName();
}
