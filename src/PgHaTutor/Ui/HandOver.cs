namespace PgHaTutor.Ui;

/// <summary>Lends the terminal to a full-screen program (psql, a shell, vim, top) and takes it back.</summary>
internal static class HandOver
{
    /// <summary>Runs the program in the foreground and gives its exit code. To be called on the UI thread.</summary>
    public static int Run(
        IApplication app, string file, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> environment, string banner) =>
        throw new NotSupportedException($"The terminal cannot be handed to {file} yet.");
}
