namespace PgHaTutor.Checks;

/// <summary>The node's port is held by the postmaster of the node's own data directory, or is not.</summary>
public sealed record PortCheck : Check
{
    public bool Listening { get; init; } = true;

    protected override Task<Finding> SeeAsync(Look look, CancellationToken cancellationToken) => throw new NotImplementedException();
}
