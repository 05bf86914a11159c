using PgHaTutor.Labs;

namespace PgHaTutor.Checks;

/// <summary>How far a server's WAL goes, as far as a standby could have replayed it.</summary>
/// <param name="Lsn">On a standby what it has replayed; on a primary the end of its last whole record that standbys can have.</param>
/// <param name="IsWhole">
/// False where a primary's newest record is written in part only. Even a query can leave one behind, by a hint bit that has to be
/// logged: nobody commits it, the WAL writer writes whole pages only, and so no standby can replay up to pg_current_wal_lsn().
/// </param>
internal sealed record WalPosition(string System, bool InRecovery, Lsn Lsn, bool IsWhole)
{
    private const string Question = """
        select (select system_identifier::text from pg_control_system()), pg_is_in_recovery(),
               (case when pg_is_in_recovery() then pg_last_wal_replay_lsn() else pg_current_wal_insert_lsn() end)::text,
               (case when pg_is_in_recovery() then pg_last_wal_replay_lsn() else pg_current_wal_flush_lsn() end)::text
        """;

    /// <summary>A new page begins with a header, so the next record begins this many bytes behind the end of the last one.</summary>
    private static readonly long[] PageHeaders = [24, 40];

    public static Task<WalPosition> SeeAsync(Look look, string node, CancellationToken cancellationToken) =>
        look.AskAsync(node, Question, row => Of(
            row.GetString(0), row.GetBoolean(1), Lsn.TryParse(row.Text(2)) ?? default, Lsn.TryParse(row.Text(3)) ?? default), cancellationToken);

    /// <summary>A position that standbys can reach; where it takes that, a row is committed, which completes what was written in part.</summary>
    public static async Task<WalPosition> SeeWholeAsync(Look look, string node, CancellationToken cancellationToken)
    {
        var seen = await SeeAsync(look, node, cancellationToken);
        if (seen.IsWhole)
            return seen;
        var row = await CanaryRow.WriteAsync(look, node, cancellationToken);
        return seen with { Lsn = row.Lsn, IsWhole = true };
    }

    /// <param name="inserted">Where the next record will begin.</param>
    /// <param name="flushed">What is on disk; read later.</param>
    public static WalPosition Of(string system, bool inRecovery, Lsn inserted, Lsn flushed)
    {
        var missing = inserted.Since(flushed);
        return missing <= 0 ? new WalPosition(system, inRecovery, inserted, true)
            : new WalPosition(system, inRecovery, flushed, flushed.Bytes % 8192 == 0 && PageHeaders.Contains(missing));
    }
}
