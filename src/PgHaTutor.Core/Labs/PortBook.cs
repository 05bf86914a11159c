using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace PgHaTutor.Labs;

/// <summary>
/// Which ports of this machine belong to which lab, also while its servers do not run: one file a port in a folder that all
/// homes and users share. It names the lab's directory, and is void once that is gone.
/// </summary>
public sealed class PortBook(string folder)
{
    private const UnixFileMode Everyone = (UnixFileMode)0b110_110_110;
    private const UnixFileMode EveryoneTheirOwn = (UnixFileMode)0b1_111_111_111;

    public static PortBook OfThisMachine { get; } = new("/tmp/pghatutor-ports");

    /// <summary>Reserves consecutive ports that nobody listens on and no other lab owns.</summary>
    /// <param name="count">How many.</param>
    /// <param name="labDirectory">Whom they are for; the directory exists already.</param>
    /// <param name="except">Ports that turned out to be taken.</param>
    /// <exception cref="LabException">There are none, or the folder cannot be used.</exception>
    public async Task<IReadOnlyList<int>> ReserveAsync(
        int count, string labDirectory, IReadOnlySet<int> except, CancellationToken cancellationToken = default)
    {
        try
        {
            using var held = await HoldAsync(cancellationToken);
            var first = FirstPort;
            for (var port = first; port + count <= Math.Min(first + 4000, 65536); port++)
            {
                var wanted = Enumerable.Range(port, count).ToList();
                if (wanted.FirstOrDefault(each => except.Contains(each) || !IsFree(each)) is not 0 and var taken)
                {
                    port = taken;
                    continue;
                }
                foreach (var each in wanted)
                    Enter(each, labDirectory);
                return wanted;
            }
            throw new LabException($"No {count} free ports in a row were found from {first} up. End what holds them, or set PGHATUTOR_PORT_BASE to another start.");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new LabException($"The ports of labs are reserved in {folder}, and that could not be done: {failure.Message}", failure);
        }
    }

    public void Release(string labDirectory, IEnumerable<int> ports)
    {
        foreach (var port in ports.Where(port => Owner(port) == labDirectory))
            TryDelete(FileOf(port));
    }

    private void Enter(int port, string labDirectory)
    {
        // New, so that it never follows a link that somebody laid there.
        using var file = new StreamWriter(new FileStream(FileOf(port), FileMode.CreateNew, FileAccess.Write));
        file.Write(labDirectory);
    }

    /// <summary>From where on ports are looked for.</summary>
    public static int FirstPort => Wished ?? 55432;

    /// <summary>Where the ports of labs begin by the learner's own wish.</summary>
    public static int? Wished =>
        int.TryParse(Environment.GetEnvironmentVariable("PGHATUTOR_PORT_BASE"), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
        && port is >= 1024 and < 65500 ? port : null;

    private bool IsFree(int port) => IsUnreserved(port) && NobodyListens(port);

    private bool IsUnreserved(int port) =>
        Owner(port) is not { } owner || (!Directory.Exists(owner) && TryDelete(FileOf(port)));

    private static bool NobodyListens(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private string? Owner(int port)
    {
        try
        {
            return File.ReadAllText(FileOf(port)).Trim();
        }
        catch (FileNotFoundException)
        {
            return null;
        }
        catch (DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>False where the file is another user's: then the port is too, because we cannot see whether their lab is gone.</summary>
    private static bool TryDelete(string file)
    {
        try
        {
            File.Delete(file);
            return true;
        }
        catch (Exception others) when (others is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private string FileOf(int port) => Path.Combine(folder, port.ToString(CultureInfo.InvariantCulture));

    /// <summary>Holds the book against every other process of the machine for the moment of choosing.</summary>
    private async Task<FileStream> HoldAsync(CancellationToken cancellationToken)
    {
        var file = Path.Combine(folder, "lock");
        if (!Directory.Exists(folder))
        {
            Directory.CreateDirectory(folder);
            File.SetUnixFileMode(folder, EveryoneTheirOwn);
        }
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                // Not OpenOrCreate: in a shared folder the kernel refuses that for a file of another user (fs.protected_regular).
                if (File.Exists(file))
                    return new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
                var made = new FileStream(file, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
                File.SetUnixFileMode(file, Everyone);
                return made;
            }
            catch (IOException) when (attempt < 2000)
            {
                // Another one is choosing just now; it takes a millisecond.
                await Task.Delay(TimeSpan.FromMilliseconds(5), cancellationToken);
            }
        }
    }
}
