namespace PgHaTutor.Checks;

/// <summary>Gives checks that wait at once the same look while it is new, so that the lab is observed once for all of them.</summary>
internal sealed class SharedLook(Func<CancellationToken, Task<Look>> look)
{
    private static readonly TimeSpan New = TimeSpan.FromMilliseconds(50);
    private readonly Lock _lock = new();
    private Task<Look>? _newest;
    private (TimeProvider Clock, long At) _since;

    /// <summary>The time of the lab; the system's until it has been looked at.</summary>
    public TimeProvider Time { get; private set; } = TimeProvider.System;

    public async Task<Look> NextAsync(CancellationToken cancellationToken)
    {
        var newest = await Newest(cancellationToken);
        Time = newest.Time;
        return newest;
    }

    private Task<Look> Newest(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_newest is { IsFaulted: false, IsCanceled: false } && _since.Clock == Time && Time.GetElapsedTime(_since.At) < New)
                return _newest;
            _since = (Time, Time.GetTimestamp());
            return _newest = look(cancellationToken);
        }
    }
}
