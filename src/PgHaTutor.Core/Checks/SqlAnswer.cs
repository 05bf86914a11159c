using System.Globalization;
using Npgsql;

namespace PgHaTutor.Checks;

/// <summary>What a server answered to a query: its rows as psql shows them, or its error.</summary>
internal sealed record SqlAnswer(IReadOnlyList<SqlRow> Rows, PostgresException? Error)
{
    /// <summary>More rows than anybody writes into a lesson; what lies behind them is not read.</summary>
    private const int Limit = 1000;

    public static async Task<SqlAnswer> ReadAsync(NpgsqlConnection connection, string query, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(query, connection) { AllResultTypesAreUnknown = true };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<SqlRow>();
        while (rows.Count < Limit && await reader.ReadAsync(cancellationToken))
            rows.Add(new SqlRow(Enumerable.Range(0, reader.FieldCount).Select(column => Read(reader, column)).ToList()));
        return new SqlAnswer(rows, null);
    }

    private static SqlCell Read(NpgsqlDataReader reader, int column) =>
        new(reader.GetName(column), reader.Text(column), reader.GetDataTypeName(column));
}

/// <summary>One row of an answer.</summary>
internal sealed record SqlRow(IReadOnlyList<SqlCell> Columns)
{
    public string Shown => string.Join(" | ", Columns.Select(column => column.Shown));

    /// <summary>Every column by its name, and the first as <c>value</c>.</summary>
    public IReadOnlyDictionary<string, object?> Facts
    {
        get
        {
            var facts = new Dictionary<string, object?>();
            foreach (var column in Columns)
                facts.TryAdd(column.Name, column.Fact);
            facts["value"] = Columns is [var first, ..] ? first.Fact : null;
            return facts;
        }
    }
}

/// <summary>One value of a row, as text, with the name of its type.</summary>
internal sealed record SqlCell(string Name, string? Text, string Type)
{
    public string Shown => Text ?? "null";

    /// <summary>A boolean may be written as psql shows it, or in full.</summary>
    public bool Is(string? expected) =>
        Text == expected || (Type is "boolean" && expected is "true" or "false" && Text == expected[..1]);

    public object? Fact => Type switch
    {
        _ when Text is null => null,
        "boolean" => Text is "t",
        "smallint" or "integer" or "bigint" or "oid" => long.Parse(Text, CultureInfo.InvariantCulture),
        // Decimal, because a position or an identifier has more digits than a double keeps; what is larger still stays text.
        "numeric" when decimal.TryParse(Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var exact) => exact,
        "real" or "double precision" when double.TryParse(Text, CultureInfo.InvariantCulture, out var number) => number,
        _ => Text,
    };
}
