namespace PgHaTutor.Ui;

/// <summary>What the learner types to start this program.</summary>
internal static class ProgramName
{
    /// <summary><c>./tutor</c> where the launcher lies in the working directory, else its path; without a launcher the program's own name.</summary>
    public static string Text { get; } = Of(Environment.GetEnvironmentVariable("PGHATUTOR_LAUNCHER"), Environment.CurrentDirectory);

    internal static string Of(string? launcher, string folder) => launcher switch
    {
        null or "" => "tutor",
        _ when Path.GetDirectoryName(Path.GetFullPath(launcher)) == Path.TrimEndingDirectorySeparator(folder) => $"./{Path.GetFileName(launcher)}",
        _ => launcher,
    };
}
