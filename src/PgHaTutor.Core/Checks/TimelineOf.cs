using System.Net.Sockets;
using Npgsql;
using Npgsql.Replication;
using PgHaTutor.Hosts;
using PgHaTutor.Labs;

namespace PgHaTutor.Checks;

/// <summary>
/// The timeline that a running server is on. IDENTIFY_SYSTEM alone is right in every role and at once after a promotion
/// (pg_control_checkpoint() keeps the old one until the next checkpoint), but it takes a WAL sender and a line in the log;
/// so it is asked again only when what can be read cheaply has changed, or says something else.
/// </summary>
internal static class TimelineOf
{
    /// <summary>What anybody can repeat, with psql "replication=true".</summary>
    public const string Question = "IDENTIFY_SYSTEM";

    private const string Cheap = """
        select pg_postmaster_start_time()::text, pg_is_in_recovery(),
               case when pg_is_in_recovery() then null
                    else ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::int end,
               (select received_tli from pg_stat_wal_receiver),
               (select min_recovery_end_timeline from pg_control_recovery())
        """;

    public static async Task<int> SeeAsync(Look look, string node, CancellationToken cancellationToken)
    {
        var (state, cheap) = await look.AskAsync(node, Cheap, row =>
        {
            int? Number(int column) => row.IsDBNull(column) ? null : row.GetInt32(column);
            return ($"{row.GetString(0)} {row.GetBoolean(1)} {Number(2)} {Number(3)} {Number(4)}", Number(2) ?? Number(3) ?? Number(4));
        }, cancellationToken);
        var memory = Memory.Of(look.Connections);
        var key = $"{node} is on timeline";
        if (cheap is { } known && memory.Recall<string>(key) == state)
            return known;
        var identified = await IdentifyAsync(look, node, cancellationToken);
        if (identified is not null && identified == cheap)
            memory.Keep(key, state);
        return identified ?? cheap ?? throw new NoAnswerException($"{node} does not say which timeline it is on", Cheap);
    }

    /// <summary>Null where no replication connection is let in: a lesson may well have taken its pg_hba.conf line or its last WAL sender.</summary>
    private static async Task<int?> IdentifyAsync(Look look, string node, CancellationToken cancellationToken)
    {
        var target = look.Lab[node];
        var port = look.Observation[node]?.Port ?? target.Port;
        try
        {
            await using var connection = new PhysicalReplicationConnection(SignIn.Text(look.Lab, await target.Host.RouteAsync(port, cancellationToken), new ConnectionOptions(Fresh: true)));
            await connection.Open(cancellationToken);
            return (int)(await connection.IdentifySystem(cancellationToken)).Timeline;
        }
        catch (Exception refused) when (refused is NpgsqlException or TimeoutException or IOException or SocketException or HostException)
        {
            return null;
        }
    }
}
