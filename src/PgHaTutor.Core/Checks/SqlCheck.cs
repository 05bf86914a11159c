using Npgsql;
using PgHaTutor.Labs;

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

    /// <summary>The SQLSTATEs that the query may fail with; empty where it is to be answered.</summary>
    public IReadOnlyList<string> SqlState { get; init; } = [];

    /// <summary>Who asks; the lab's superuser where null.</summary>
    public string? User { get; init; }

    public string Database { get; init; } = "postgres";

    protected override async Task<Finding> SeeAsync(Look look, CancellationToken cancellationToken)
    {
        var query = look.Expand(Query, Node);
        var answer = await AskAsync(look, query, cancellationToken);
        var wrong = answer.Error is { } error ? WrongError(error) : WrongRows(look, answer.Rows);
        return new Finding(wrong is null ? Answer.Passed : Answer.Failed, wrong ?? $"{Node} answered as expected")
        {
            Query = query,
            Expected = Wanted(look),
            Observed = answer.Error is { } said ? $"{said.MessageText} ({said.SqlState})" : Shown(answer.Rows),
            Facts = Facts(answer),
        };
    }

    private async Task<SqlAnswer> AskAsync(Look look, string query, CancellationToken cancellationToken)
    {
        try
        {
            return await look.WithAsync(
                Node, query, Connection(look), (connection, cancel) => AnswerAsync(connection, query, cancel), cancellationToken);
        }
        // That a role of the lesson is turned away is an answer; that we are ourselves is none.
        catch (NoAnswerException silence) when (User is not null && silence.InnerException is PostgresException refusal && (SqlState.Contains(refusal.SqlState) || !Asking.SaysNothing(refusal)))
        {
            return new SqlAnswer([], refusal);
        }
    }

    /// <summary>A role of the lesson is met on a new connection, because a pooled one keeps what was granted when it was opened.</summary>
    private ConnectionOptions Connection(Look look)
    {
        var user = User is null ? null : look.Expand(User, Node);
        var credentials = look.Lab.Credentials;
        // The lab knows no password of a learner's own role; it offers one all the same, so that it is the server that refuses.
        var password = user is null || user == credentials.Superuser || user == credentials.ReplicationUser ? null : user;
        return new ConnectionOptions(user, password, look.Expand(Database, Node), Fresh: user is not null);
    }

    private async Task<SqlAnswer> AnswerAsync(NpgsqlConnection connection, string query, CancellationToken cancellationToken)
    {
        try
        {
            return await SqlAnswer.ReadAsync(connection, query, cancellationToken);
        }
        catch (PostgresException error) when (SqlState.Contains(error.SqlState) || !Asking.SaysNothing(error))
        {
            // On a server that takes writes it is our own read-only connection that refused, not the node.
            if (error.SqlState == PostgresErrorCodes.ReadOnlySqlTransaction && !await InRecoveryAsync(connection, cancellationToken))
                throw new NoAnswerException("this check only reads; what is to be refused belongs into a check of type refuses", query, error);
            return new SqlAnswer([], error);
        }
    }

    private static async Task<bool> InRecoveryAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("select pg_is_in_recovery()", connection);
        return await command.ExecuteScalarAsync(cancellationToken) is true;
    }

    private string? WrongError(PostgresException error) =>
        SqlState.Contains(error.SqlState) ? null
        : SqlState.Count == 0 ? $"{Node} refused the query: {error.MessageText}"
        : $"{Node} refused the query with {error.SqlState}, not with {string.Join(" or ", SqlState)}: {error.MessageText}";

    private string? WrongRows(Look look, IReadOnlyList<SqlRow> rows)
    {
        if (SqlState.Count > 0)
            return $"{Node} answered the query; expected it to fail with {string.Join(" or ", SqlState)}";
        if (Rows is not null)
            return SameRows(look, rows) ? null : $"{Node} gave other rows than expected";
        if (rows is not [var first, ..])
            return $"{Node} gave no row";
        if (Where is not null)
            return Where.Holds(first.Facts) ? null : $"{Node} gave {first.Shown}; expected {Where.Text}";
        if (Expect is null)
            return null;
        var expected = look.Expand(Expect, Node);
        return first.Columns[0].Is(expected) ? null : $"{Node} gave {first.Columns[0].Shown}; expected {expected}";
    }

    private bool SameRows(Look look, IReadOnlyList<SqlRow> rows) =>
        rows.Count == Rows!.Count && rows.Zip(Rows).All(pair =>
            pair.First.Columns.Count == pair.Second.Count
            && pair.First.Columns.Zip(pair.Second).All(cell => cell.First.Is(cell.Second is null ? null : look.Expand(cell.Second, Node))));

    private string Wanted(Look look) =>
        SqlState.Count > 0 ? $"an error with SQLSTATE {string.Join(" or ", SqlState)}"
        : Rows is not null ? string.Join('\n', Rows.Select(row => string.Join(" | ", row.Select(cell => cell ?? "null"))))
        : Where is not null ? Where.Text
        : Expect is not null ? look.Expand(Expect, Node) : "a row";

    private static string Shown(IReadOnlyList<SqlRow> rows)
    {
        const int few = 5;
        var shown = string.Join('\n', rows.Take(few).Select(row => row.Shown));
        return rows.Count switch { 0 => "no row", > few => $"{shown}\n… {rows.Count} rows", _ => shown };
    }

    private static Dictionary<string, object?> Facts(SqlAnswer answer)
    {
        var facts = answer.Rows is [var first, ..] ? new Dictionary<string, object?>(first.Facts) : new() { ["value"] = null };
        facts["rows"] = (long)answer.Rows.Count;
        facts["error"] = answer.Error?.MessageText;
        facts["sqlstate"] = answer.Error?.SqlState;
        return facts;
    }
}
