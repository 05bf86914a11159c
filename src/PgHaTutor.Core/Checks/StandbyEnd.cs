using System.Text.RegularExpressions;
using PgHaTutor.Labs;

namespace PgHaTutor.Checks;

/// <summary>A stream as its standby sees it, read in one query.</summary>
internal sealed partial record StandbyEnd(bool InRecovery, bool HasSignal, string System, string StartedAt, Lsn? Replayed)
{
    public const string Question = "select status, sender_host, sender_port, slot_name, received_tli from pg_stat_wal_receiver";

    public bool Paused { get; private init; }
    public int? ReceiverPid { get; private init; }
    public string? Status { get; private init; }
    public int? SenderPort { get; private init; }
    public string? Slot { get; private init; }
    public int? Timeline { get; private init; }

    /// <summary>The application_name under which its receiver signed in; null where that cannot be read.</summary>
    public string? Name { get; private init; }

    public static Task<StandbyEnd> SeeAsync(Look look, string node, CancellationToken cancellationToken)
    {
        var question = $"""
            select pg_is_in_recovery(), (pg_stat_file('standby.signal', true)).modification is not null,
                   (select system_identifier::text from pg_control_system()), pg_postmaster_start_time()::text,
                   pg_last_wal_replay_lsn()::text,
                   case when pg_is_in_recovery() then {Pause(look.Lab[node].Installation)} else false end,
                   r.pid, r.status, r.sender_port, r.slot_name::text, r.received_tli, r.conninfo
            from (select 1) one left join pg_stat_wal_receiver r on true
            """;
        return look.AskAsync(node, question, row => new StandbyEnd(row.GetBoolean(0), row.GetBoolean(1), row.GetString(2), row.GetString(3), Lsn.TryParse(row.Text(4)))
        {
            Paused = row.GetBoolean(5),
            ReceiverPid = row.IsDBNull(6) ? null : row.GetInt32(6),
            Status = row.Text(7),
            SenderPort = row.IsDBNull(8) ? null : row.GetInt32(8),
            Slot = row.Text(9),
            Timeline = row.IsDBNull(10) ? null : row.GetInt32(10),
            Name = NameIn(row.Text(11)),
        }, cancellationToken);
    }

    /// <summary>Whether replay stands still by request; version 13 does not tell a request from its effect.</summary>
    private static string Pause(Installation installation) =>
        installation.Major >= 14 ? "pg_get_wal_replay_pause_state() = 'paused'" : "pg_is_wal_replay_paused()";

    /// <summary>The view shows the connection string with every value as it is, unquoted; the next keyword ends a value.</summary>
    private static string? NameIn(string? conninfo) =>
        conninfo is not null && ApplicationName().Match(conninfo) is { Success: true } match ? match.Groups["name"].Value : null;

    [GeneratedRegex(@"(?:^| )application_name=(?<name>.*?)(?= \w+=|$)|(?:^| )fallback_application_name=(?<name>.*?)(?= \w+=|$)(?!.* application_name=)")]
    private static partial Regex ApplicationName();
}
