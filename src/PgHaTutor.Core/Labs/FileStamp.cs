namespace PgHaTutor.Labs;

/// <summary>Sees cheaply, without a command, whether the files of a lab on this machine have changed.</summary>
internal static class FileStamp
{
    /// <summary>A data directory's own files, and those of a backup or an archive: settings, signal files, postmaster.pid, WAL that came or went.</summary>
    private const int Depth = 3;

    // A server's log has none of it: one that is refused every few seconds would never leave it alone.
    private static readonly string[] Parts = ["nodes", "backup", "archive"];

    /// <summary>A number that is another one, in all likelihood, once a file came, went, was written, or changed its mode.</summary>
    public static int Of(string labDirectory)
    {
        var stamp = new HashCode();
        foreach (var part in Parts)
            Add(ref stamp, new DirectoryInfo(Path.Combine(labDirectory, part)), Depth);
        return stamp.ToHashCode();
    }

    private static void Add(ref HashCode stamp, DirectoryInfo folder, int depth)
    {
        try
        {
            foreach (var entry in folder.EnumerateFileSystemInfos())
            {
                stamp.Add(entry.Name);
                stamp.Add(entry.LastWriteTimeUtc);
                stamp.Add(entry.UnixFileMode);
                if (depth > 1 && entry is DirectoryInfo { LinkTarget: null } below)
                    Add(ref stamp, below, depth - 1);
            }
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            stamp.Add(gone.GetType());
        }
    }
}
