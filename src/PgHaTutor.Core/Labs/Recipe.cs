namespace PgHaTutor.Labs;

/// <summary>The start state that a lesson asks for: its nodes, in the order in which they are written.</summary>
public sealed record Recipe(IReadOnlyList<NodeRecipe> Nodes)
{
    public NodeRecipe? this[string name] => Nodes.FirstOrDefault(node => node.Name == name);

    /// <summary>What is waited for once the servers are started.</summary>
    public string Awaits => Nodes.Any(node => node.Role is NodeRole.Standby) ? "Waiting for the standbys to stream" : "Looking at how the lab begins";

    /// <summary>Where a node's upstreams begin: a primary; the node itself where it follows nobody.</summary>
    public NodeRecipe RootOf(NodeRecipe node) => node.Role is NodeRole.Standby ? RootOf(this[node.Of!]!) : node;
}

public enum NodeRole
{
    /// <summary>Nothing but the parent folder: the data directory does not exist.</summary>
    Empty,

    /// <summary>initdb has run with the lab's settings; the server has never been started.</summary>
    Initialised,

    /// <summary>A running read-write server with the replication role, its hba lines and the canary schema.</summary>
    Primary,

    /// <summary>A running standby, a copy of the primary that <see cref="NodeRecipe.Of"/> leads to, streaming.</summary>
    Standby,
}

/// <summary>What one node is at the start of a lesson.</summary>
public sealed record NodeRecipe(string Name, NodeRole Role)
{
    /// <summary>The upstream of a standby: a primary, or a standby for a cascade.</summary>
    public string? Of { get; init; }

    /// <summary>The node on whose host it lives, where a lesson is about two servers of one host; wherever the target puts it where null.</summary>
    public string? Beside { get; init; }

    /// <summary>The physical slot that the standby streams through, made on its upstream; none where null.</summary>
    public string? Slot { get; init; }

    /// <summary>Whether the upstream names this standby in synchronous_standby_names.</summary>
    public bool Sync { get; init; }

    /// <summary>recovery_min_apply_delay, in PostgreSQL's notation.</summary>
    public string? Delay { get; init; }

    /// <summary>Whether the node archives its WAL into <c>$ARCHIVE_DIR</c>.</summary>
    public bool Archive { get; init; }

    /// <summary>Further lines for postgresql.conf.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>SQL that runs once on a primary while the start state is built, before standbys are cloned.</summary>
    public string? Setup { get; init; }
}
