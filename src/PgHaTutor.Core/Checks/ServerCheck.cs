namespace PgHaTutor.Checks;

/// <summary>The postmaster of the node's data directory runs, or does not.</summary>
public sealed record ServerCheck : Check
{
    public required ServerState State { get; init; }

    /// <summary>It must still be the very process that ran when the lesson began.</summary>
    public bool SinceStart { get; init; }

    protected override Task<Finding> SeeAsync(Look look, CancellationToken cancellationToken) => throw new NotImplementedException();
}
