using System.Net.Sockets;
using Npgsql;
using PgHaTutor.Hosts;
using PgHaTutor.Labs;

namespace PgHaTutor.Checks;

/// <summary>Asks nodes on a check's behalf. What a server says of its data is an answer; its silence is a <see cref="NoAnswerException"/>.</summary>
internal static class Asking
{
    private static readonly ConnectionOptions Ordinary = new();

    /// <summary>The first row of a query.</summary>
    public static Task<T> AskAsync<T>(
        this Look look, string node, string query, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken) =>
        look.WithAsync(node, query, Ordinary, async (connection, cancel) =>
        {
            await using var command = new NpgsqlCommand(query, connection);
            await using var reader = await command.ExecuteReaderAsync(cancel);
            if (!await reader.ReadAsync(cancel))
                throw new NoAnswerException($"{node} gave no row", query);
            return read(reader);
        }, cancellationToken);

    /// <summary>All rows of a query.</summary>
    public static Task<List<T>> AskAllAsync<T>(
        this Look look, string node, string query, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken) =>
        look.WithAsync(node, query, Ordinary, async (connection, cancel) =>
        {
            await using var command = new NpgsqlCommand(query, connection);
            await using var reader = await command.ExecuteReaderAsync(cancel);
            var rows = new List<T>();
            while (await reader.ReadAsync(cancel))
                rows.Add(read(reader));
            return rows;
        }, cancellationToken);

    /// <summary>Uses a connection to a node. A pooled one whose server restarted meanwhile is replaced by a new one, once.</summary>
    public static async Task<T> WithAsync<T>(
        this Look look, string node, string query, ConnectionOptions options,
        Func<NpgsqlConnection, CancellationToken, Task<T>> use, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await using var connection = await look.Connections.OpenAsync(look.Lab[node], options, cancellationToken);
                return await use(connection, cancellationToken);
            }
            catch (Exception fault) when (!options.Fresh && WentStale(fault))
            {
                options = options with { Fresh = true };
            }
            catch (Exception fault) when (fault is NpgsqlException or TimeoutException or IOException or SocketException or ObjectDisposedException)
            {
                throw new NoAnswerException($"{node} could not be asked: {Told(fault)}", query, fault);
            }
        }
    }

    /// <summary>Runs bash on a node's host, with the variables of the lesson's commands.</summary>
    public static async Task<CommandOutput> RunAsync(this Look look, string node, string text, CancellationToken cancellationToken)
    {
        var target = look.Lab[node];
        var output = await target.Host.RunAsync(
            new Script(text) { Environment = Variables.For(look.Lab, target), WorkingDirectory = look.Lab.Directory },
            cancellationToken: cancellationToken);
        // A script that was cut off says nothing.
        cancellationToken.ThrowIfCancellationRequested();
        return output;
    }

    /// <summary>True where an error tells of the moment or of our access, and not of what the query is about.</summary>
    public static bool SaysNothing(PostgresException error) => error.SqlState switch
    {
        PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.CannotConnectNow => true,
        PostgresErrorCodes.QueryCanceled or PostgresErrorCodes.LockNotAvailable => true,
        PostgresErrorCodes.TooManyConnections => true,
        // "recovery is in progress" or "is not in progress": the role flipped while it was asked.
        PostgresErrorCodes.ObjectNotInPrerequisiteState => true,
        // A standby cancelled the query because replay needed what it read.
        PostgresErrorCodes.SerializationFailure => true,
        var state => state.StartsWith("08", StringComparison.Ordinal),
    };

    /// <summary>A text as a literal inside SQL.</summary>
    public static string Literal(string text) => $"'{text.Replace("'", "''")}'";

    public static string? Text(this NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    private static bool WentStale(Exception fault) => fault switch
    {
        PostgresException error => error.SqlState is PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown,
        NpgsqlException { InnerException: IOException { InnerException: not TimeoutException } } => true,
        NpgsqlException { InnerException: SocketException or EndOfStreamException } => true,
        // The pool of a server that is gone was replaced while it was used.
        ObjectDisposedException => true,
        _ => false,
    };

    private static string Told(Exception fault) => fault switch
    {
        PostgresException error => $"{error.MessageText} ({error.SqlState})",
        { InnerException: TimeoutException } or TimeoutException => "no answer in time",
        { InnerException: SocketException { SocketErrorCode: SocketError.ConnectionRefused } } => "connection refused",
        _ => fault.Message,
    };
}
