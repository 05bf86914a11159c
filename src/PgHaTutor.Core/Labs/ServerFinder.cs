using PgHaTutor.Hosts;

namespace PgHaTutor.Labs;

/// <summary>What a node's host knows of its server, without asking the server.</summary>
/// <param name="Server">What postmaster.pid says, where its process lives and is the server of this directory; else null.</param>
/// <param name="HasDirectory">Whether the data directory is there.</param>
internal sealed record ServerFound(PostmasterFile? Server, bool HasDirectory)
{
    /// <summary>A server that still runs, although its directory, or what is in it, was deleted underneath it.</summary>
    public int? Orphan { get; init; }

    /// <summary>Why the host could not be asked; the rest says nothing then.</summary>
    public string? Unreachable { get; init; }
}

/// <summary>Finds the server of one node.</summary>
internal abstract class ServerFinder
{
    public static ServerFinder Of(Lab lab, Node node) => node.Host is LocalHost local ? new OnThisMachine(local, node, lab.SocketDirectory) : new RemoteServerFinder(node);

    /// <param name="anew">Not from memory: what was known turned out to be wrong.</param>
    public abstract ValueTask<ServerFound> FindAsync(bool anew, CancellationToken cancellationToken);

    /// <summary>Here a look costs nothing, so nothing is remembered but the last process.</summary>
    private sealed class OnThisMachine(LocalHost host, Node node, string sockets) : ServerFinder
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
            var there = Directory.Exists(node.DataDirectory);
            // A server that stops takes the lock of its socket away before its postmaster.pid (src/backend/utils/init/miscinit.c).
            int?[] candidates = [PostmasterFile.OfSocket(sockets, node.Port), there ? null : _lastPid];
            return new(new ServerFound(null, there)
            {
                Orphan = candidates.FirstOrDefault(pid => pid is { } one && _postmaster.IsServer(one)),
            });
        }
    }
}
