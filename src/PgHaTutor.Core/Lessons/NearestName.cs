namespace PgHaTutor.Lessons;

/// <summary>Finds the name that somebody most likely meant.</summary>
public static class NearestName
{
    private const int LongestName = 80;

    /// <summary>Null where none of the known names is near enough to be worth a question.</summary>
    public static string? Of(string wanted, IEnumerable<string> known)
    {
        if (wanted.Length > LongestName)
            return null;
        var bearable = Math.Max(1, wanted.Length / 3);
        return known
            .Where(name => name.Length <= LongestName)
            .Select(name => (Name: name, Distance: Distance(wanted.ToLowerInvariant(), name.ToLowerInvariant())))
            .Where(candidate => candidate.Distance <= bearable || IsPart(wanted, candidate.Name))
            .OrderBy(candidate => candidate.Distance)
            .Select(candidate => candidate.Name)
            .FirstOrDefault();
    }

    private static bool IsPart(string wanted, string name) =>
        wanted.Length >= 3 && name.Contains(wanted, StringComparison.OrdinalIgnoreCase);

    /// <summary>The letters to add, drop, change or swap with their neighbour (optimal string alignment).</summary>
    private static int Distance(string from, string to)
    {
        var rows = new int[from.Length + 1, to.Length + 1];
        for (var i = 0; i <= from.Length; i++)
            for (var j = 0; j <= to.Length; j++)
                rows[i, j] = Cell(rows, from, to, i, j);
        return rows[from.Length, to.Length];
    }

    private static int Cell(int[,] rows, string from, string to, int i, int j)
    {
        if (i == 0 || j == 0)
            return i + j;
        var change = from[i - 1] == to[j - 1] ? 0 : 1;
        var least = Math.Min(Math.Min(rows[i - 1, j], rows[i, j - 1]) + 1, rows[i - 1, j - 1] + change);
        return i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1]
            ? Math.Min(least, rows[i - 2, j - 2] + 1)
            : least;
    }
}
