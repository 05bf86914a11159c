using System.Diagnostics;
using System.Runtime.InteropServices;

namespace PgHaTutor.Ui;

/// <summary>
/// When Terminal.Gui's loop goes round: at once for a key, at most sixty times a second for what is posted or timed, and hardly ever
/// where nothing happens. Left to itself the loop sleeps the same time after every round, whatever waits for it.
/// </summary>
internal sealed class Rounds : IDisposable
{
    private static readonly TimeSpan Frame = TimeSpan.FromMilliseconds(16);

    // For what the library looks after once a round: questions that the terminal did not answer, a paste without its end.
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(500);

    private readonly IApplication app;
    private readonly TimedEvents timers;
    private readonly AutoResetEvent bell = new(false);
    private readonly PosixSignalRegistration resized;
    private volatile bool hurry;
    private volatile bool posted;
    private bool drawsAgain;
    private long began;

    public Rounds(IApplication app)
    {
        this.app = app;
        timers = (TimedEvents)app.TimedEvents!;
        // No sleep of the loop's own beside ours.
        Application.MaximumIterationsPerSecond = ushort.MaxValue;
        app.Iteration += Wait;
        // What other threads post comes as a timer that is due.
        timers.Added += Ring;
        resized = PosixSignalRegistration.Create(PosixSignal.SIGWINCH, _ => Hurry());
    }

    /// <summary>Whether <see cref="Keyboard"/> rings for what is typed; without it the loop has to look in every frame.</summary>
    public bool Rung { get; set; }

    /// <summary>From any thread: the next round is now.</summary>
    public void Hurry()
    {
        hurry = true;
        bell.Set();
    }

    /// <summary>The bell itself stays: a thread may be about to ring it.</summary>
    public void Dispose()
    {
        app.Iteration -= Wait;
        timers.Added -= Ring;
        resized.Dispose();
    }

    private void Ring(object? sender, TimeoutEventArgs e)
    {
        posted = true;
        bell.Set();
    }

    // Called where a round begins. It handles keys, then draws, then runs timers: what those change is drawn in a second round.
    private void Wait(object? sender, EventArgs<IApplication?> e)
    {
        if (drawsAgain = !drawsAgain)
            Wait();
    }

    private void Wait()
    {
        while (!hurry && Left() is { Ticks: > 0 } left)
            bell.WaitOne(left);
        hurry = false;
        posted = false;
        began = Stopwatch.GetTimestamp();
    }

    /// <summary>Until the next timer, but never within the frame of the last round.</summary>
    private TimeSpan Left()
    {
        var frame = Frame - Stopwatch.GetElapsedTime(began);
        var longest = Rung && !IsInSequence ? Longest : frame;
        // What was posted while the last rounds were under way may have run just after the last of them drew.
        if (posted)
            return frame;
        // The library rounds down: half a millisecond too early is a whole frame too late.
        var due = timers.CheckTimers(out var milliseconds) ? TimeSpan.FromMilliseconds(milliseconds > 0 ? milliseconds + 1 : 0) : longest;
        return Max(frame, due < longest ? due : longest);

        static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;
    }

    // Whether Esc was a key or the beginning of an arrow is decided by the clock, in a round.
    private bool IsInSequence => app.Driver?.GetInputProcessor().GetParser().State is not (null or AnsiResponseParserState.Normal);
}
