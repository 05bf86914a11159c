using System.Runtime.InteropServices;

namespace PgHaTutor.Ui;

/// <summary>
/// Sees to it that the terminal is given back: on a signal, on a crash of any thread, when the terminal is gone.
/// Terminal.Gui does so only where its loop ends by itself.
/// </summary>
internal sealed class TerminalGuard : IDisposable
{
    /// <summary>The exit code after a crash (EX_SOFTWARE of sysexits.h).</summary>
    public const int Crashed = 70;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    // A reset that is cut off takes seconds to stop; what it leaves half done the next start finishes.
    private static readonly TimeSpan LastWork = TimeSpan.FromSeconds(5);

    private readonly Lock leaving = new();
    private readonly IApplication app;
    private readonly Rounds rounds;
    private readonly CrashReport report;
    private readonly PosixSignalRegistration[] signals;
    private readonly ITimer heartbeat;
    private ITimer? lastResort;
    private int gaveBack;

    public TerminalGuard(IApplication app, Rounds rounds, CrashReport report)
    {
        this.app = app;
        this.rounds = rounds;
        this.report = report;
        Tty.Remember();
        signals =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => End(signal, 143)),
            PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal => End(signal, 129)),
            PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => EndUnlessLent(signal, 130)),
            PosixSignalRegistration.Create(PosixSignal.SIGQUIT, signal => EndUnlessLent(signal, 131)),
        ];
        AppDomain.CurrentDomain.UnhandledException += OnUnhandledException;
        AppDomain.CurrentDomain.ProcessExit += OnProcessExit;
        // Under nohup no SIGHUP comes; a loop without its terminal would then spin for ever.
        heartbeat = TimeProvider.System.CreateTimer(_ => ExitIfTerminalIsGone(), null, Patience, Patience);
    }

    /// <summary>0, or what the signal that ended the screen asks for.</summary>
    public int ExitCode { get; private set; }

    /// <summary>What waits for keys and has to be let go first; null where the library reads them itself.</summary>
    public Keyboard? Keyboard { get; set; }

    /// <summary>Ends what is under way, where the screen can no longer be asked to: its terminal is gone. Without it that would go on, unrecorded.</summary>
    public Func<Task>? EndWork { get; set; }

    /// <summary>Puts the terminal back as it was found; only the first call does anything.</summary>
    public void GiveBack()
    {
        if (Interlocked.Exchange(ref gaveBack, 1) == 1)
            return;
        try
        {
            if (app.Initialized)
                Tty.Clear();
            Keyboard?.Stop();
            app.Dispose();
            Tty.ResetModes();
        }
        catch
        {
            Tty.LeaveScreen();
            throw;
        }
        finally
        {
            Tty.Restore();
        }
    }

    public void Dispose()
    {
        GiveBack();
        AppDomain.CurrentDomain.UnhandledException -= OnUnhandledException;
        AppDomain.CurrentDomain.ProcessExit -= OnProcessExit;
        foreach (var signal in signals)
            signal.Dispose();
        heartbeat.Dispose();
        lastResort?.Dispose();
    }

    private void End(PosixSignalContext signal, int code)
    {
        signal.Cancel = true;
        ExitIfTerminalIsGone();
        ExitCode = code;
        HandOver.Revoke();
        // Not by Invoke: it waits for the lock that Terminal.Gui holds while a timer or a dialog of one runs.
        foreach (var session in app.SessionStack ?? [])
            session.Runnable?.StopRequested = true;
        rounds.Hurry();
        lastResort = TimeProvider.System.CreateTimer(_ => Abandon("", code), null, Patience, System.Threading.Timeout.InfiniteTimeSpan);
    }

    // The keyboard sends these two to every process in front; while a program has the terminal they are meant for it.
    private void EndUnlessLent(PosixSignalContext signal, int code)
    {
        if (HandOver.IsActive)
            signal.Cancel = true;
        else
            End(signal, code);
    }

    private void ExitIfTerminalIsGone()
    {
        if (Tty.IsThere)
            return;
        // Whoever comes second waits here for the end, a thread that stumbles over the dead terminal as well.
        lock (leaving)
        {
            try
            {
                HandOver.Revoke();
                if (EndWork is { } end)
                    Task.Run(end).Wait(LastWork);
            }
            finally
            {
                // Not a byte to a dead terminal: Terminal.Gui's own end would wait for it.
                Tty.Exit(129);
            }
        }
    }

    private void OnUnhandledException(object sender, UnhandledExceptionEventArgs e) =>
        Abandon(report.Write((Exception)e.ExceptionObject), Crashed);

    private void OnProcessExit(object? sender, EventArgs e)
    {
        if (Interlocked.Exchange(ref gaveBack, 1) == 0)
            Restore("");
    }

    // From any thread, with the loop in whatever state it is: it is not asked.
    private void Abandon(string message, int code)
    {
        ExitIfTerminalIsGone();
        if (Interlocked.Exchange(ref gaveBack, 1) == 0)
            Restore(message);
        Tty.Exit(code);
    }

    private void Restore(string message)
    {
        HandOver.Revoke();
        Tty.ShutOthersOut();
        if (app.Initialized && !HandOver.IsActive)
            Tty.LeaveScreen();
        else
            Tty.ResetModes();
        Tty.Restore();
        Tty.Write(message);
    }
}
