using System.Runtime.InteropServices;

namespace PgHaTutor.Commands;

/// <summary>Ctrl-C, a closed terminal or a polite kill: the first cancels the work, so that what is half built is removed; the second ends at once.</summary>
internal sealed class Interrupt : IDisposable
{
    /// <summary>What ends sooner needs no words.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(300);

    private readonly CancellationTokenSource _cancel = new();
    private readonly Timer _patience;
    private readonly PosixSignalRegistration[] _registrations;
    private Action? _instead;
    private int _exitCode;

    public Interrupt(TextWriter error)
    {
        _patience = new Timer(_ => error.WriteLine("Cancelling; once more ends it at once."));
        _registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => Handle(signal, 130)),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => Handle(signal, 143)),
            PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal => Handle(signal, 129)),
        ];
    }

    public CancellationToken Token => _cancel.Token;

    /// <summary>128 and the signal's number, as shells have it.</summary>
    public int ExitCode => _exitCode == 0 ? 130 : _exitCode;

    /// <summary>Until disposed, Ctrl-C does this and nothing else; a program in the foreground gets its own.</summary>
    public IDisposable Instead(Action action)
    {
        _instead = action;
        return new Scope(this);
    }

    /// <summary>Cancels the work because it has become pointless, and says nothing.</summary>
    public void GiveUp(int exitCode)
    {
        if (_exitCode != 0)
            return;
        _exitCode = exitCode;
        _ = _cancel.CancelAsync();
    }

    /// <summary>From now on somebody else answers to signals.</summary>
    public void StandAside()
    {
        foreach (var registration in _registrations)
            registration.Dispose();
    }

    public void Dispose()
    {
        StandAside();
        _patience.Dispose();
        _cancel.Dispose();
    }

    private void Handle(PosixSignalContext signal, int exitCode)
    {
        if (signal.Signal == PosixSignal.SIGINT && _instead is { } instead)
        {
            signal.Cancel = true;
            instead();
            return;
        }
        if (_exitCode != 0)
            return;
        _exitCode = exitCode;
        signal.Cancel = true;
        _patience.Change(Patience, System.Threading.Timeout.InfiniteTimeSpan);
        _cancel.Cancel();
    }

    private sealed class Scope(Interrupt interrupt) : IDisposable
    {
        public void Dispose() => interrupt._instead = null;
    }
}
