using PgHaTutor.Checks;

namespace PgHaTutor.Commands;

/// <summary>What <c>sql --json</c> prints: the rows as PostgreSQL writes them, or its error.</summary>
/// <param name="Columns">Of the first statement that gave rows, as <paramref name="Rows"/> are.</param>
/// <param name="Results">Of every statement that gave rows.</param>
internal sealed record SqlDocument(
    string Node, IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string?>> Rows, IReadOnlyList<RowSet> Results)
{
    public string? Error { get; init; }

    public string? Sqlstate { get; init; }
}
