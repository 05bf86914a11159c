using System.Globalization;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Npgsql;
using PgHaTutor.Hosts;

namespace PgHaTutor.Labs;

/// <summary>Looks at one node, again and again, over a warm connection: one round trip a look.</summary>
internal sealed partial class NodeObserver(Lab lab, Node node, ServerFinder finder) : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private NpgsqlDataSource? _source;
    private PostmasterFile? _server;
    private string _user = lab.Credentials.Superuser;
    private DateTimeOffset? _startedAt;

    /// <summary>Never throws but for a cancelled look: a node that cannot answer is an answer.</summary>
    public async Task<NodeSeen> ObserveAsync(CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var found = await finder.FindAsync(anew: attempt > 1, cancellationToken);
            var known = Known(found.Server);
            if (found.Server is not { } server)
                return new NodeSeen(WithoutServer(known, found));
            // Asked now, it would only write a FATAL into the log that the learner is about to read.
            if (server.Status is "starting")
                return new NodeSeen(known with { State = NodeState.Starting, Problem = "The server is starting." });
            if (server.Status is not ("ready" or "standby"))
                return new NodeSeen(await BetweenAsync(known, server));
            try
            {
                var seen = await AskAsync(known, await SourceAsync(server, attempt, cancellationToken), cancellationToken);
                return await StillAsync(seen, cancellationToken);
            }
            catch (Exception failure) when (failure is NpgsqlException or SocketException or TimeoutException or IOException or ObjectDisposedException or InvalidOperationException or HostException)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (failure is PostgresException refused && SignIn.MayBeAnotherSuperuser(lab, refused) && _user != SignIn.UsualSuperuser)
                {
                    _user = SignIn.UsualSuperuser;
                    continue;
                }
                // A warm connection breaks when its backend is ended, and roles change under a query during a promotion:
                // neither says that the server does not answer. A second look on a new connection does.
                if (attempt == 1 && failure is not { InnerException: TimeoutException })
                    continue;
                return new NodeSeen(await WithServerAsync(known, failure, cancellationToken));
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_source is not null)
            await _source.DisposeAsync();
    }

    private NodeObservation Known(PostmasterFile? server) => new(node.Name, NodeState.Unknown)
    {
        Host = node.Host.Name,
        Port = server?.Port ?? node.Port,
        DataDirectory = node.DataDirectory,
        PostmasterPid = server?.Pid,
    };

    /// <summary>A server that answers at the place of the one that was known may be a new process; the next look asks for it.</summary>
    private async Task<NodeSeen> StillAsync(NodeSeen seen, CancellationToken cancellationToken)
    {
        var isNew = _startedAt is not null && seen.Node.StartedAt != _startedAt;
        _startedAt = seen.Node.StartedAt ?? _startedAt;
        if (!isNew || await finder.FindAsync(anew: true, cancellationToken) is not { Server: { } server })
            return seen;
        return seen with { Node = seen.Node with { PostmasterPid = server.Pid, Port = server.Port ?? node.Port } };
    }

    private async Task<NpgsqlDataSource> SourceAsync(PostmasterFile server, int attempt, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_source is not null && attempt == 1 && _server?.Pid == server.Pid && _server.Port == server.Port)
                return _source;
        }
        var route = await node.Host.RouteAsync(server.Port ?? node.Port, cancellationToken);
        lock (_lock)
        {
            _source?.Dispose();
            _server = server;
            var text = new NpgsqlConnectionStringBuilder(SignIn.Text(lab, route, new ConnectionOptions(_user)))
            {
                CommandTimeout = 2,
                MaxPoolSize = 3,
                NoResetOnClose = true,
            };
            var builder = new NpgsqlSlimDataSourceBuilder(text.ConnectionString);
            builder.ConfigureTypeLoading(types => types.EnableTypeLoading(false));
            return _source = builder.Build();
        }
    }

    private static NodeObservation WithoutServer(NodeObservation known, ServerFound found)
    {
        if (found.Unreachable is { } why)
            return known with { State = NodeState.Unknown, Problem = why };
        return known with
        {
            State = found.HasDirectory ? NodeState.Stopped : NodeState.Absent,
            OrphanPid = found.Orphan,
            Problem = Trouble(known, found),
        };
    }

    private static string? Trouble(NodeObservation known, ServerFound found) => found switch
    {
        { Orphan: { } pid } =>
            $"{(found.HasDirectory ? "The files of its server were deleted" : "The data directory was deleted")} under it: process {pid} still runs, and holds port {known.Port} until it notices, within a minute.",
        { IsDiskFull: true } =>
            $"The disk of {known.DataDirectory} on {known.Host} is full, so its server cannot run, nor say so in its log. Make room there, then start it again.",
        _ => null,
    };

    /// <summary>
    /// It would refuse us, and write a FATAL into its log that a reader takes for the cause of something. One that stops waits for its clients,
    /// if it was asked to be smart about it: we are none then.
    /// </summary>
    private async Task<NodeObservation> BetweenAsync(NodeObservation known, PostmasterFile server)
    {
        NpgsqlDataSource? source;
        lock (_lock)
            (source, _source) = (_source, null);
        if (source is not null)
            await source.DisposeAsync();
        return known with { State = NodeState.Starting, Problem = $"The server is {(server.Status.Length > 0 ? server.Status : "starting")}." };
    }

    private async Task<NodeObservation> WithServerAsync(NodeObservation known, Exception failure, CancellationToken cancellationToken)
    {
        // It may have ended while it was asked.
        var found = await finder.FindAsync(anew: true, cancellationToken);
        if (found.Server is not { } server)
            return WithoutServer(known with { PostmasterPid = null }, found);
        if (failure is PostgresException { SqlState: PostgresErrorCodes.CannotConnectNow or PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown } busy)
            return known with { State = NodeState.Starting, Problem = $"The server says: {busy.MessageText}." };
        if (server.Status is "starting" or "stopping")
            return known with { State = NodeState.Starting, Problem = $"The server is {(server.Status.Length > 0 ? server.Status : "starting")}." };
        return known with
        {
            State = NodeState.Unknown,
            Problem = failure switch
            {
                HostException lost => lost.Message,
                PostgresException refused => $"The server refuses us: {refused.MessageText} ({refused.SqlState}).",
                { InnerException: TimeoutException } or TimeoutException => $"The server, process {server.Pid}, does not answer on port {known.Port} within 2 s.",
                _ => $"The server, process {server.Pid}, cannot be reached at {node.Host.Address}:{known.Port}: {(failure.InnerException ?? failure).Message}.",
            },
        };
    }

    private async Task<NodeSeen> AskAsync(NodeObservation known, NpgsqlDataSource source, CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new NpgsqlBatchCommand(connection.PostgreSqlVersion.Major >= 14 ? NodeQuery : NodeQuery13),
                new NpgsqlBatchCommand(SendersQuery),
                new NpgsqlBatchCommand(SlotsQuery),
            },
        };
        // Prepared once a connection; after that it is not even a message.
        await batch.PrepareAsync(cancellationToken);
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        if (Text(reader, 17) is { } data && data != node.DataDirectory && Paths.Real(data) != Paths.Real(node.DataDirectory))
            return new NodeSeen(known with { Problem = $"Port {known.Port} is answered by another server, that of {data}." });
        var seen = known with
        {
            State = NodeState.Running,
            InRecovery = reader.GetBoolean(0),
            SystemIdentifier = Text(reader, 1),
            Timeline = Number(reader, 2),
            Lsn = Labs.Lsn.TryParse(Text(reader, 3)),
            ReceiveLsn = Labs.Lsn.TryParse(Text(reader, 4)),
            ReplayLsn = Labs.Lsn.TryParse(Text(reader, 5)),
            PauseState = Text(reader, 6),
            Receiver = Number(reader, 7) is null
                ? null
                : new ReceiverObservation(Text(reader, 8), Text(reader, 9), Number(reader, 10), Text(reader, 11), Number(reader, 12)),
            StartedAt = reader.GetFieldValue<DateTimeOffset>(13),
            Version = Text(reader, 14),
            SynchronousStandbyNames = Text(reader, 15),
        };
        var upstream = seen.InRecovery is true && Text(reader, 16) is { } conninfo && PortWord().Match(conninfo) is { Success: true } match
            ? int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)
            : (int?)null;

        await reader.NextResultAsync(cancellationToken);
        var senders = new List<SenderObservation>();
        while (await reader.ReadAsync(cancellationToken))
            senders.Add(Sender(reader));
        await reader.NextResultAsync(cancellationToken);
        var slots = new List<SlotObservation>();
        while (await reader.ReadAsync(cancellationToken))
            slots.Add(Slot(reader));
        return new NodeSeen(seen with { Senders = senders, Slots = slots }, upstream);
    }

    private static SenderObservation Sender(NpgsqlDataReader row) =>
        new(row.GetInt32(0), Text(row, 1) ?? "", Text(row, 2), Text(row, 3))
        {
            SentLsn = Labs.Lsn.TryParse(Text(row, 4)),
            WriteLsn = Labs.Lsn.TryParse(Text(row, 5)),
            FlushLsn = Labs.Lsn.TryParse(Text(row, 6)),
            ReplayLsn = Labs.Lsn.TryParse(Text(row, 7)),
            LagBytes = row.IsDBNull(8) ? null : row.GetInt64(8),
            Slot = Text(row, 9),
        };

    private static SlotObservation Slot(NpgsqlDataReader row) =>
        new(Text(row, 0)!, Text(row, 1)!, row.GetBoolean(2), Number(row, 3), Text(row, 4))
        {
            RestartLsn = Labs.Lsn.TryParse(Text(row, 5)),
            RetainedBytes = row.IsDBNull(6) ? null : row.GetInt64(6),
        };

    private static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private static int? Number(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetInt32(column);

    [GeneratedRegex(@"\bport\s*=\s*'?(\d+)")]
    private static partial Regex PortWord();

    // The functions of the other role raise an error, hence the CASE guards. A standby's timeline: what it receives, else the
    // highest that its control file knows; the checkpoint's alone stays behind after a promotion until the next checkpoint.
    private const string NodeQuery = """
        SELECT pg_is_in_recovery(),
               (SELECT system_identifier::text FROM pg_control_system()),
               CASE WHEN NOT pg_is_in_recovery()
                      THEN ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::int
                    WHEN r.status = 'streaming' THEN r.received_tli
                    ELSE greatest((SELECT timeline_id FROM pg_control_checkpoint()), (SELECT min_recovery_end_timeline FROM pg_control_recovery()))
               END,
               CASE WHEN NOT pg_is_in_recovery() THEN pg_current_wal_lsn()::text END,
               CASE WHEN pg_is_in_recovery() THEN pg_last_wal_receive_lsn()::text END,
               CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn()::text END,
               CASE WHEN pg_is_in_recovery() THEN pg_get_wal_replay_pause_state() END,
               r.pid, r.status, r.sender_host, r.sender_port, r.slot_name::text, r.received_tli,
               pg_postmaster_start_time(),
               current_setting('server_version'),
               current_setting('synchronous_standby_names'),
               current_setting('primary_conninfo'),
               current_setting('data_directory')
        FROM (SELECT 1) one LEFT JOIN pg_stat_wal_receiver r ON true
        """;

    private static readonly string NodeQuery13 = NodeQuery.Replace(
        "pg_get_wal_replay_pause_state()", "CASE WHEN pg_is_wal_replay_paused() THEN 'paused' ELSE 'not paused' END");

    private const string Position = """
        CASE WHEN pg_is_in_recovery() THEN greatest(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn()) ELSE pg_current_wal_lsn() END
        """;

    private const string SendersQuery = $"""
        SELECT r.pid, r.application_name, r.state, r.sync_state,
               r.sent_lsn::text, r.write_lsn::text, r.flush_lsn::text, r.replay_lsn::text,
               pg_wal_lsn_diff({Position}, r.replay_lsn)::bigint,
               s.slot_name::text
        FROM pg_stat_replication r LEFT JOIN pg_replication_slots s ON s.active_pid = r.pid
        ORDER BY r.backend_start, r.pid
        """;

    private const string SlotsQuery = $"""
        SELECT slot_name::text, slot_type, active, active_pid, wal_status, restart_lsn::text,
               pg_wal_lsn_diff({Position}, restart_lsn)::bigint
        FROM pg_replication_slots ORDER BY slot_name
        """;
}
