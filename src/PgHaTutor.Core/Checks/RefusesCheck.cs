using Npgsql;
using PgHaTutor.Labs;

namespace PgHaTutor.Checks;

/// <summary>The node refuses a statement, with one of those SQLSTATEs; where it accepts it, it is rolled back.</summary>
public sealed record RefusesCheck : Check
{
    public required string Query { get; init; }

    public required IReadOnlyList<string> SqlState { get; init; }

    protected override async Task<Finding> SeeAsync(Look look, CancellationToken cancellationToken)
    {
        var query = look.Expand(Query, Node);
        var refusal = await look.WithAsync(
            Node, query, new ConnectionOptions(ReadWrite: true), (connection, cancel) => RefusalAsync(connection, query, cancel), cancellationToken);
        var (answer, reason) = refusal is null ? (Answer.Failed, $"{Node} accepted the statement (it was rolled back); expected it to refuse it")
            : SqlState.Contains(refusal.SqlState) ? (Answer.Passed, $"{Node} refuses it: {refusal.MessageText}")
            : (Answer.Failed, $"{Node} refuses it with {refusal.SqlState}, not with {string.Join(" or ", SqlState)}: {refusal.MessageText}");
        return new Finding(answer, reason)
        {
            Query = $"begin; {query.TrimEnd(' ', ';', '\n')}; rollback",
            Expected = $"SQLSTATE {string.Join(" or ", SqlState)}",
            Observed = refusal is null ? "accepted" : $"{refusal.MessageText} ({refusal.SqlState})",
            Facts = new Dictionary<string, object?> { ["error"] = refusal?.MessageText, ["sqlstate"] = refusal?.SqlState },
        };
    }

    private async Task<PostgresException?> RefusalAsync(NpgsqlConnection connection, string query, CancellationToken cancellationToken)
    {
        // The node decides by its own default whether this may write, so that what refuses is the node.
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        try
        {
            await using var command = new NpgsqlCommand(query, connection, transaction);
            await command.ExecuteNonQueryAsync(cancellationToken);
            await transaction.RollbackAsync(cancellationToken);
            return null;
        }
        catch (PostgresException error) when (SqlState.Contains(error.SqlState) || !Asking.SaysNothing(error))
        {
            if (error.SqlState == PostgresErrorCodes.ActiveSqlTransaction && !SqlState.Contains(error.SqlState))
                throw new NoAnswerException("the statement cannot run inside a transaction, so it cannot be tried without doing it", query, error);
            return error;
        }
    }
}
