namespace PgHaTutor.Checks;

/// <summary>The node refuses a statement, with one of those SQLSTATEs; where it accepts it, it is rolled back.</summary>
public sealed record RefusesCheck : Check
{
    public required string Query { get; init; }

    public required IReadOnlyList<string> SqlState { get; init; }

    protected override Task<Finding> SeeAsync(Look look, CancellationToken cancellationToken) => throw new NotImplementedException();
}
