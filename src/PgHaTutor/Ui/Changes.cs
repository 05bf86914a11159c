using PgHaTutor.Labs;

namespace PgHaTutor.Ui;

/// <summary>What differs between two pictures of the lab, a sentence each. What was not known on one side is not called a change.</summary>
internal static class Changes
{
    public static IReadOnlyList<string> Of(Observation before, Observation after) =>
    [
        .. after.Nodes.SelectMany(node => before[node.Name] is { } was
            ? OfNode(was, node).Select(said => $"{node.Name}: {said}")
            : [$"{node.Name}: new in the lab, {State(node)}"]),
        .. before.Nodes.Where(was => after[was.Name] is null).Select(was => $"{was.Name}: no longer in the lab"),
        .. after.Contradictions.Except(before.Contradictions).Select(said => $"CONTRADICTION: {said}"),
        .. before.Contradictions.Except(after.Contradictions).Select(said => $"no longer: {said}"),
    ];

    private static IEnumerable<string> OfNode(NodeObservation was, NodeObservation node)
    {
        foreach (var said in OfServer(was, node))
            yield return said;
        foreach (var said in OfWal(was, node))
            yield return said;
        if (!WasAsked(node) || was.State is NodeState.Unknown || (was.State is NodeState.Running && !WasAsked(was)))
            yield break;
        foreach (var said in OfReceiver(was.Receiver, node.Receiver).Concat(OfSenders(was, node)).Concat(OfSlots(was, node)))
            yield return said;
    }

    private static IEnumerable<string> OfServer(NodeObservation was, NodeObservation node)
    {
        if (State(was) != State(node))
            yield return $"{State(was)} → {State(node)}{(was.InRecovery is true && node.InRecovery is false ? ": it was promoted" : "")}";
        else if (was.StartedAt is { } started && node.StartedAt is { } again && started != again)
            yield return "restarted";
        if (was.SystemIdentifier is { } system && node.SystemIdentifier is { } other && system != other)
            yield return $"a different system now: identifier {system} → {other}";
        if (was.Port != node.Port)
            yield return $"port {was.Port} → {node.Port}";
        if (was.Version is { } version && node.Version is { } newer && version != newer)
            yield return $"version {version} → {newer}";
        if (was.PauseState is { } pause && node.PauseState is { } now && pause != now)
            yield return $"replay {pause} → {now}";
        if (was.SynchronousStandbyNames is { } names && node.SynchronousStandbyNames is { } others && names != others)
            yield return $"synchronous_standby_names '{names}' → '{others}'";
    }

    private static IEnumerable<string> OfWal(NodeObservation was, NodeObservation node)
    {
        if (was.Timeline is { } timeline && node.Timeline is { } next && timeline != next)
            yield return $"timeline {timeline} → {next}";
        if (was.SystemIdentifier != node.SystemIdentifier)
            yield break;
        if (was.Lsn is { } from && node.Lsn is { } to && from != to)
            yield return $"{Moved(from, to, " of WAL")}";
        if (was.ReplayLsn is { } replayed && node.ReplayLsn is { } further && replayed != further)
            yield return $"replayed {Moved(replayed, further)}";
    }

    private static IEnumerable<string> OfReceiver(ReceiverObservation? was, ReceiverObservation? receiver)
    {
        if (was is null && receiver is not null)
            yield return $"a WAL receiver appeared, {receiver.Status ?? "status unknown"}{(receiver.SenderPort is { } from ? $", from port {from}" : "")}{(receiver.Slot is { } used ? $", slot {used}" : "")}";
        else if (was is not null && receiver is null)
            yield return "its WAL receiver is gone";
        if (was is null || receiver is null)
            yield break;
        if (was.Status != receiver.Status)
            yield return $"WAL receiver {was.Status ?? "status unknown"} → {receiver.Status ?? "status unknown"}";
        if (was.SenderPort != receiver.SenderPort)
            yield return $"receives from port {receiver.SenderPort} instead of {was.SenderPort}";
        if (was.Slot != receiver.Slot)
            yield return $"receives through {Slot(receiver.Slot)} instead of {Slot(was.Slot)}";
    }

    private static IEnumerable<string> OfSenders(NodeObservation was, NodeObservation node)
    {
        foreach (var (before, after) in Pairs(was.Senders, node.Senders, sender => sender.ApplicationName))
        {
            var name = (after ?? before)!.ApplicationName;
            if (before is null)
                yield return $"a sender for {name} appeared, {after!.State ?? "state unknown"}{(after.SyncState is { } sync ? $", {sync}" : "")}";
            else if (after is null)
                yield return $"the sender for {name} is gone";
            else if (before.State != after.State || before.SyncState != after.SyncState)
                yield return $"sender for {name}: {Sender(before)} → {Sender(after)}";
        }
    }

    private static IEnumerable<string> OfSlots(NodeObservation was, NodeObservation node)
    {
        foreach (var (before, after) in Pairs(was.Slots, node.Slots, slot => slot.Name))
        {
            if (before is null)
                yield return $"slot {after!.Name} created, {Use(after)}";
            else if (after is null)
                yield return $"slot {before.Name} dropped";
            else if (before.Active != after.Active || before.WalStatus != after.WalStatus)
                yield return $"slot {after.Name}: {Use(before)} → {Use(after)}";
        }
    }

    // Several may bear one name, as walreceiver: they are told apart by their order only.
    private static IEnumerable<(T? Before, T? After)> Pairs<T>(IReadOnlyList<T> before, IReadOnlyList<T> after, Func<T, string> name)
        where T : class
    {
        foreach (var key in before.Concat(after).Select(name).Distinct())
        {
            var (old, now) = (before.Where(one => name(one) == key).ToList(), after.Where(one => name(one) == key).ToList());
            for (var index = 0; index < Math.Max(old.Count, now.Count); index++)
                yield return (old.ElementAtOrDefault(index), now.ElementAtOrDefault(index));
        }
    }

    private static bool WasAsked(NodeObservation node) => node is { State: NodeState.Running, InRecovery: not null };

    private static string State(NodeObservation node) => node.State is NodeState.Running
        ? node.Role is { } role ? $"running, {role}" : "running"
        : $"{node.State}{(node.OrphanPid is { } pid ? $", with its server, process {pid}, still there" : "")}".ToLowerInvariant();

    private static string Moved(Lsn from, Lsn to, string what = "") => $"{(to.CompareTo(from) > 0 ? "+" : "")}{Amounts.Exact(to.Since(from))}{what}, to {to}";

    private static string Sender(SenderObservation sender) => string.Join(", ", new[] { sender.State ?? "state unknown", sender.SyncState }.OfType<string>());

    private static string Slot(string? name) => name is null ? "no slot" : $"slot {name}";

    private static string Use(SlotObservation slot) => $"{(slot.Active ? "active" : "inactive")}{(slot.WalStatus is { } status and not "reserved" ? $", {status}" : "")}";
}
