namespace PgHaTutor.Checks;

/// <summary>Exactly one node accepts writes, and of every other one it is known that it does not.</summary>
public sealed record SingleWritablePrimaryCheck : Check
{
    /// <summary>The nodes to look at; all of the lab where empty.</summary>
    public IReadOnlyList<string> Nodes { get; init; } = [];

    /// <summary>None at all is fine too; where null, that is so for an invariant only.</summary>
    public bool? AtMost { get; init; }

    protected override Task<Finding> SeeAsync(Look look, CancellationToken cancellationToken) => throw new NotImplementedException();
}
