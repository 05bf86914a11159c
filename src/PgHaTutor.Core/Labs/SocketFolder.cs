using PgHaTutor.Hosts;

namespace PgHaTutor.Labs;

/// <summary>
/// A short folder for the Unix sockets of one lab, whose path may have 107 bytes only (unix(7)). Its own marker names the lab's
/// directory, so that it and its servers can be found when that directory is gone.
/// </summary>
internal static class SocketFolder
{
    public const string Prefix = "/tmp/pght-";
    private const string MarkerName = "lab";

    /// <summary>Bash that makes one, where it is not there.</summary>
    public static string Making(string folder, string labDirectory) =>
        $"[ -d {Bash.Quote(folder)} ] || {{ mkdir {Bash.Quote(folder)}; printf '%s' {Bash.Quote(labDirectory)} >{Bash.Quote($"{folder}/{MarkerName}")}; }}";

    /// <summary>The lab directory that a folder's marker names; null where it is none of ours.</summary>
    public static string? LabOf(string folder)
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, MarkerName));
        }
        catch (Exception foreign) when (foreign is IOException or UnauthorizedAccessException)
        {
            return null; // Without the marker it is somebody else's.
        }
    }

    public static IEnumerable<string> All() => Directory.EnumerateDirectories("/tmp", $"{Path.GetFileName(Prefix)}*");

    public static void Remove(string folder)
    {
        if (LabOf(folder) is not null)
            Directory.Delete(folder, recursive: true);
    }
}
