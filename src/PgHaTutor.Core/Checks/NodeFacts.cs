using PgHaTutor.Labs;

namespace PgHaTutor.Checks;

/// <summary>The facts that every on_fail condition can name: those of each node under its name, and the check's own node's alone.</summary>
public static class NodeFacts
{
    /// <param name="node">The node whose facts also stand without its name; none where it is empty or unknown.</param>
    public static Dictionary<string, object?> Of(Observation observation, string node)
    {
        var facts = new Dictionary<string, object?>();
        foreach (var each in observation.Nodes)
            facts[each.Name] = Of(each);
        if (observation[node] is not { } own)
            return facts;
        foreach (var (name, value) in Of(own))
            facts[name] = value;
        return facts;
    }

    private static Dictionary<string, object?> Of(NodeObservation node)
    {
        var facts = new Dictionary<string, object?>
        {
            ["state"] = node.State.ToString().ToLowerInvariant(),
            ["problem"] = node.Problem,
            ["port"] = (long)node.Port,
        };
        // A server that was not asked may have a receiver or none: such a fact is not null but missing.
        if (node.State is not NodeState.Running)
            return facts;
        facts["role"] = node.Role;
        facts["timeline"] = (long?)node.Timeline;
        facts["system_identifier"] = node.SystemIdentifier;
        facts["lsn"] = node.Lsn?.ToString();
        facts["receive_lsn"] = node.ReceiveLsn?.ToString();
        facts["replay_lsn"] = node.ReplayLsn?.ToString();
        facts["pause_state"] = node.PauseState;
        facts["receiver"] = node.Receiver is not { } receiver ? null : new Dictionary<string, object?>
        {
            ["status"] = receiver.Status,
            ["sender_host"] = receiver.SenderHost,
            ["sender_port"] = (long?)receiver.SenderPort,
            ["slot"] = receiver.Slot,
        };
        facts["senders"] = (long)node.Senders.Count;
        facts["slots"] = (long)node.Slots.Count;
        return facts;
    }
}
