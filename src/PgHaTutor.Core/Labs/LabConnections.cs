using Npgsql;
using PgHaTutor.Hosts;

namespace PgHaTutor.Labs;

/// <summary>Warm connections to a lab's nodes, for looking: own application_name, time-outs, read-only unless said.</summary>
/// <remarks>
/// They go to the server of the node's own data directory only, at the port on which that one listens: whatever else may
/// hold the node's port is none of ours.
/// </remarks>
public sealed class LabConnections(Lab lab) : IAsyncDisposable
{
    private readonly Dictionary<(string Node, ConnectionOptions Options), ServerSource> _sources = [];
    private readonly Lock _lock = new();
    private readonly Dictionary<string, ServerFinder> _finders = lab.Nodes.ToDictionary(node => node.Name, ServerFinder.Of);
    private IReadOnlyList<NodeObserver>? _observers;
    private bool _disposed;

    private IReadOnlyList<NodeObserver> Observers => _observers ??= [.. lab.Nodes.Select(node => new NodeObserver(lab, node, _finders[node.Name]))];

    public Lab Lab => lab;

    /// <summary>An open connection as the lab's superuser, to be disposed by the caller.</summary>
    /// <param name="options">What differs from a check's ordinary connection.</param>
    /// <exception cref="NpgsqlException">The server could not be reached or refused.</exception>
    public async Task<NpgsqlConnection> OpenAsync(Node node, ConnectionOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new ConnectionOptions();
        var found = await _finders[node.Name].FindAsync(anew: false, cancellationToken);
        var server = found.Server
            ?? throw new NpgsqlException(found.Unreachable ?? $"No server runs on {node.Name}'s data directory, {node.DataDirectory}.");
        var route = await RouteAsync(node, server, cancellationToken);
        try
        {
            return await Source(node, server, route, options).OpenConnectionAsync(cancellationToken);
        }
        catch (PostgresException refused) when (options.User is null && SignIn.MayBeAnotherSuperuser(lab, refused))
        {
            var usual = options with { User = SignIn.UsualSuperuser };
            return await Source(node, server, route, usual).OpenConnectionAsync(cancellationToken);
        }
    }

    /// <summary>One round trip a node, in parallel; never throws for a node that cannot answer.</summary>
    public async Task<Observation> ObserveAsync(CancellationToken cancellationToken = default)
    {
        var at = DateTimeOffset.UtcNow;
        var seen = await Task.WhenAll(Observers.Select(observer => observer.ObserveAsync(cancellationToken)));
        return new Observation(at, [.. seen.Select(one => one.Node)], Contradictions.In(seen));
    }

    public async ValueTask DisposeAsync()
    {
        List<ServerSource> sources;
        lock (_lock)
        {
            // Whoever still looks at the lab that is left gets no new one.
            _disposed = true;
            sources = [.. _sources.Values];
        }
        foreach (var source in sources)
            await source.Source.DisposeAsync();
        foreach (var observer in Observers)
            await observer.DisposeAsync();
    }

    private static async Task<Route> RouteAsync(Node node, PostmasterFile server, CancellationToken cancellationToken)
    {
        try
        {
            return await node.Host.RouteAsync(server.Port ?? node.Port, cancellationToken);
        }
        catch (HostException lost)
        {
            throw new NpgsqlException(lost.Message, lost);
        }
    }

    /// <summary>A restarted server is another one: its old connections are broken, and are not given again.</summary>
    private NpgsqlDataSource Source(Node node, PostmasterFile server, Route route, ConnectionOptions options)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_sources.TryGetValue((node.Name, options), out var known))
            {
                if (known.Pid == server.Pid && known.Route == route)
                    return known.Source;
                known.Source.Dispose();
            }
            var made = Make(node, server, route, options);
            _sources[(node.Name, options)] = made;
            return made.Source;
        }
    }

    private ServerSource Make(Node node, PostmasterFile server, Route route, ConnectionOptions options)
    {
        var builder = new NpgsqlDataSourceBuilder(SignIn.Text(lab, route, options));
        // Only a superuser may ask where the data lie.
        if (options.User is null || options.User == SignIn.UsualSuperuser || options.User == lab.Credentials.Superuser)
            builder.UsePhysicalConnectionInitializer(
                _ => throw new NotSupportedException("Connections of a lab are opened asynchronously."),
                connection => VerifyAsync(node, connection));
        return new ServerSource(server.Pid, route, builder.Build());
    }

    /// <summary>Two servers may claim one port, the one on TCP and the other on its socket only.</summary>
    private static async Task VerifyAsync(Node node, NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand("show data_directory", connection);
        var data = (string?)await command.ExecuteScalarAsync() ?? "";
        if (Paths.Real(data) != Paths.Real(node.DataDirectory))
            throw new NpgsqlException($"Port {connection.Port} is answered by another server than {node.Name}'s, that of {data}.");
    }

    private sealed record ServerSource(int Pid, Route Route, NpgsqlDataSource Source);
}

/// <param name="User">The role; the lab's superuser where null.</param>
/// <param name="ReadWrite">Without it, default_transaction_read_only is on.</param>
/// <param name="Fresh">A new connection that no pool gave: it meets hba and roles as they are now.</param>
/// <param name="Patient">The learner's own statement: it takes as long as it takes.</param>
public sealed record ConnectionOptions(
    string? User = null, string? Password = null, string Database = "postgres", bool ReadWrite = false, bool Fresh = false, bool Patient = false);
