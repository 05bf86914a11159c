using PgHaTutor.Labs;

namespace PgHaTutor.Checks;

/// <summary>The postmaster of the node's data directory runs, or does not.</summary>
public sealed record ServerCheck : Check
{
    public required ServerState State { get; init; }

    /// <summary>It must still be the very process that ran when the lesson began.</summary>
    public bool SinceStart { get; init; }

    /// <summary>Whether a process is there is known without asking it.</summary>
    protected override IReadOnlyList<string> Asks => [];

    protected override Task<Finding> SeeAsync(Look look, CancellationToken cancellationToken)
    {
        var node = look.Observation[Node];
        var (answer, reason) = Judge(look, node);
        return Task.FromResult(new Finding(answer, reason)
        {
            Query = "pg_ctl status",
            Expected = State is ServerState.Stopped ? "stopped" : SinceStart ? "running since the lesson's start" : "running",
            Observed = node is null ? "not observed"
                : node.State.ToString().ToLowerInvariant()
                    + (node.PostmasterPid is { } pid ? $", PID {pid}" : "")
                    + (node.StartedAt is { } at ? $", started {at:yyyy-MM-dd HH:mm:ss} UTC" : ""),
            Facts = new Dictionary<string, object?> { ["pid"] = (long?)node?.PostmasterPid },
        });
    }

    private (Answer, string) Judge(Look look, NodeObservation? node)
    {
        if (node is null)
            return (Answer.CannotTell, $"{Node} was not observed");
        var there = node.State is NodeState.Running || node.PostmasterPid is not null;
        if (node.State is NodeState.Unknown && !there)
            return (Answer.CannotTell, node.Problem ?? $"whether a server runs on {Node} is not known");
        if (State is ServerState.Stopped)
            return there || node.State is NodeState.Starting
                ? (Answer.Failed, $"a server runs on the data directory of {Node}; expected it to be stopped")
                : (Answer.Passed, $"no server runs on {Node}");
        if (node.State is NodeState.Absent)
            return (Answer.Failed, $"there is no data directory of {Node}");
        if (node.State is NodeState.Stopped)
            return (Answer.Failed, $"the server of {Node} is stopped; expected it to run");
        if (node.State is not NodeState.Running)
            return (Answer.CannotTell, node.Problem ?? $"a server process is there on {Node}, but it does not answer");
        return SinceStart ? Judge(look.Lab.Baseline.Nodes.GetValueOrDefault(Node)?.StartedAt, node.StartedAt) : (Answer.Passed, $"the server of {Node} runs");
    }

    private (Answer, string) Judge(DateTimeOffset? atStart, DateTimeOffset? now) =>
        atStart is null || now is null ? (Answer.CannotTell, $"when the server of {Node} started is not known")
        : atStart == now ? (Answer.Passed, $"the server of {Node} has run since the lesson's start")
        : (Answer.Failed, $"the server of {Node} was restarted since the lesson's start");
}
