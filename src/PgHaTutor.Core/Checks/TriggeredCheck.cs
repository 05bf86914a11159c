using Npgsql;
using PgHaTutor.Labs;

namespace PgHaTutor.Checks;

/// <summary>
/// After something was done on the node, another check passes within its time (and stays so for its window). It is done once, when no
/// other observer of the lab does such a thing, and then only looked at. It is done again when what had passed was broken in between, or,
/// after a pause that grows, when it did not come. So a watch that looks all the time does not disturb what it watches.
/// </summary>
public sealed record TriggeredCheck : Check
{
    /// <summary>What to do in SQL; null where <see cref="Sh"/> says it.</summary>
    public string? Sql { get; init; }

    /// <summary>What to do with bash on the node's host.</summary>
    public string? Sh { get; init; }

    public required Check Then { get; init; }

    /// <summary>What was done takes a moment to show; a look before that would still see the state from before.</summary>
    private static readonly TimeSpan Settle = TimeSpan.FromMilliseconds(300);

    /// <summary>And on a busy machine longer: so long is waited for any change at all.</summary>
    private static readonly TimeSpan SettleAtMost = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(100);

    /// <summary>For the deed itself and its last look.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(10);

    /// <summary>At least so long lies between two times of doing it; at most, where it fails again and again, <see cref="LongestRest"/>.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestRest = TimeSpan.FromMinutes(1);

    /// <summary>A script may be what starts the server.</summary>
    protected override IReadOnlyList<string> Asks => Sh is null ? [Node] : [];

    /// <summary>Longer than that of any check inside.</summary>
    protected override TimeSpan Patience => TimeSpan.FromSeconds(70);

    protected override async Task<Finding> SeeAsync(Look look, CancellationToken cancellationToken)
    {
        var memory = Memory.Of(look.Connections);
        var key = $"{Id} was triggered";
        var trial = memory.Recall<Trial>(key);
        if (trial is null)
            return Begin(look, null);
        if (!trial.Outcome.IsCompleted)
            return NotSeenYet(look, "it has just been done; what follows is not seen yet");
        if (!trial.WasToldOf)
        {
            memory.Keep(key, trial with { WasToldOf = true });
            return await trial.Outcome;
        }
        var then = await Then.LookAsync(look, cancellationToken);
        if (Turn.WasTaken(look.Lab, look.Observation.At))
            return NotSeenYet(look, "another observer of this lab is trying something");
        var outcome = await trial.Outcome;
        var holds = then.Answer is Answer.Passed;
        if (holds && outcome.Answer is Answer.Passed && !trial.WasBroken)
            return outcome with { Observed = then.Observed, Facts = then.Facts };
        if (look.Time.GetElapsedTime(trial.DoneAt) > (holds ? Rest : trial.Rest))
            return Begin(look, trial);
        memory.Keep(key, trial with { WasBroken = trial.WasBroken || !holds });
        return Told(look, then with { Answer = holds ? Answer.CannotTell : then.Answer }, holds ? "it was not so a moment ago; it will be done once more" : then.Reason);

        Finding Begin(Look seen, Trial? last)
        {
            var limit = SettleAtMost + Then.Within + Then.Stable + Slack;
            if (Turn.TryTake(seen.Lab, limit, seen.Time) is not { } turn)
                return NotSeenYet(seen, "another observer of this lab is trying something");
            var rest = last is null ? Then.Within > Rest ? Then.Within : Rest : last.Rest * 2;
            memory.Keep(key, new Trial(TryAsync(seen, turn, limit), seen.Time.GetTimestamp(), rest > LongestRest ? LongestRest : rest));
            return NotSeenYet(seen, "it has just been done; what follows is not seen yet");
        }
    }

