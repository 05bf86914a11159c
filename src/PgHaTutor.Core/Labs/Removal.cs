using PgHaTutor.Hosts;

namespace PgHaTutor.Labs;

/// <summary>Removes folders of ours, whatever a learner did to the rights in them.</summary>
internal sealed class Removal(LocalHost host)
{
    /// <summary>Removes a marked folder, the marker last, so that a crash on the way leaves it marked.</summary>
    /// <returns>What could not be removed and why; null where all is gone.</returns>
    public async Task<string?> FolderAsync(string folder, string marker, CancellationToken cancellationToken = default)
    {
        if (!Directory.Exists(folder))
            return null;
        var entries = new DirectoryInfo(folder).EnumerateFileSystemInfos().Select(entry => entry.Name).Where(name => name != marker).ToList();
        await EntriesAsync(folder, entries, cancellationToken);
        return Remove(folder);
    }

    /// <summary>Removes entries of a folder, as far as that is possible.</summary>
    public async Task EntriesAsync(string folder, IReadOnlyList<string> entries, CancellationToken cancellationToken = default)
    {
        var there = entries.Select(entry => Path.Combine(folder, entry)).Where(Path.Exists).ToList();
        if (there.Count == 0)
            return;
        var words = string.Join(' ', there.Select(Bash.Quote));
        await host.RunAsync(new Script($"rm -rf {words} || {{ chmod -R u+rwX {words}; rm -rf {words}; }}"), cancellationToken: cancellationToken);
        foreach (var left in there.Where(Directory.Exists))
            Remove(left);
    }

    /// <summary>What root put into a lab is beyond the servers' user, but not beyond us where we are root.</summary>
    private static string? Remove(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
            return null;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return $"{folder} could not be removed: {refused.Message}";
        }
    }
}
