using PgHaTutor.Labs;

namespace PgHaTutor.Checks;

/// <summary>A stream as its upstream sees it, read in one query.</summary>
/// <param name="Lsn">The position that nobody who follows it can be ahead of: written on a primary, received on a standby.</param>
/// <param name="Goal">The position that who follows it should have replayed.</param>
internal sealed record UpstreamEnd(string StartedAt, Lsn Lsn, WalPosition Goal, IReadOnlyList<SenderRow> Senders)
{
    public bool InRecovery => Goal.InRecovery;

    public string System => Goal.System;

    public const string SenderQuestion = "select pid, application_name, state, sent_lsn, replay_lsn from pg_stat_replication";

    private const string Question = """
        select pg_is_in_recovery(), (select system_identifier::text from pg_control_system()), pg_postmaster_start_time()::text,
               (case when pg_is_in_recovery() then greatest(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn()) else pg_current_wal_lsn() end)::text,
               (case when pg_is_in_recovery() then pg_last_wal_replay_lsn() else pg_current_wal_insert_lsn() end)::text,
               (case when pg_is_in_recovery() then pg_last_wal_replay_lsn() else pg_current_wal_flush_lsn() end)::text,
               r.pid, r.backend_start::text, r.application_name, r.state, r.replay_lsn::text, s.slot_name::text, s.wal_status
        from (select 1) one
        left join pg_stat_replication r on true
        left join pg_replication_slots s on s.active_pid = r.pid and s.slot_type = 'physical'
        """;

    public static async Task<UpstreamEnd> SeeAsync(Look look, string node, CancellationToken cancellationToken)
    {
        var rows = await look.AskAllAsync(node, Question, row => (
            End: new UpstreamEnd(
                row.GetString(2), Position(row.Text(3)),
                WalPosition.Of(row.GetString(1), row.GetBoolean(0), Position(row.Text(4)), Position(row.Text(5))), []),
            Sender: row.IsDBNull(6) ? null : new SenderRow(row.GetInt32(6), row.GetString(7), row.GetString(8), row.Text(9), Lsn.TryParse(row.Text(10)))
            {
                Slot = row.Text(11),
                WalStatus = row.Text(12),
            }), cancellationToken);
        // Each row reads the position after its sender, so the last row has the newest.
        return rows[^1].End with { Senders = rows.Select(row => row.Sender).OfType<SenderRow>().ToList() };
    }

    private static Lsn Position(string? text) => Lsn.TryParse(text) ?? default;
}

/// <summary>A sender that streams, with the physical slot that it uses.</summary>
/// <param name="Replayed">What its receiver says it has replayed; null for pg_receivewal and pg_basebackup, which replay nothing.</param>
internal sealed record SenderRow(int Pid, string StartedAt, string Name, string? State, Lsn? Replayed)
{
    public string? Slot { get; init; }
    public string? WalStatus { get; init; }
}