    /// <summary>Does it and sees what follows. It goes on by itself, so that the turn ends in time whoever has stopped looking.</summary>
    private async Task<Finding> TryAsync(Look look, Turn turn, TimeSpan limit)
    {
        using var held = turn;
        using var ending = new CancellationTokenSource(limit, look.Time);
        try
        {
            if (await DoAsync(look, ending.Token) is { } refused)
                return refused;
            return await FollowAsync(look, ending.Token);
        }
        catch (NoAnswerException silence)
        {
            return new Finding(Answer.CannotTell, silence.Message) { Query = Deed(look) };
        }
        // A lab that is left meanwhile takes its connections along; and no fault of ours is the learner's.
        catch (Exception fault)
        {
            return new Finding(Answer.CannotTell, ending.IsCancellationRequested ? $"no answer within {limit.TotalSeconds:0} s" : $"could not be checked: {fault.Message}") { Query = Deed(look) };
        }
    }

    private async Task<Finding> FollowAsync(Look look, CancellationToken cancellationToken)
    {
        var done = look.Time.GetTimestamp();
        var before = Picture(look.Observation);
        long? trueSince = null;
        while (true)
        {
            await Task.Delay(trueSince is null && look.Time.GetElapsedTime(done) < Settle ? Settle : Pace, look.Time, cancellationToken);
            var now = look with { Observation = await look.Connections.ObserveAsync(cancellationToken) };
            var elapsed = look.Time.GetElapsedTime(done);
            if (before == Picture(now.Observation) && elapsed < SettleAtMost)
                continue;
            before = "";
            var seenAt = look.Time.GetTimestamp();
            var then = await Then.LookAsync(now, cancellationToken);
            trueSince = then.Answer is Answer.Passed ? trueSince ?? seenAt : null;
            if (trueSince is { } since ? look.Time.GetElapsedTime(since) >= Then.Stable : elapsed > Then.Within)
                return Told(look, then, $"{elapsed.TotalSeconds:0.0} s after it was done: {then.Reason}");
        }
    }

    /// <summary>What a deed may change in the lab, but for positions, which move by themselves.</summary>
    private static string Picture(Observation observation) => string.Join('\n', observation.Nodes.Select(node =>
        $"{node.Name} {node.State} {node.PostmasterPid} {node.InRecovery} {node.Timeline} {node.PauseState} {node.Receiver?.Status} {node.Receiver?.SenderPort} "
        + $"{string.Join(',', node.Senders.Select(sender => $"{sender.Pid} {sender.State}"))} {string.Join(',', node.Slots.Select(slot => $"{slot.Name} {slot.ActivePid}"))}"));

    /// <summary>What is expected is about the nested check's node, and so are the facts.</summary>
    private Finding NotSeenYet(Look look, string why) => new(Answer.CannotTell, why)
    {
        IsDisturbed = true,
        Node = Then.Node,
        Query = Deed(look),
        Facts = NodeFacts.Of(look.Observation, Then.Node),
    };

    private Finding Told(Look look, Finding then, string reason) => then with { Reason = reason, Query = $"{Deed(look)};\n{then.Query}" };

    /// <summary>Null where it was done.</summary>
    private async Task<Finding?> DoAsync(Look look, CancellationToken cancellationToken)
    {
        if (Sh is not null)
        {
            var output = await look.RunAsync(Node, Sh, cancellationToken);
            return output.Succeeded ? null : new Finding(Answer.CannotTell, $"it could not be done: {$"{output.StandardOutput}{output.StandardError}".Trim()}") { Query = Deed(look) };
        }
        var deed = Deed(look);
        // Done on a new connection, so that a stale one of the pool cannot make it happen twice.
        await look.WithAsync(Node, deed, new ConnectionOptions(ReadWrite: true, Fresh: true), async (connection, cancel) =>
        {
            await using var command = new NpgsqlCommand(deed, connection);
            return await command.ExecuteNonQueryAsync(cancel);
        }, cancellationToken);
        return null;
    }

    private string Deed(Look look) => look.Expand(Sql ?? Sh ?? "", Node);

    /// <param name="Outcome">Ends when the verdict is there.</param>
    /// <param name="DoneAt">When it was begun, as a timestamp of the lab's time.</param>
    /// <param name="Rest">How long it is not done again where it did not come.</param>
    private sealed record Trial(Task<Finding> Outcome, long DoneAt, TimeSpan Rest)
    {
        /// <summary>The verdict has been given as the answer of a look.</summary>
        public bool WasToldOf { get; init; }

        /// <summary>What had followed did not hold any more at some later look.</summary>
        public bool WasBroken { get; init; }
    }
}
