using PgHaTutor.Hosts;

namespace PgHaTutor.Labs;

/// <summary>What a node's host knows of its server, without asking the server.</summary>
/// <param name="Server">What postmaster.pid says, where its process lives and is the server of this directory; else null.</param>
/// <param name="HasDirectory">Whether the data directory is there.</param>
internal sealed record ServerFound(PostmasterFile? Server, bool HasDirectory)
{
    /// <summary>A server whose files were deleted underneath it: it runs on, and holds its port, until it looks for its postmaster.pid (once a minute).</summary>
    public int? Orphan { get; init; }

    /// <summary>With so few bytes left no server starts, and one that ended of it could not even write that into its log.</summary>
    public const int Few = 2 << 20;

    /// <summary>Whether that is so where it should run and does not.</summary>
    public bool IsDiskFull { get; init; }

    /// <summary>Why the host could not be asked; the rest says nothing then.</summary>
    public string? Unreachable { get; init; }
}

/// <summary>Finds the server of one node.</summary>
internal abstract class ServerFinder
{
    public static ServerFinder Of(Node node) => node.Host is LocalHost local ? new OnThisMachine(local, node) : new RemoteServerFinder(node);

    /// <param name="anew">Not from memory: what was known turned out to be wrong.</param>
    public abstract ValueTask<ServerFound> FindAsync(bool anew, CancellationToken cancellationToken);

    /// <summary>Here a look costs nothing, so nothing is remembered but the last process; only one that was deleted before the first look is searched for.</summary>
    private sealed class OnThisMachine(LocalHost host, Node node) : ServerFinder
    {
        private readonly Postmaster _postmaster = new(host, node.DataDirectory);
        private int? _lastPid;

        public override ValueTask<ServerFound> FindAsync(bool anew, CancellationToken cancellationToken)
        {
            if (_postmaster.Running is { } server)
            {
                _lastPid = server.Pid;
                return new(new ServerFound(server, HasDirectory: true));
            }
            _lastPid ??= Postmaster.Below(host, node.DataDirectory).FirstOrDefault()?.Pid ?? 0;
            return new(new ServerFound(null, Directory.Exists(node.DataDirectory))
            {
                Orphan = _postmaster.IsOrphan(_lastPid.Value) ? _lastPid : null,
                IsDiskFull = IsFull(node.DataDirectory),
            });
        }

        private static bool IsFull(string folder)
        {
            try
            {
                return Directory.Exists(folder) && new DriveInfo(folder).AvailableFreeSpace < ServerFound.Few;
            }
            catch (Exception unknown) when (unknown is IOException or UnauthorizedAccessException or ArgumentException)
            {
                return false;
            }
        }
    }
}
