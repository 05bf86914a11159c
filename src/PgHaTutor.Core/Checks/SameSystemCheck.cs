namespace PgHaTutor.Checks;

/// <summary>Two nodes are copies of one cluster, or one node still is the cluster of the lesson's start.</summary>
public sealed record SameSystemCheck : Check
{
    /// <summary>The nodes to compare with each other; empty where <see cref="Baseline"/> is used.</summary>
    public IReadOnlyList<string> Nodes { get; init; } = [];

    /// <summary>Compare the node with the system identifier recorded at the start.</summary>
    public bool Baseline { get; init; }

    protected override Task<Finding> SeeAsync(Look look, CancellationToken cancellationToken) => throw new NotImplementedException();
}
