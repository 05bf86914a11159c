namespace PgHaTutor.Labs;

/// <summary>One immutable picture of the whole lab at one instant. What is not known is null, never false.</summary>
/// <param name="At">When the nodes began to be asked: nothing in it is older.</param>
public sealed record Observation(DateTimeOffset At, IReadOnlyList<NodeObservation> Nodes, IReadOnlyList<string> Contradictions)
{
    public NodeObservation? this[string name] => Nodes.FirstOrDefault(node => node.Name == name);

    /// <summary>This picture with the WAL positions of an earlier one: what was written since is left out, and what was replayed of it.</summary>
    public Observation AtPositionsOf(Observation earlier) => this with
    {
        Nodes = [.. Nodes.Select(node => earlier[node.Name] is { } was
            ? node with { Lsn = was.Lsn, ReceiveLsn = was.ReceiveLsn, ReplayLsn = Earliest(node.ReplayLsn, earlier.Nodes.Select(other => other.Lsn).Append(was.ReplayLsn).Max()) }
            : node)],
    };

    private static Lsn? Earliest(Lsn? one, Lsn? other) => one is { } first && other is { } second ? (first.CompareTo(second) < 0 ? first : second) : null;
}

public enum NodeState
{
    /// <summary>The server could not be asked, and it is not known why.</summary>
    Unknown,

    /// <summary>There is no data directory.</summary>
    Absent,

    /// <summary>A data directory, and no server process on it.</summary>
    Stopped,

    /// <summary>A process that does not accept connections yet (57P03), or shuts down.</summary>
    Starting,

    Running,
}

/// <summary>One node's part of an Observation. Null is "not known" or "does not apply", as said at each.</summary>
public sealed record NodeObservation(string Name, NodeState State)
{
    /// <summary>Why the server could not be asked, in a sentence; null where it could.</summary>
    public string? Problem { get; init; }

    public string Host { get; init; } = "";
    public int Port { get; init; }
    public string DataDirectory { get; init; } = "";
    public string? Version { get; init; }

    /// <summary>pg_is_in_recovery(); null unless running.</summary>
    public bool? InRecovery { get; init; }

    /// <summary>"primary" or "standby"; null where unknown. A running server that only does PITR is "standby" too.</summary>
    public string? Role => InRecovery switch { true => "standby", false => "primary", null => null };

    public string? SystemIdentifier { get; init; }

    /// <summary>The timeline it writes (primary) or receives and replays (standby), by the sources of PGHA.md 3.4.</summary>
    public int? Timeline { get; init; }

    /// <summary>pg_current_wal_lsn() on a primary; null on a standby.</summary>
    public Lsn? Lsn { get; init; }
    public Lsn? ReceiveLsn { get; init; }
    public Lsn? ReplayLsn { get; init; }

    /// <summary>"not paused", "pause requested", "paused"; null on a primary.</summary>
    public string? PauseState { get; init; }

    public ReceiverObservation? Receiver { get; init; }
    public IReadOnlyList<SenderObservation> Senders { get; init; } = [];
    public IReadOnlyList<SlotObservation> Slots { get; init; } = [];

    /// <summary>synchronous_standby_names; null where unknown.</summary>
    public string? SynchronousStandbyNames { get; init; }
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>The postmaster that runs on the node's data directory, by postmaster.pid; null where none does.</summary>
    public int? PostmasterPid { get; init; }

    /// <summary>
    /// A postmaster whose files were deleted underneath it. It holds its port until it misses its postmaster.pid, which it looks for
    /// once a minute (PostmasterMain's loop in postmaster.c), and serves nobody well until then; null where there is none.
    /// </summary>
    public int? OrphanPid { get; init; }
}

/// <summary>A row of pg_stat_wal_receiver.</summary>
public sealed record ReceiverObservation(string? Status, string? SenderHost, int? SenderPort, string? Slot, int? ReceivedTimeline);

/// <summary>A row of pg_stat_replication. LSNs are null for pg_basebackup and pg_receivewal, and without privilege.</summary>
public sealed record SenderObservation(int Pid, string ApplicationName, string? State, string? SyncState)
{
    public Lsn? SentLsn { get; init; }
    public Lsn? WriteLsn { get; init; }
    public Lsn? FlushLsn { get; init; }
    public Lsn? ReplayLsn { get; init; }

    /// <summary>Bytes that this one's replay is behind the sender's current position, read in the same query.</summary>
    public long? LagBytes { get; init; }
    public string? Slot { get; init; }
}

/// <summary>A row of pg_replication_slots.</summary>
public sealed record SlotObservation(string Name, string Type, bool Active, int? ActivePid, string? WalStatus)
{
    public Lsn? RestartLsn { get; init; }

    /// <summary>Bytes of WAL that the slot keeps.</summary>
    public long? RetainedBytes { get; init; }
}
