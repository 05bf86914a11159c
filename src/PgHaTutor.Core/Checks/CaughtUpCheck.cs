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

    private const string Position = """
        select (select system_identifier::text from pg_control_system()), pg_is_in_recovery(),
               (case when pg_is_in_recovery() then pg_last_wal_replay_lsn() else pg_current_wal_lsn() end)::text
        """;

    protected override IReadOnlyList<string> Asks => [Node, From];

    protected override async Task<Finding> SeeAsync(Look look, CancellationToken cancellationToken)
    {
        var upstream = await PositionAsync(look, From, cancellationToken);
        var own = await PositionAsync(look, Node, cancellationToken);
        if (own.System != upstream.System)
            return Found(own, upstream.Lsn, Answer.Failed, $"{Node} is another cluster than {From}: their LSNs cannot be compared");
        if (!own.InRecovery)
            return Found(own, upstream.Lsn, Answer.Failed, $"{Node} is not in recovery, so it replays nothing");
        // One wait waits for one LSN; else a busy upstream would move the goal for ever.
        var key = $"{Id} waits for";
        if (look.Memory.Recall<Mark>(key) is not { } mark)
            look.Memory.Keep(key, mark = new Mark(upstream.Lsn));
        var started = look.Time.GetTimestamp();
        while (own.Lsn.CompareTo(mark.Lsn) < 0)
        {
            if (look.Time.GetElapsedTime(started) > Moment)
                return Found(own, mark.Lsn, Answer.Failed, $"{Node} has replayed {own.Lsn}, which is {mark.Lsn.Since(own.Lsn)} bytes before {mark.Lsn} of {From}");
            await Task.Delay(Blink, look.Time, cancellationToken);
            own = await PositionAsync(look, Node, cancellationToken);
        }
        look.Memory.Forget(key);
        upstream = await PositionAsync(look, From, cancellationToken);
        return own.Lsn.CompareTo(upstream.Lsn) > 0
            ? Found(own, upstream.Lsn, Answer.Failed, $"{Node} has replayed {own.Lsn}, which is more than {From} ever wrote ({upstream.Lsn}): they have diverged")
            : Found(own, mark.Lsn, Answer.Passed, $"{Node} has replayed {mark.Lsn} of {From}");
    }

    private Finding Found((string System, bool InRecovery, Lsn Lsn) own, Lsn goal, Answer answer, string reason) => new(answer, reason)
    {
        Query = $"-- on {From}\nselect pg_current_wal_lsn();\n-- on {Node}\nselect pg_last_wal_replay_lsn();",
        Expected = $"{goal} or later",
        Observed = $"{own.Lsn}",
        Facts = new Dictionary<string, object?> { ["behind"] = goal.Since(own.Lsn) },
    };

    private static Task<(string System, bool InRecovery, Lsn Lsn)> PositionAsync(Look look, string node, CancellationToken cancellationToken) =>
        look.AskAsync(node, Position, row => (row.GetString(0), row.GetBoolean(1), Lsn.TryParse(row.Text(2)) ?? default), cancellationToken);

    private sealed record Mark(Lsn Lsn);
}
