using PgHaTutor.Labs;

namespace PgHaTutor.Checks;

/// <summary>
/// The node really follows that upstream, proved by a random row and not by looks: every single fact can be imitated
/// (a receiver that streams from its own server, pg_receivewal under the standby's name, a dump that refuses writes).
/// The row is written only when all else holds, and once for a stream: as long as both servers, the receiver, the sender and
/// the timeline stay the same, it is enough that the node has replayed the upstream's position of this very look.
/// So a look at an idle pair writes no WAL, and no change of the stream keeps its old proof.
/// </summary>
public sealed record StreamingFromCheck : Check
{
    /// <summary>How long one look waits for the row to arrive; a wait looks again, for the same row.</summary>
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan Blink = TimeSpan.FromMilliseconds(5);

    /// <summary>The upstream node.</summary>
    public required string From { get; init; }

    /// <summary>The slot that the stream must use; <c>any</c> demands some slot, null none.</summary>
    public string? Slot { get; init; }

    protected override IReadOnlyList<string> Asks => [Node, From];

    protected override async Task<Finding> SeeAsync(Look look, CancellationToken cancellationToken)
    {
        var slot = Slot is null ? null : look.Expand(Slot, Node);
        var view = await ViewAsync(look, cancellationToken);
        var missing = Missing(view, look) ?? MissingSender(view) ?? MissingSlot(view, slot);
        if (missing is not null)
            return Found(view, null, slot, missing);
        if (WriterOf(look, view) is not { } writer)
            return look.Observation.Nodes.FirstOrDefault(node => node.State is not (NodeState.Running or NodeState.Absent)) is { } silent
                ? throw new NoAnswerException($"{From} is in recovery itself, and the primary that a row could be written on does not answer: {silent.Name} is {silent.State.ToString().ToLowerInvariant()}")
                : Found(view, null, slot, new Part("role", $"{From} is in recovery itself, and no primary of its system is there to write a row"));

        var memory = Memory.Of(look.Connections);
        var key = $"{Node} streams from {From}";
        var proof = memory.Recall<Proof>(key);
        // A position inside of a record says nothing, because nobody can replay up to it.
        if (proof?.Stream != view.Stream || (proof.Arrived && !view.Upstream.Goal.IsWhole))
            memory.Keep(key, proof = await NewProofAsync(look, writer, view, cancellationToken));
        var goal = view.Upstream.Goal.Lsn;
        var isKnown = proof.Arrived;
        var started = look.Time.GetTimestamp();
        while (true)
        {
            if (!proof.Arrived && await proof.Row.HasArrivedAsync(look, Node, cancellationToken))
                memory.Keep(key, proof = proof with { Arrived = true });
            missing = (isKnown ? MissingReplay(view, goal) : MissingRow(proof)) ?? MissingCover(view, proof);
            if (missing is null)
                return Found(view, proof.Row, slot, null);
            if (look.Time.GetElapsedTime(started) > Moment)
                break;
            await Task.Delay(Blink, look.Time, cancellationToken);
            view = await ViewAsync(look, cancellationToken);
            missing = Missing(view, look) ?? MissingSender(view) ?? MissingSlot(view, slot);
            if (missing is not null || view.Stream != proof.Stream)
                return Found(view, proof.Row, slot, missing ?? new Part("sender", $"{Node} reconnected to {From} while it was looked at"));
        }
        // An upstream that writes all the time is never caught up with; a new row that will arrive tells a slow stream from a dead one.
        if (isKnown)
            memory.Keep(key, await NewProofAsync(look, writer, view, cancellationToken));
        return Found(view, proof.Row, slot, missing);
    }

    private static async Task<Proof> NewProofAsync(Look look, string writer, View view, CancellationToken cancellationToken) =>
        new(view.Stream, await CanaryRow.WriteAsync(look, writer, cancellationToken), Arrived: false);

    private async Task<View> ViewAsync(Look look, CancellationToken cancellationToken)
    {
        var upstream = UpstreamEnd.SeeAsync(look, From, cancellationToken);
        var standby = StandbyEnd.SeeAsync(look, Node, cancellationToken);
        await Task.WhenAll(upstream, standby);
        return new View(await upstream, await standby);
    }

    private Part? Missing(View view, Look look)
    {
        var (upstream, standby) = view;
        if (!standby.InRecovery)
            return new Part("role", $"{Node} is not in recovery, so it follows nobody");
        if (!standby.HasSignal)
            return new Part("role", $"{Node} is in recovery, but standby.signal is missing: it would not be a standby after a restart");
        if (upstream.System != standby.System)
            return new Part("system", $"{Node} is another cluster than {From}: their system identifiers differ");
        if (standby.Status is null)
            return new Part("receiver", $"no WAL receiver runs on {Node}");
        if (standby.Status is not "streaming")
            return new Part("receiver", $"the WAL receiver of {Node} is {standby.Status}, not streaming");
        // Where a server really listens, which a learner may have changed.
        var port = PortOf(look, From);
        if (standby.SenderPort != port)
            return new Part("upstream", standby.SenderPort == PortOf(look, Node)
                ? $"{Node} streams from itself: port {standby.SenderPort} is its own"
                : $"{Node} streams from port {standby.SenderPort}; {From} is on {port}");
        return standby.Paused ? new Part("nonce", $"replay is paused on {Node}, so nothing new shows there") : null;
    }

