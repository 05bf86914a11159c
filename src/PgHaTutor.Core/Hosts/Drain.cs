using System.Diagnostics;

namespace PgHaTutor.Hosts;

/// <summary>
/// How long a script's output is still read after bash has ended: until it has been quiet for a moment. A daemon that the
/// script left behind may hold the streams open for as long as it lives.
/// </summary>
/// <param name="quiet">How long a moment is; 50 ms where null.</param>
internal sealed class Drain(TimeSpan? quiet = null) : IDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);

    private readonly TimeSpan _quiet = quiet ?? TimeSpan.FromMilliseconds(50);
    private readonly CancellationTokenSource _over = new();
    private long _began;

    /// <summary>Cancelled when nothing more is to be read.</summary>
    public CancellationToken Over => _over.Token;

    public void Begin()
    {
        Volatile.Write(ref _began, Stopwatch.GetTimestamp());
        _over.CancelAfter(_quiet);
    }

    /// <summary>Something was read: there may be more.</summary>
    public void Extend()
    {
        if (Volatile.Read(ref _began) is not 0 and var began && Stopwatch.GetElapsedTime(began) < Longest)
            _over.CancelAfter(_quiet);
    }

    /// <summary>Nothing more is read, whatever may come.</summary>
    public void End() => _over.Cancel();

    public void Dispose() => _over.Dispose();
}
