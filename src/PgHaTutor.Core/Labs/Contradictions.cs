namespace PgHaTutor.Labs;

/// <summary>What cannot be right in a lab, whatever the lesson: said only where it is certain.</summary>
internal static class Contradictions
{
    public static IReadOnlyList<string> In(IReadOnlyList<NodeSeen> seen)
    {
        var running = seen.Where(one => one.Node.State is NodeState.Running).ToList();
        return [.. TwoPrimaries(running), .. running.SelectMany(one => OfStandby(one, running)), .. running.SelectMany(Ahead)];
    }

    private static IEnumerable<string> TwoPrimaries(IReadOnlyList<NodeSeen> running) =>
        from one in running
        where one.Node is { InRecovery: false, SystemIdentifier: not null }
        group one.Node by one.Node.SystemIdentifier into system
        where system.Count() > 1
        select $"{string.Join(" and ", system.Select(node => node.Name))} are one system, and both accept writes: split brain.";

    private static IEnumerable<string> OfStandby(NodeSeen standby, IReadOnlyList<NodeSeen> running)
    {
        if (standby.Node.InRecovery is not true)
            yield break;
        if (standby.Node.Receiver is { Status: "streaming", SenderPort: { } port } && port == standby.Node.Port)
            yield return $"{standby.Node.Name} streams from itself.";
        var upstream = running.FirstOrDefault(other => other != standby && other.Node.Port == standby.UpstreamPort);
        if (upstream?.Node.SystemIdentifier is { } theirs && standby.Node.SystemIdentifier is { } own && theirs != own)
            yield return $"{standby.Node.Name} is to follow {upstream.Node.Name}, but is another system ({own}, not {theirs}).";
    }

    /// <summary>
    /// A primary's position is read after the positions that its standbys reported, so nobody who follows it can be ahead.
    /// </summary>
    private static IEnumerable<string> Ahead(NodeSeen primary) =>
        from sender in primary.Node.InRecovery is false ? primary.Node.Senders : []
        where sender.LagBytes < 0
        select $"{sender.ApplicationName} has replayed {-sender.LagBytes} bytes more than {primary.Node.Name} has written: it diverged.";
}
