namespace PgHaTutor.Checks;

/// <summary>A query's answer is as expected: its first value, its rows, a condition over its first row, or the SQLSTATE it fails with.</summary>
public sealed record SqlCheck : Check
{
    public required string Query { get; init; }

    /// <summary>The first column of the first row, as text.</summary>
    public string? Expect { get; init; }

    /// <summary>All rows, in order, as text; null stands for SQL's null.</summary>
    public IReadOnlyList<IReadOnlyList<string?>>? Rows { get; init; }

    /// <summary>A condition over <c>value</c> (first column of the first row) and the columns of the first row by name.</summary>
    public Condition? Where { get; init; }

    /// <summary>The SQLSTATE that the query is to fail with.</summary>
    public string? SqlState { get; init; }

    /// <summary>Who asks; the lab's superuser where null.</summary>
    public string? User { get; init; }

    public string Database { get; init; } = "postgres";

    protected override Task<Finding> SeeAsync(Look look, CancellationToken cancellationToken) => throw new NotImplementedException();
}
