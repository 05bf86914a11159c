using Npgsql;

namespace PgHaTutor.Labs;

/// <summary>Warm connections to a lab's nodes, for looking: own application_name, time-outs, read-only unless said.</summary>
public sealed class LabConnections(Lab lab) : IAsyncDisposable
{
    public Lab Lab => lab;

    /// <summary>An open connection as the lab's superuser, to be disposed by the caller.</summary>
    /// <param name="options">What differs from a check's ordinary connection.</param>
    /// <exception cref="NpgsqlException">The server could not be reached or refused.</exception>
    public Task<NpgsqlConnection> OpenAsync(Node node, ConnectionOptions? options = null, CancellationToken cancellationToken = default) =>
        throw new NotImplementedException();

    /// <summary>One round trip a node, in parallel; never throws for a node that cannot answer.</summary>
    public Task<Observation> ObserveAsync(CancellationToken cancellationToken = default) =>
        throw new NotImplementedException();

    public ValueTask DisposeAsync() => throw new NotImplementedException();
}

/// <param name="User">The role; the lab's superuser where null.</param>
/// <param name="ReadWrite">Without it, default_transaction_read_only is on.</param>
/// <param name="Fresh">A new connection that no pool gave: it meets hba and roles as they are now.</param>
public sealed record ConnectionOptions(string? User = null, string? Password = null, string Database = "postgres", bool ReadWrite = false, bool Fresh = false);
