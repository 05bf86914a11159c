using Npgsql;
using PgHaTutor.Labs;

namespace PgHaTutor.Checks;

/// <summary>
/// Whether a running node accepts writes. A server outside of recovery must also create a temporary table in a read-write
/// transaction, which default_transaction_read_only can neither hide nor fake. That writes some WAL, so it is done once for each
/// life of a server: nothing but a restart leads back into recovery.
/// </summary>
internal sealed record Writability(bool InRecovery, bool HasSignal, string? Refusal)
{
    public const string Question =
        "select pg_is_in_recovery(), (pg_stat_file('standby.signal', true)).modification is not null, pg_postmaster_start_time()::text";

    public const string Trial = "begin read write; create temporary table lab_writable() on commit drop; rollback";

    public bool AcceptsWrites => !InRecovery && Refusal is null;

    public static async Task<Writability> SeeAsync(Look look, string node, CancellationToken cancellationToken)
    {
        var (inRecovery, hasSignal, startedAt) = await look.AskAsync(
            node, Question, row => (row.GetBoolean(0), row.GetBoolean(1), row.GetString(2)), cancellationToken);
        var memory = Memory.Of(look.Connections);
        var key = $"{node} accepts writes";
        if (inRecovery || memory.Recall<string>(key) == startedAt)
            return new Writability(inRecovery, hasSignal, null);
        var refusal = await look.WithAsync(node, Trial, new ConnectionOptions(ReadWrite: true), TryAsync, cancellationToken);
        if (refusal is null)
            memory.Keep(key, startedAt);
        return new Writability(inRecovery, hasSignal, refusal);
    }

    private static async Task<string?> TryAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        try
        {
            await using var command = new NpgsqlCommand(Trial, connection);
            await command.ExecuteNonQueryAsync(cancellationToken);
            return null;
        }
        catch (PostgresException error) when (!Asking.SaysNothing(error))
        {
            return error.MessageText;
        }
    }
}
