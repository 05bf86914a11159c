using PgHaTutor.Labs;

namespace PgHaTutor.Checks;

/// <summary>Two nodes are copies of one cluster, or one node still is the cluster of the lesson's start.</summary>
public sealed record SameSystemCheck : Check
{
    /// <summary>The nodes to compare with each other; empty where <see cref="Baseline"/> is used.</summary>
    public IReadOnlyList<string> Nodes { get; init; } = [];

    /// <summary>Compare the node with the system identifier recorded at the start.</summary>
    public bool Baseline { get; init; }

    private const string Question = "select system_identifier::text from pg_control_system()";

    /// <summary>The identifier also stands in the control file, so a server that does not answer need not be asked.</summary>
    protected override IReadOnlyList<string> Asks => [];

    protected override async Task<Finding> SeeAsync(Look look, CancellationToken cancellationToken)
    {
        var nodes = Baseline ? [Node] : Nodes;
        if (nodes.FirstOrDefault(node => look.Observation[node]?.State is NodeState.Absent) is { } absent)
            return new Finding(Answer.Failed, $"there is no data directory of {absent}") { Node = absent };
        var systems = new List<string>();
        foreach (var node in nodes)
            systems.Add(await SystemAsync(look, node, cancellationToken));
        if (Baseline)
            return Compared(
                systems[0], look.Lab.Baseline.Nodes.GetValueOrDefault(Node)?.SystemIdentifier,
                $"{Node} is still the cluster of the lesson's start", $"{Node} is another cluster than at the lesson's start");
        return Compared(
            systems[1], systems[0],
            $"{nodes[1]} is a copy of {nodes[0]}", $"{nodes[1]} is a cluster of its own, not a copy of {nodes[0]}");
    }

    private Finding Compared(string observed, string? expected, string same, string different)
    {
        if (expected is null)
            return new Finding(Answer.CannotTell, $"no system identifier of {Node} was recorded at the lesson's start") { Query = Question };
        return new Finding(observed == expected ? Answer.Passed : Answer.Failed, observed == expected ? same : different)
        {
            Node = Baseline ? Node : Nodes[1],
            Query = Question,
            Expected = expected,
            Observed = observed,
            Facts = new Dictionary<string, object?> { ["left"] = expected, ["right"] = observed },
        };
    }

    private static async Task<string> SystemAsync(Look look, string node, CancellationToken cancellationToken)
    {
        if (look.Observation[node]?.State is null or NodeState.Running)
            return await look.AskAsync(node, Question, row => row.GetString(0), cancellationToken);
        const string command = "LC_ALL=C pg_controldata | sed -n 's/^Database system identifier: *//p'";
        var output = await look.RunAsync(node, command, cancellationToken);
        var system = output.StandardOutput.Trim();
        return system is not "" ? system : throw new NoAnswerException($"the control file of {node} cannot be read: {output.StandardError.Trim()}", command);
    }
}
