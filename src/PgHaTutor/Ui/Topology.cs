using PgHaTutor.Labs;

namespace PgHaTutor.Ui;

/// <summary>Who follows whom, as far as one Observation shows it: trees of nodes, each with the link that feeds it.</summary>
internal sealed record Topology(IReadOnlyList<TopologyNode> Roots)
{
    public static Topology Of(Observation observation)
    {
        var links = Links(observation);
        var roots = observation.Nodes.Where(node => links.All(link => link.To != node.Name)).ToList();
        // Two nodes that follow each other have no root; the first stands for one, or they would not be seen at all.
        List<string> seen = [];
        var trees = roots.ConvertAll(root => Tree(root, null));
        while (observation.Nodes.FirstOrDefault(node => !seen.Contains(node.Name)) is { } left)
            trees.Add(Tree(left, null));
        return new Topology(trees);

        TopologyNode Tree(NodeObservation node, TopologyLink? feed)
        {
            seen.Add(node.Name);
            var fed = links.Where(link => link.From == node.Name && !seen.Contains(link.To)).ToList();
            var own = links.Where(link => link.From == node.Name).ToList();
            return new TopologyNode(node, feed)
            {
                Standbys = fed.ConvertAll(link => Tree(observation[link.To]!, link)),
                OtherClients = [.. node.Senders.Except(own.Select(link => link.Sender))!],
                OtherSlots = [.. node.Slots.Except(own.Select(link => link.Slot))!],
                IsSecondPrimary = observation.Nodes.Any(other => other.Name != node.Name && AreRivals(node, other)),
            };
        }
    }

    private static bool AreRivals(NodeObservation one, NodeObservation other) =>
        one is { InRecovery: false, SystemIdentifier: { } system } && other.InRecovery is false && other.SystemIdentifier == system;

    private static List<TopologyLink> Links(Observation observation)
    {
        List<TopologyLink> links = [];
        foreach (var node in observation.Nodes)
            if (Upstream(node, observation) is { } upstream)
                links.Add(Link(upstream, node, [.. links.Select(link => link.Sender!)]));
        return links;
    }

    // The receiver knows the port that it reads from. Where it cannot be asked, the name that it gave its sender may do.
    private static NodeObservation? Upstream(NodeObservation node, Observation observation)
    {
        var others = observation.Nodes.Where(other => other.Name != node.Name).ToList();
        if (node.Receiver?.SenderPort is not { } port)
            return others.FirstOrDefault(other => other.Senders.Any(sender => sender.ApplicationName == node.Name));
        var there = others.FindAll(other => other.Port == port);
        return there.Find(other => other.Senders.Any(sender => Names(sender, node))) ?? there.FirstOrDefault();
    }

    private static TopologyLink Link(NodeObservation upstream, NodeObservation node, IReadOnlyList<SenderObservation> taken)
    {
        var free = upstream.Senders.Except(taken).ToList();
        // A lone sender without a name of its own can only be this one.
        var sender = free.Find(sender => Names(sender, node)) ?? (free is [{ ApplicationName: "walreceiver" } lone] ? lone : null);
        var slot = node.Receiver?.Slot ?? sender?.Slot;
        return new TopologyLink(upstream.Name, node.Name)
        {
            Receiver = node.Receiver,
            Sender = sender,
            Slot = upstream.Slots.FirstOrDefault(one => slot is not null && one.Name == slot),
        };
    }

    private static bool Names(SenderObservation sender, NodeObservation node) =>
        sender.Slot is { } slot && node.Receiver?.Slot is { } used ? slot == used : sender.ApplicationName == node.Name;
}
