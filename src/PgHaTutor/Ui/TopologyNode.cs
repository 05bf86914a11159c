using PgHaTutor.Labs;

namespace PgHaTutor.Ui;

/// <summary>A node in the picture, with what it feeds.</summary>
/// <param name="Feed">The link that it receives WAL through; null for a primary and for whoever follows nobody.</param>
internal sealed record TopologyNode(NodeObservation Node, TopologyLink? Feed)
{
    public IReadOnlyList<TopologyNode> Standbys { get; init; } = [];

    /// <summary>Rows of pg_stat_replication that are no node of the lab, such as a running pg_basebackup.</summary>
    public IReadOnlyList<SenderObservation> OtherClients { get; init; } = [];

    /// <summary>Slots that no node of the lab streams through; an inactive one keeps WAL for nobody.</summary>
    public IReadOnlyList<SlotObservation> OtherSlots { get; init; } = [];

    /// <summary>Another node of the same system accepts writes too.</summary>
    public bool IsSecondPrimary { get; init; }

    public int Depth => 1 + Standbys.Select(standby => standby.Depth).DefaultIfEmpty().Max();
}
