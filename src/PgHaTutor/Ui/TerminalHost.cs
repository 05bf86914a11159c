using Terminal.Gui.Input;

namespace PgHaTutor.Ui;

/// <summary>Gives the terminal to the screen and takes it back, whatever ends the program.</summary>
internal static class TerminalHost
{
    private const int WrongUsage = 2;
    private const string Advice = "Use `tutor plain`: the same lessons as a dialogue, line by line.";

    /// <summary>Shows what <paramref name="build"/> makes until it stops; gives the program's exit code.</summary>
    /// <param name="crashFolder">Where a crash leaves its details; the temporary folder where null.</param>
    /// <param name="ownKeyboard">False: keys are read by the library's reader, as in a version that has no place for ours.</param>
    /// <param name="endWork">Ends what is under way, where the terminal is gone.</param>
    /// <param name="look">The look to begin with; the usual one where null.</param>
    public static int Run(Func<IApplication, Runnable> build, string? crashFolder = null, bool ownKeyboard = true, Func<Task>? endWork = null, string? look = null)
    {
        if (Refusal() is { } refusal)
        {
            Console.Error.WriteLine(refusal);
            return WrongUsage;
        }

        ApplyKeys();
        var report = new CrashReport(crashFolder ?? Path.GetTempPath());
        using var app = Application.Create();
        using var rounds = new Rounds(app);
        using var guard = new TerminalGuard(app, rounds, report) { EndWork = endWork };
        try
        {
            guard.Keyboard = ownKeyboard ? Keyboard.TakeOver(app, rounds) : null;
            rounds.Rung = guard.Keyboard is not null;
            app.Init(DriverRegistry.Names.ANSI);
            Themes.Apply(look ?? Themes.First);
            using var top = build(app);
            top.KeyDownNotHandled += (_, key) => Suspend(app, key);
            app.Run(top);
            guard.GiveBack();
            return guard.ExitCode;
        }
        catch (Exception crash)
        {
            var message = report.Write(crash);
            guard.GiveBack();
            Console.Error.Write(message);
            return TerminalGuard.Crashed;
        }
    }

    /// <summary>Process-wide: Esc only closes what is on top, so Ctrl-Q is what leaves.</summary>
    public static void ApplyKeys() => Application.SetDefaultKeyBinding(Command.Quit, Bind.All(Key.Q.WithCtrl));

    // A text field takes it for itself, to undo.
    private static void Suspend(IApplication app, Key key)
    {
        if (key != Key.Z.WithCtrl)
            return;
        HandOver.Suspend(app);
        key.Handled = true;
    }

    private static string? Refusal()
    {
        if (Console.IsInputRedirected || Console.IsOutputRedirected)
            return $"The screen needs a terminal for its input and its output.\n{Advice}";
        return Environment.GetEnvironmentVariable("TERM") is null or "" or "dumb"
            ? $"The screen needs a terminal that can place its cursor; TERM says that this one cannot.\n{Advice}"
            : null;
    }
}
