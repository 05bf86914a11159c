using PgHaTutor.Labs;

namespace PgHaTutor.Checks;

/// <summary>An LSN, taken once on another node, has been replayed on this one.</summary>
public sealed record CaughtUpCheck : Check
{
    /// <summary>The node whose position must have been reached.</summary>
    public required string From { get; init; }

    /// <summary>How long one look waits for the replay; a wait looks again, for the same LSN.</summary>
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan Blink = TimeSpan.FromMilliseconds(5);

    protected override IReadOnlyList<string> Asks => [Node, From];

    protected override async Task<Finding> SeeAsync(Look look, CancellationToken cancellationToken)
    {
        var own = await WalPosition.SeeAsync(look, Node, cancellationToken);
        // One wait waits for one LSN; else a busy upstream would move the goal for ever.
        var key = $"{Id} waits for";
        if (look.Memory.Recall<WalPosition>(key) is not { } goal)
            look.Memory.Keep(key, goal = await GoalAsync(look, cancellationToken));
        if (own.System != goal.System)
            return Found(own, goal, Answer.Failed, $"{Node} is another cluster than {From}: their LSNs cannot be compared");
        if (!own.InRecovery)
            return Found(own, goal, Answer.Failed, $"{Node} is not in recovery, so it replays nothing");
        var started = look.Time.GetTimestamp();
        while (own.Lsn.CompareTo(goal.Lsn) < 0)
        {
            if (look.Time.GetElapsedTime(started) > Moment)
                return Found(own, goal, Answer.Failed, $"{Node} has replayed {own.Lsn}, which is {goal.Lsn.Since(own.Lsn)} bytes before {goal.Lsn} of {From}");
            await Task.Delay(Blink, look.Time, cancellationToken);
            own = await WalPosition.SeeAsync(look, Node, cancellationToken);
        }
        look.Memory.Forget(key);
        var newest = await WrittenAsync(look, cancellationToken);
        return own.Lsn.CompareTo(newest) > 0
            ? Found(own, goal, Answer.Failed, $"{Node} has replayed {own.Lsn}, which is more than {From} ever wrote ({newest}): they have diverged")
            : Found(own, goal, Answer.Passed, $"{Node} has replayed {goal.Lsn} of {From}");
    }

    private Finding Found(WalPosition own, WalPosition goal, Answer answer, string reason) => new(answer, reason)
    {
        Query = $"-- on {From}\nselect pg_current_wal_lsn();\n-- on {Node}\nselect pg_last_wal_replay_lsn();",
        Expected = $"{goal.Lsn} or later",
        Observed = $"{own.Lsn}",
        Facts = new Dictionary<string, object?> { ["behind"] = goal.Lsn.Since(own.Lsn) },
    };

    /// <summary>To a node of another cluster nothing is written for this.</summary>
    private async Task<WalPosition> GoalAsync(Look look, CancellationToken cancellationToken) =>
        look.Observation[Node]?.InRecovery is true
            ? await WalPosition.SeeWholeAsync(look, From, cancellationToken)
            : await WalPosition.SeeAsync(look, From, cancellationToken);

    private async Task<Lsn> WrittenAsync(Look look, CancellationToken cancellationToken) =>
        (await UpstreamEnd.SeeAsync(look, From, cancellationToken)).Lsn;
}
