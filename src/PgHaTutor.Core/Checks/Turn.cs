using PgHaTutor.Labs;

namespace PgHaTutor.Checks;

/// <summary>
/// The right to do something to a lab only in order to see what follows: a stream is cut, say. All observers of a lab share it, the
/// screen and every verb in another terminal, for whoever looked meanwhile would take the deed for the learner's. It is a lock that the
/// system frees when its holder dies, on a file whose time of change says until when the lab is disturbed, or since when it is no more.
/// </summary>
internal sealed class Turn : IDisposable
{
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(2);

    /// <summary>No deed takes so long: a turn that ends later is of a time before the clock was set back.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    private readonly FileStream? _file;
    private readonly TimeProvider _time;

    private Turn(FileStream? file, TimeProvider time) => (_file, _time) = (file, time);

    /// <param name="atMost">No longer than this does the lab count as disturbed, even where the holder is stopped in the middle.</param>
    /// <returns>Null where another observer has the turn.</returns>
    public static Turn? TryTake(Lab lab, TimeSpan atMost, TimeProvider time)
    {
        if (lab.TurnFile is not { } path)
            return new Turn(null, time);
        var file = Locked(path);
        if (file is null && File.GetLastWriteTimeUtc(path) < time.GetUtcNow().UtcDateTime - Slack)
        {
            // A holder that was suspended, by Ctrl-Z say, keeps its lock; after its time it loses the file instead.
            File.Delete(path);
            file = Locked(path);
        }
        if (file is null)
            return null;
        var turn = new Turn(file, time);
        turn.Disturbs(time.GetUtcNow() + atMost);
        return turn;
    }

    /// <summary>Whether anybody had the turn at some moment since then, so that what was seen may be the deed's and not the learner's.</summary>
    public static bool WasTaken(Lab lab, DateTimeOffset since) =>
        lab.TurnFile is { } path && File.GetLastWriteTimeUtc(path) is var until && until >= since.UtcDateTime && until < DateTime.UtcNow + Longest;

    public void Dispose()
    {
        Disturbs(_time.GetUtcNow());
        _file?.Dispose();
    }

    private static FileStream? Locked(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception held) when (held is IOException or UnauthorizedAccessException)
        {
            return null; // Or the lab was just removed: then there is nothing to see either.
        }
    }

    private void Disturbs(DateTimeOffset until)
    {
        if (_file is not null)
            File.SetLastWriteTimeUtc(_file.SafeFileHandle, until.UtcDateTime);
    }
}
