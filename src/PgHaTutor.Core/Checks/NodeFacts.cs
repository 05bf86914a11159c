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
        // An empty list of a server that was not asked is not a number.
        var running = node.State is NodeState.Running;
        return new Dictionary<string, object?>
        {
            ["state"] = node.State.ToString().ToLowerInvariant(),
            ["role"] = node.Role,
            ["timeline"] = (long?)node.Timeline,
            ["system_identifier"] = node.SystemIdentifier,
            ["lsn"] = node.Lsn?.ToString(),
            ["receive_lsn"] = node.ReceiveLsn?.ToString(),
            ["replay_lsn"] = node.ReplayLsn?.ToString(),
            ["pause_state"] = node.PauseState,
            ["receiver"] = node.Receiver is not { } receiver ? null : new Dictionary<string, object?>
            {
                ["status"] = receiver.Status,
                ["sender_host"] = receiver.SenderHost,
                ["sender_port"] = (long?)receiver.SenderPort,
                ["slot"] = receiver.Slot,
            },
            ["senders"] = running ? (long)node.Senders.Count : null,
            ["slots"] = running ? (long)node.Slots.Count : null,
            ["problem"] = node.Problem,
            ["port"] = (long)node.Port,
        };
    }
}
