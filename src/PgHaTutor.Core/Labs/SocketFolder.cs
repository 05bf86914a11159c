using System.Security.Cryptography;
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

    public static async Task<string> MakeAsync(LabScript script, string labDirectory, CancellationToken cancellationToken)
    {
        var folder = Prefix + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4));
        await MakeAsync(script, folder, labDirectory, cancellationToken);
        return folder;
    }

    /// <summary>Makes it at a place that is known, where it is gone.</summary>
    public static Task MakeAsync(LabScript script, string folder, string labDirectory, CancellationToken cancellationToken) =>
        script.RunAsync("make a folder for sockets", $"mkdir {Bash.Quote(folder)}; printf '%s' {Bash.Quote(labDirectory)} >{Bash.Quote($"{folder}/{MarkerName}")}", cancellationToken: cancellationToken);

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
