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
    private readonly IReadOnlyList<NodeObserver> _observers = [.. lab.Nodes.Select(node => new NodeObserver(lab, node))];

    public Lab Lab => lab;

    /// <summary>An open connection as the lab's superuser, to be disposed by the caller.</summary>
    /// <param name="options">What differs from a check's ordinary connection.</param>
    /// <exception cref="NpgsqlException">The server could not be reached or refused.</exception>
    public async Task<NpgsqlConnection> OpenAsync(Node node, ConnectionOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new ConnectionOptions();
        var server = new Postmaster(node.Host, node.DataDirectory).Running
            ?? throw new NpgsqlException($"No server runs on {node.Name}'s data directory, {node.DataDirectory}.");
        try
        {
            return await Source(node, server, options).OpenConnectionAsync(cancellationToken);
        }
        catch (PostgresException refused) when (options.User is null && SignIn.MayBeAnotherSuperuser(lab, refused))
        {
            var usual = options with { User = SignIn.UsualSuperuser };
            return await Source(node, server, usual).OpenConnectionAsync(cancellationToken);
        }
    }

    /// <summary>One round trip a node, in parallel; never throws for a node that cannot answer.</summary>
    public async Task<Observation> ObserveAsync(CancellationToken cancellationToken = default)
    {
        var seen = await Task.WhenAll(_observers.Select(observer => observer.ObserveAsync(cancellationToken)));
        return new Observation(DateTimeOffset.UtcNow, [.. seen.Select(one => one.Node)], Contradictions.In(seen));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var source in _sources.Values)
            await source.Source.DisposeAsync();
        foreach (var observer in _observers)
            await observer.DisposeAsync();
    }

    /// <summary>A restarted server is another one: its old connections are broken, and are not given again.</summary>
    private NpgsqlDataSource Source(Node node, PostmasterFile server, ConnectionOptions options)
    {
        lock (_lock)
        {
            if (_sources.TryGetValue((node.Name, options), out var known))
            {
                if (known.Pid == server.Pid && known.Port == server.Port)
                    return known.Source;
                known.Source.Dispose();
            }
            var made = Make(node, server, options);
            _sources[(node.Name, options)] = made;
            return made.Source;
        }
    }

    private ServerSource Make(Node node, PostmasterFile server, ConnectionOptions options)
    {
        var builder = new NpgsqlDataSourceBuilder(SignIn.Text(lab, node.Host.Address, server.Port ?? node.Port, options));
        // Only a superuser may ask where the data lie.
        if (options.User is null || options.User == SignIn.UsualSuperuser || options.User == lab.Credentials.Superuser)
            builder.UsePhysicalConnectionInitializer(
                _ => throw new NotSupportedException("Connections of a lab are opened asynchronously."),
                connection => VerifyAsync(node, connection));
        return new ServerSource(server.Pid, server.Port, builder.Build());
    }

    /// <summary>Two servers may claim one port, the one on TCP and the other on its socket only.</summary>
    private static async Task VerifyAsync(Node node, NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand("show data_directory", connection);
        var data = (string?)await command.ExecuteScalarAsync() ?? "";
        if (Paths.Real(data) != Paths.Real(node.DataDirectory))
            throw new NpgsqlException($"Port {connection.Port} is answered by another server than {node.Name}'s, that of {data}.");
    }

    private sealed record ServerSource(int Pid, int? Port, NpgsqlDataSource Source);
}

/// <param name="User">The role; the lab's superuser where null.</param>
/// <param name="ReadWrite">Without it, default_transaction_read_only is on.</param>
/// <param name="Fresh">A new connection that no pool gave: it meets hba and roles as they are now.</param>
public sealed record ConnectionOptions(string? User = null, string? Password = null, string Database = "postgres", bool ReadWrite = false, bool Fresh = false);
