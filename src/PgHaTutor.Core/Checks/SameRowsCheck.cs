namespace PgHaTutor.Checks;

/// <summary>Two nodes hold the same rows in those tables, compared at one LSN where one follows the other.</summary>
public sealed record SameRowsCheck : Check
{
    public required IReadOnlyList<string> Nodes { get; init; }

    public required IReadOnlyList<string> Table { get; init; }

    protected override Task<Finding> SeeAsync(Look look, CancellationToken cancellationToken) => throw new NotImplementedException();
}
