using PgHaTutor.Labs;

namespace PgHaTutor.Commands;

/// <summary>What <c>status --json</c> prints: the Observation. What is not known is null.</summary>
internal sealed record StatusDocument(string? Lab, string? Lesson, DateTimeOffset At, IReadOnlyList<StatusDocument.Node> Nodes, IReadOnlyList<string> Contradictions)
{
    public static StatusDocument Of(Lab lab, Observation seen) =>
        new(lab.Id, lab.LessonId, seen.At, [.. seen.Nodes.Select(Of)], seen.Contradictions);

    private static Node Of(NodeObservation node) => new(
        node.Name, node.Host, node.Port, node.DataDirectory, node.Version, node.State.ToString().ToLowerInvariant(), node.Role,
        node.SystemIdentifier, node.Timeline, Text(node.Lsn), Text(node.ReceiveLsn), Text(node.ReplayLsn),
        node.State is not NodeState.Running ? null : [.. node.Senders.Select(sender => new Sender(
            sender.Pid, sender.ApplicationName, sender.State, sender.SyncState,
            Text(sender.SentLsn), Text(sender.WriteLsn), Text(sender.FlushLsn), Text(sender.ReplayLsn), sender.LagBytes, sender.Slot))],
        node.Receiver is { } receiver
            ? new Receiver(receiver.Status, receiver.SenderHost, receiver.SenderPort, receiver.Slot, receiver.ReceivedTimeline)
            : null,
        node.State is not NodeState.Running ? null : [.. node.Slots.Select(slot => new Slot(slot.Name, slot.Type, slot.Active, slot.WalStatus, Text(slot.RestartLsn), slot.RetainedBytes))])
    {
        PauseState = node.PauseState,
        SynchronousStandbyNames = node.SynchronousStandbyNames,
        StartedAt = node.StartedAt,
        Pid = node.PostmasterPid,
        Problem = node.Problem,
    };

    private static string? Text(Lsn? lsn) => lsn?.ToString();

    public sealed record Node(
        string Name, string Host, int Port, string Data, string? Version, string State, string? Role,
        string? SystemIdentifier, int? Timeline, string? Lsn, string? ReceiveLsn, string? ReplayLsn,
        IReadOnlyList<Sender>? Senders, Receiver? Receiver, IReadOnlyList<Slot>? Slots)
    {
        public string? PauseState { get; init; }
        public string? SynchronousStandbyNames { get; init; }
        public DateTimeOffset? StartedAt { get; init; }
        public int? Pid { get; init; }
        public string? Problem { get; init; }
    }

    public sealed record Sender(
        int Pid, string ApplicationName, string? State, string? SyncState,
        string? SentLsn, string? WriteLsn, string? FlushLsn, string? ReplayLsn, long? LagBytes, string? Slot);

    public sealed record Receiver(string? Status, string? SenderHost, int? SenderPort, string? Slot, int? ReceivedTimeline);

    public sealed record Slot(string Name, string Type, bool Active, string? WalStatus, string? RestartLsn, long? RetainedBytes);
}
