namespace PgHaTutor.Lessons;

/// <summary>Follows names that refer to names.</summary>
internal static class References
{
    /// <summary>The way from a name back to itself, that name at both ends; null where there is none.</summary>
    public static IReadOnlyList<string>? Circle(string start, Func<string, IEnumerable<string>> next)
    {
        var seen = new HashSet<string>();
        var open = new Queue<IReadOnlyList<string>>([[start]]);
        while (open.TryDequeue(out var way))
            foreach (var name in next(way[^1]))
            {
                if (name == start)
                    return [.. way, name];
                if (seen.Add(name))
                    open.Enqueue([.. way, name]);
            }
        return null;
    }
}
