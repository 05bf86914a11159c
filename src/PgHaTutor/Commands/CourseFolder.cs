namespace PgHaTutor.Commands;

/// <summary>Where the course lies, and whether it is the one that came with the program.</summary>
internal sealed record CourseFolder(string Path, bool Shipped)
{
    /// <param name="wanted">What the learner named; null: PGHATUTOR_LESSONS, else the folder beside the launcher or the program.</param>
    /// <exception cref="UsageException">The named folder is not there.</exception>
    /// <exception cref="IOException">None was named, and none came with the program.</exception>
    public static CourseFolder Find(string? wanted) =>
        Find(wanted, Environment.GetEnvironmentVariable, AppContext.BaseDirectory);

    internal static CourseFolder Find(string? wanted, Func<string, string?> variable, string program)
    {
        var shipped = OfLauncher(variable("PGHATUTOR_LAUNCHER")) ?? Above(program);
        if ((wanted ?? variable("PGHATUTOR_LESSONS")) is not { Length: > 0 } named)
            return shipped is not null
                ? new CourseFolder(shipped, Shipped: true)
                : throw new IOException("No course was found beside the program. Name one: --course PATH, or set PGHATUTOR_LESSONS.");
        if (!Directory.Exists(named))
            throw new UsageException($"There is no course folder {named}.");
        var path = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(named));
        return new CourseFolder(path, path == shipped);
    }

    private static string? OfLauncher(string? launcher) =>
        launcher is { Length: > 0 } && Lessons(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(launcher))!) is { } lessons ? lessons : null;

    private static string? Above(string? folder)
    {
        for (; folder is not null; folder = System.IO.Path.GetDirectoryName(folder))
            if (Lessons(folder) is { } lessons)
                return lessons;
        return null;
    }

    /// <summary>A course's README tells it from any other folder of that name.</summary>
    private static string? Lessons(string folder) =>
        System.IO.Path.Combine(folder, "lessons") is var lessons && File.Exists(System.IO.Path.Combine(lessons, "README.md")) ? lessons : null;
}
