using Npgsql;
using PgHaTutor.Labs;

namespace PgHaTutor.Checks;

/// <summary>One read-only question to a node, answered by the first column of the first row or by an error: a value either way.</summary>
public sealed class Question(LabConnections connections, Node node)
{
    public async Task<QuestionAnswer> AskAsync(string sql, CancellationToken cancellationToken = default)
    {
        try
        {
            await using var connection = await connections.OpenAsync(node, cancellationToken: cancellationToken);
            await using var command = new NpgsqlCommand(sql, connection) { AllResultTypesAreUnknown = true };
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            if (!await reader.ReadAsync(cancellationToken) || await reader.IsDBNullAsync(0, cancellationToken))
                return new QuestionAnswer(null, null, null);
            return new QuestionAnswer(reader.GetString(0), null, null);
        }
        catch (PostgresException refused)
        {
            return new QuestionAnswer(null, refused.MessageText, refused.SqlState);
        }
        catch (Exception unreachable) when (unreachable is NpgsqlException or TimeoutException)
        {
            return new QuestionAnswer(null, unreachable.Message, "08006");
        }
    }

    /// <summary>What each statement gives that gives rows. Throws what PostgreSQL says. Several statements are one transaction.</summary>
    public async Task<IReadOnlyList<RowSet>> RowsAsync(string sql, CancellationToken cancellationToken = default)
    {
        if (sql.Length == 0)
            return [];
        await using var connection = await connections.OpenAsync(node, new ConnectionOptions(ReadWrite: true, Patient: true), cancellationToken);
        await using var command = new NpgsqlCommand(sql, connection) { AllResultTypesAreUnknown = true };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var sets = new List<RowSet>();
        do
        {
            var rows = new List<IReadOnlyList<string?>>();
            while (await reader.ReadAsync(cancellationToken))
                rows.Add([.. Enumerable.Range(0, reader.FieldCount).Select(i => reader.IsDBNull(i) ? null : reader.GetString(i))]);
            if (reader.FieldCount > 0)
                sets.Add(new RowSet([.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetName)], rows));
        }
        while (await reader.NextResultAsync(cancellationToken));
        return sets;
    }
}

/// <summary>The rows that a statement gave, as PostgreSQL writes them.</summary>
public sealed record RowSet(IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string?>> Rows);

/// <summary>The value, or the error with its SQLSTATE (08006 where the server could not be reached).</summary>
public sealed record QuestionAnswer(string? Value, string? Error, string? SqlState);
