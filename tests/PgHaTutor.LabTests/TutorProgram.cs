namespace PgHaTutor.LabTests;

/// <summary>The program that the tests start.</summary>
internal static class TutorProgram
{
    /// <summary>The one that was built beside the tests, or another build of it: the gate names the native one.</summary>
    public static string File { get; } = Environment.GetEnvironmentVariable("PGHATUTOR_TEST_PROGRAM") is { Length: > 0 } other
        ? Path.GetFullPath(other)
        : Path.Combine(AppContext.BaseDirectory, "tutor");
}
