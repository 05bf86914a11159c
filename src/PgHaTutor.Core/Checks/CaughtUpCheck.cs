namespace PgHaTutor.Checks;

/// <summary>An LSN, taken once on another node, has been replayed on this one.</summary>
public sealed record CaughtUpCheck : Check
{
    /// <summary>The node whose position must have been reached.</summary>
    public required string From { get; init; }

    protected override Task<Finding> SeeAsync(Look look, CancellationToken cancellationToken) => throw new NotImplementedException();
}
