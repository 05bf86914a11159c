using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace PgHaTutor.Hosts;

/// <summary>The folder of this process's ssh sockets: its own alone, and short, because the path of a Unix socket has at most 107 bytes (unix(7)).</summary>
internal static class SshFolder
{
    private const string Prefix = "pght-ssh-";

    /// <summary>Of a socket's path: Linux allows 107, macOS 103.</summary>
    private const int MostBytes = 103;

    private static readonly Lock Choosing = new();
    private static string? path;

    /// <summary>A new name in it.</summary>
    /// <exception cref="HostException">It cannot be made.</exception>
    public static string Next()
    {
        try
        {
            lock (Choosing)
            {
                if (path is null || !Directory.Exists(path))
                {
                    Sweep();
                    path = Make();
                }
                return Path.Combine(path, Guid.NewGuid().ToString("N")[..6]);
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new HostException($"The folder for ssh's sockets could not be made: {failure.Message}", failure);
        }
    }

    /// <summary>Where sockets lie: the temporary folder, or where its own path leaves no room for their names, the system's.</summary>
    internal static string Place(string temporary)
    {
        // ssh makes a socket under a longer name first.
        var longest = Path.Combine(temporary, $"{Prefix}{Environment.ProcessId}-123456", "123456", "master.1234567890123456");
        return Encoding.UTF8.GetByteCount(longest) <= MostBytes || OperatingSystem.IsWindows() ? temporary : "/tmp";
    }

    private static string Make()
    {
        var (temporary, name) = (Path.GetTempPath(), $"{Prefix}{Environment.ProcessId}-");
        return Place(temporary) == temporary
            ? Directory.CreateTempSubdirectory(name).FullName
            : Directory.CreateDirectory(
                Path.Combine(Place(temporary), name + RandomNumberGenerator.GetHexString(16, lowercase: true)),
                UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute).FullName;
    }

    /// <summary>Removes it where nothing is left in it.</summary>
    public static void Leave()
    {
        lock (Choosing)
        {
            if (path is not null)
                TryRemove(path, recursive: false);
        }
    }

    /// <summary>Removes what killed processes left. Their masters ended by themselves.</summary>
    private static void Sweep()
    {
        foreach (var left in Directory.EnumerateDirectories(Place(Path.GetTempPath()), Prefix + "*"))
            if (int.TryParse(Path.GetFileName(left)[Prefix.Length..].Split('-')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var pid) && ProcessTable.Find(pid) is null)
                TryRemove(left, recursive: true);
    }

    private static void TryRemove(string folder, bool recursive)
    {
        try
        {
            Directory.Delete(folder, recursive);
        }
        catch (Exception held) when (held is IOException or UnauthorizedAccessException)
        {
            // Something is in it still, or it is another user's.
        }
    }
}