    private static int PortOf(Look look, string node) => look.Observation[node]?.Port ?? look.Lab[node].Port;

    private Part? MissingSender(View view)
    {
        if (view.Sender is not { } sender)
            return new Part("sender", $"{From} has no WAL sender of {Node}{(view.Standby.Name is { } name ? $" (application_name {name})" : "")}");
        if (sender.State is not "streaming")
            return new Part("sender", $"the WAL sender of {From} is in state {sender.State}, not streaming");
        if (sender.Replayed is null)
            return new Part("sender", $"what {From} sends WAL to does not replay it: not a standby");
        return sender.Replayed.Value.CompareTo(view.Upstream.Lsn) > 0
            ? new Part("sender", $"{Node} has replayed {sender.Replayed}, which is more than {From} ever wrote ({view.Upstream.Lsn}): they have diverged")
            : null;
    }

    private Part? MissingSlot(View view, string? slot)
    {
        if (slot is null)
            return null;
        var sender = view.Sender!;
        if (sender.Slot is null || view.Standby.Slot != sender.Slot)
            return new Part("slot", $"{Node} streams without a slot");
        if (slot is not "any" && sender.Slot != slot)
            return new Part("slot", $"{Node} streams through slot {sender.Slot}, not {slot}");
        return sender.WalStatus is "reserved" or "extended" ? null : new Part("slot", $"slot {sender.Slot} does not keep its WAL any more: wal_status is {sender.WalStatus}");
    }

    private Part? MissingRow(Proof proof) =>
        proof.Arrived ? null : new Part("nonce", $"a row that was just written on {From} has not arrived on {Node}");

    private Part? MissingReplay(View view, Lsn goal) =>
        view.Standby.Replayed?.CompareTo(goal) >= 0 ? null
        : new Part("nonce", $"{Node} has replayed {view.Standby.Replayed}, and {From} is already at {goal}");

    /// <summary>A standby reports its replay within milliseconds, but may take up to wal_receiver_status_interval.</summary>
    private Part? MissingCover(View view, Proof proof) =>
        view.Sender!.Replayed!.Value.CompareTo(proof.Row.Lsn) >= 0 ? null
        : new Part("sender", $"{Node} has not reported yet to {From} that it replayed the row");

    /// <summary>Where a row can be written that must come down this stream: the upstream, or the primary that it follows in turn.</summary>
    private string? WriterOf(Look look, View view) =>
        !view.Upstream.InRecovery
            ? From
            : look.Observation.Nodes.FirstOrDefault(node => node.InRecovery is false && node.SystemIdentifier == view.Upstream.System)?.Name;

    private Finding Found(View view, CanaryRow? row, string? slot, Part? missing)
    {
        var sender = view.Sender;
        return new Finding(missing is null ? Answer.Passed : Answer.Failed, missing?.Why ?? $"{Node} follows {From}: a row written there arrived")
        {
            Query = $"""
                -- on {Node}
                {StandbyEnd.Question};
                {(row is null ? "" : row.Question + ";")}
                -- on {From}
                {UpstreamEnd.SenderQuestion};
                """.Replace("\n\n", "\n"),
            Expected = $"{Node} streams from {From}{(slot is null ? "" : slot is "any" ? " through a slot" : $" through slot {slot}")}, and a row written there arrives",
            Observed = $"receiver {view.Standby.Status ?? "none"}{(view.Standby.SenderPort is { } port ? $" from port {port}" : "")}, "
                + $"sender {(sender is null ? "none" : $"{sender.Pid} {sender.State}, replayed {sender.Replayed?.ToString() ?? "nothing"}")} of {view.Upstream.Lsn}",
            Facts = new Dictionary<string, object?> { ["failed"] = missing?.Name },
        };
    }

    /// <summary>A part of the conjunction that does not hold.</summary>
    private sealed record Part(string Name, string Why);

    /// <summary>That a row came down one stream, or is still awaited.</summary>
    private sealed record Proof(string Stream, CanaryRow Row, bool Arrived);

    /// <summary>Both ends at one look.</summary>
    private sealed record View(UpstreamEnd Upstream, StandbyEnd Standby)
    {
        /// <summary>The sender under the name of the standby's receiver; the one that replays, where another has taken its name.</summary>
        public SenderRow? Sender { get; } = Upstream.Senders
            .Where(sender => Standby.Name is null || sender.Name == Standby.Name)
            .OrderByDescending(sender => sender.Slot == Standby.Slot)
            .ThenByDescending(sender => sender.Replayed is not null)
            .FirstOrDefault();

        /// <summary>Names this very stream: whatever reconnects, restarts or changes its timeline makes another.</summary>
        public string Stream =>
            $"{Upstream.System} {Upstream.StartedAt} {Standby.StartedAt} {Standby.ReceiverPid} {Standby.Timeline} {Standby.SenderPort} {Sender?.Pid} {Sender?.StartedAt} {Sender?.Slot}";
    }
}
