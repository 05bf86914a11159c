using System.Globalization;
using Npgsql;
using PgHaTutor.Labs;

namespace PgHaTutor.Checks;

/// <summary>Two nodes hold the same rows in those tables, compared at one LSN where one follows the other.</summary>
public sealed record SameRowsCheck : Check
{
    public required IReadOnlyList<string> Nodes { get; init; }

    public required IReadOnlyList<string> Table { get; init; }

    /// <summary>How long one look waits for a follower to reach the position at which the other was read.</summary>
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan Blink = TimeSpan.FromMilliseconds(5);

    /// <summary>How a row looks as text depends on these; both nodes must agree on them.</summary>
    private const string SameText =
        "set local datestyle = iso; set local intervalstyle = postgres; set local timezone = utc; set local extra_float_digits = 1; set local bytea_output = hex";

    protected override IReadOnlyList<string> Asks => Nodes;

    protected override async Task<Finding> SeeAsync(Look look, CancellationToken cancellationToken)
    {
        var (left, right) = (Nodes[0], Nodes[1]);
        var leftAt = await WalPosition.SeeAsync(look, left, cancellationToken);
        var rightAt = await WalPosition.SeeAsync(look, right, cancellationToken);
        var follows = leftAt.System == rightAt.System && leftAt.InRecovery != rightAt.InRecovery;
        var (leader, follower) = follows && leftAt.InRecovery ? (right, left) : (left, right);
        Finding? finding = null;
        foreach (var table in Table.Select(table => look.Expand(table, Node is "" ? null : Node)))
        {
            finding = await ComparedAsync(look, table, leader, follower, follows, cancellationToken);
            if (finding.Answer is not Answer.Passed)
                return finding;
        }
        return finding ?? new Finding(Answer.Passed, "there is nothing to compare");
    }

    private async Task<Finding> ComparedAsync(Look look, string table, string leader, string follower, bool follows, CancellationToken cancellationToken)
    {
        var first = await RowsAsync(look, leader, table, cancellationToken);
        var caughtUp = !follows || await ReachesAsync(look, follower, await WalPosition.SeeWholeAsync(look, leader, cancellationToken), cancellationToken);
        var second = await RowsAsync(look, follower, table, cancellationToken);
        var same = first is not null && first == second;
        if (!same && caughtUp && await RowsAsync(look, leader, table, cancellationToken) != first)
            return new Finding(Answer.CannotTell, $"the rows of {table} change on {leader} while they are compared") { Query = Question(table) };
        var reason = first is null ? $"{leader} has no table {table}"
            : second is null ? $"{follower} has no table {table}"
            : same ? $"{table} has the same {first.Count} rows on {leader} and {follower}"
            : !caughtUp ? $"{follower} has not replayed yet what {leader} has written"
            : first.Count != second.Count ? $"{table} has {first.Count} rows on {leader} and {second.Count} on {follower}"
            : $"{table} has {first.Count} rows on both nodes, but not the same ones";
        var counts = new Dictionary<string, Rows?> { [leader] = first, [follower] = second };
        return new Finding(same ? Answer.Passed : Answer.Failed, reason)
        {
            Node = follower,
            Query = Question(table),
            Expected = $"{leader}: {first?.ToString() ?? "no table"}",
            Observed = $"{follower}: {second?.ToString() ?? "no table"}",
            Facts = new Dictionary<string, object?> { ["left"] = counts[Nodes[0]]?.Count, ["right"] = counts[Nodes[1]]?.Count, ["table"] = table },
        };
    }

    private static async Task<bool> ReachesAsync(Look look, string follower, WalPosition goal, CancellationToken cancellationToken)
    {
        var started = look.Time.GetTimestamp();
        while (true)
        {
            if ((await WalPosition.SeeAsync(look, follower, cancellationToken)).Lsn.CompareTo(goal.Lsn) >= 0)
                return true;
            if (look.Time.GetElapsedTime(started) > Moment)
                return false;
            await Task.Delay(Blink, look.Time, cancellationToken);
        }
    }

    private static string Question(string table) =>
        $"select count(*), coalesce(sum(hashtextextended((r.*)::text, 0)::numeric), 0) from {table} r";

    /// <summary>Null where there is no such table.</summary>
    private static Task<Rows?> RowsAsync(Look look, string node, string table, CancellationToken cancellationToken) =>
        look.WithAsync(node, Question(table), new ConnectionOptions(), async (connection, cancel) =>
        {
            await using var transaction = await connection.BeginTransactionAsync(cancel);
            await using var find = new NpgsqlCommand($"{SameText}; select to_regclass({Asking.Literal(table)})::text", connection, transaction);
            if (await find.ExecuteScalarAsync(cancel) is not string found)
                return null;
            await using var read = new NpgsqlCommand(Question(found), connection, transaction) { AllResultTypesAreUnknown = true };
            await using var reader = await read.ExecuteReaderAsync(cancel);
            await reader.ReadAsync(cancel);
            return new Rows(long.Parse(reader.GetString(0), CultureInfo.InvariantCulture), reader.GetString(1));
        }, cancellationToken);

    /// <summary>A table's rows without their order: how many, and the sum of their hashes.</summary>
    private sealed record Rows(long Count, string Hash)
    {
        public override string ToString() => $"{Count} rows, hash {Hash}";
    }
}
