namespace PgHaTutor.Commands;

/// <summary>What <c>sql --json</c> prints: the rows as PostgreSQL writes them, or its error.</summary>
internal sealed record SqlDocument(string Node, IReadOnlyList<string?> Columns, IReadOnlyList<IReadOnlyList<string?>> Rows)
{
    public string? Error { get; init; }

    public string? Sqlstate { get; init; }
}
