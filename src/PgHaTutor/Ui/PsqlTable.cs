namespace PgHaTutor.Ui;

/// <summary>
/// A table as psql prints it, for a place that is narrower than it: one row becomes a line for each column, several rows
/// become lines of their cells. Wrapped as it is, a table's columns stand nowhere.
/// </summary>
internal static class PsqlTable
{
    /// <summary>The lines, with each table among them that is too wide said in another way.</summary>
    public static IReadOnlyList<string> Fit(IReadOnlyList<string> lines, int width)
    {
        List<string> fitted = [];
        for (var at = 0; at < lines.Count; at++)
        {
            var end = at + 1 < lines.Count && IsRule(lines[at + 1]) ? End(lines, at + 2) : at;
            if (end <= at + 2 || lines.Skip(at).Take(end - at).All(line => Row.Columns(line) <= width) || Cut(lines, at, end) is not { } table)
            {
                fitted.Add(lines[at]);
                continue;
            }
            fitted.AddRange(Narrow(table));
            at = end - 1;
        }
        return fitted;
    }

    /// <summary>Head and rule of the table in the midst of which a line stands; nothing where it stands in none.</summary>
    public static IReadOnlyList<string> HeadOf(IReadOnlyList<string> lines, int at)
    {
        var rule = at - 1;
        while (rule > 0 && !IsRule(lines[rule]) && lines[rule].Contains('|', StringComparison.Ordinal))
            rule--;
        return rule > 0 && IsRule(lines[rule]) && lines[at].Contains('|', StringComparison.Ordinal) ? [lines[rule - 1], lines[rule]] : [];
    }

    private static bool IsRule(string line) =>
        line.Contains('+', StringComparison.Ordinal) && line.All(character => character is '-' or '+') && line.StartsWith('-');

    private static int End(IReadOnlyList<string> lines, int at)
    {
        while (at < lines.Count && lines[at].Contains('|', StringComparison.Ordinal))
            at++;
        return at;
    }

    /// <summary>Head and rows in cells, where the rule's crosses say; null where a line has no bar there (a wide character, a cell of several lines).</summary>
    private static List<string[]>? Cut(IReadOnlyList<string> lines, int at, int end)
    {
        var rule = lines[at + 1];
        var crosses = Enumerable.Range(0, rule.Length).Where(column => rule[column] == '+').ToList();
        List<string[]> table = [];
        foreach (var index in Enumerable.Range(at, end - at).Where(index => index != at + 1))
        {
            var line = lines[index].PadRight(rule.Length);
            if (crosses.Any(cross => line[cross] != '|') || line[..^1].EndsWith('+'))
                return null;
            table.Add([.. crosses.Prepend(-1).Zip(crosses.Append(line.Length), (from, to) => line[(from + 1)..to].Trim())]);
        }
        return table;
    }

    private static IEnumerable<string> Narrow(List<string[]> table)
    {
        if (table is not [var names, var only])
            return table.Select(cells => string.Join(" | ", cells));
        var longest = names.Max(Row.Columns);
        return names.Zip(only, (name, value) => $"{name}{new string(' ', longest - Row.Columns(name))} | {value}");
    }
}
