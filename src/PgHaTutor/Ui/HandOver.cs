using System.ComponentModel;
using System.Diagnostics;
using PgHaTutor.Hosts;

namespace PgHaTutor.Ui;

/// <summary>Lends the terminal to a full-screen program (psql, a shell, vim, top), or back to the shell, and takes it back.</summary>
internal static class HandOver
{
    private static volatile Process? borrower;

    /// <summary>True while another program has the terminal.</summary>
    public static bool IsActive => borrower is not null;

    /// <summary>
    /// Runs the program in the foreground and gives its exit code (127 where it cannot be found); the screen stands still meanwhile.
    /// To be called on the UI thread, from a key's or a button's handler: inside a timer or Invoke, Terminal.Gui holds
    /// a lock that every other thread's Invoke waits for.
    /// </summary>
    /// <param name="banner">Shown above the program, on the normal screen: how to come back.</param>
    public static int Run(IApplication app, Foreground program, string banner)
    {
        var code = 0;
        Lend(app, () =>
        {
            Tty.Write($"\r\n{banner.ReplaceLineEndings("\r\n")}\r\n");
            try
            {
                code = RunInForeground(program);
            }
            finally
            {
                Tty.TakeForeground();
            }
        });
        return code;
    }

    /// <summary>Stops the program until the shell lets it go on (Ctrl-Z, fg). The library's own way forgets the shell's line settings.</summary>
    public static void Suspend(IApplication app) => Lend(app, Tty.Stop);

    private static void Lend(IApplication app, Action use)
    {
        var keyboard = app.Driver?.KittyKeyboardCapabilities;
        var settings = Tty.Settings();
        using (Tty.Silence())
        {
            if (keyboard is { IsSupported: true })
                Tty.Write("\x1b[<u");
            Tty.LeaveScreen();
            Tty.Restore();
            try
            {
                use();
            }
            finally
            {
                Tty.Apply(settings);
                Tty.EnterScreen();
                if (keyboard is { IsSupported: true })
                    Tty.Write($"\x1b[>{(int)keyboard.Flags}u");
                app.ClearScreenNextIteration = true;
            }
        }
    }

    /// <summary>Tells the program that its terminal is gone, so that it ends. Nothing where none has it.</summary>
    public static void Revoke()
    {
        if (borrower is { } process)
            Tty.HangUp(process.Id);
    }

    private static int RunInForeground(Foreground program)
    {
        // Standard input is silenced in this process and so in its children; the shell opens the terminal anew.
        var start = new ProcessStartInfo("/bin/sh", ["-c", "exec \"$0\" \"$@\" </dev/tty", program.Program, .. program.Arguments])
        {
            WorkingDirectory = program.WorkingDirectory ?? "",
            UseShellExecute = false,
        };
        foreach (var (name, value) in program.Environment)
            start.Environment[name] = value;

        using var process = Process.Start(start) ?? throw new Win32Exception($"{program.Program} could not be started.");
        borrower = process;
        process.WaitForExit();
        borrower = null;
        return process.ExitCode;
    }
}
