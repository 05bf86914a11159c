using Npgsql;
using PgHaTutor.Hosts;

namespace PgHaTutor.Labs;

/// <summary>
/// Whether a lab's servers hold what only their memory knows. A checkpoint stops them and starts them again, so such a state cannot be kept by
/// one: a pause of replay, a configuration that was not yet read or waits for a restart, the time of the last replayed commit.
/// </summary>
internal static class OnlyInMemory
{
    // What a connection or the command line sets wins over a file, before a restart and after it.
    private const string Anything = """
        select exists (select from pg_settings where pending_restart)
            or exists (
                select from pg_file_settings f left join pg_settings s on lower(s.name) = lower(f.name)
                where f.error is not null
                   or f.applied and coalesce(s.source, '') not in ('client', 'session', 'command line', 'environment variable', 'override')
                      and ((s.sourcefile, s.sourceline) is distinct from (f.sourcefile, f.sourceline)
                           or lower(f.setting) not in (lower(s.setting), lower(current_setting(f.name)))))
            or case when pg_is_in_recovery() then pg_is_wal_replay_paused() or pg_last_xact_replay_timestamp() is not null else false end,
            extract(epoch from pg_conf_load_time())::text, current_setting('hba_file'), current_setting('ident_file')
        """;

    /// <summary>Also where a server cannot be asked: what it holds is not known.</summary>
    public static async Task<bool> AnythingInAsync(LabConnections connections, CancellationToken cancellationToken)
    {
        var seen = await connections.ObserveAsync(cancellationToken);
        foreach (var node in connections.Lab.Nodes)
        {
            switch (seen[node.Name]?.State)
            {
                case NodeState.Absent or NodeState.Stopped:
                    continue;
                case NodeState.Running when await HasAnythingAsync(connections, node, cancellationToken) is false:
                    continue;
                default:
                    return true;
            }
        }
        return false;
    }

    private static async Task<bool> HasAnythingAsync(LabConnections connections, Node node, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await connections.OpenAsync(node, cancellationToken: cancellationToken);
            await using var command = new NpgsqlCommand(Anything, connection);
            await using var row = await command.ExecuteReaderAsync(cancellationToken);
            if (!await row.ReadAsync(cancellationToken) || row.GetBoolean(0))
                return true;
            // The server tells of these files only what stands in them now, not what it has read.
            var later = await node.Host.RunAsync(
                new Script($"find {Bash.Quote(row.GetString(2))} {Bash.Quote(row.GetString(3))} -newermt @{row.GetString(1)}"), cancellationToken: cancellationToken);
            return !later.Succeeded || later.StandardOutput.Length > 0;
        }
        catch (NpgsqlException)
        {
            return true;
        }
    }
}
