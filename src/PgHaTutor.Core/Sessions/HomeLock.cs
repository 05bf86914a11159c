namespace PgHaTutor.Sessions;

/// <summary>
/// Held by the process that builds, resets or removes a lab of a home, so that a second process neither does the same
/// at that moment nor takes a half-built lab for the leftover of a crash. The system frees it when the process dies.
/// </summary>
internal sealed class HomeLock : IDisposable
{
    private const int WouldBlockOnLinux = 11;
    private const int WouldBlockOnMac = 35;

    private readonly FileStream _file;

    private HomeLock(FileStream file) => _file = file;

    /// <returns>Null where another program holds it.</returns>
    public static HomeLock? TryTake(TutorHome home)
    {
        try
        {
            return new HomeLock(new FileStream(
                Path.Combine(home.Directory, "lab.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException held) when (held.HResult is WouldBlockOnLinux or WouldBlockOnMac)
        {
            return null; // The caller waits or goes without.
        }
    }

    /// <exception cref="SessionException">Another program of this home did not finish in time.</exception>
    public static async Task<HomeLock> TakeAsync(TutorHome home, TimeProvider time, CancellationToken cancellationToken) =>
        await TakeWithinAsync(home, TimeSpan.FromSeconds(60), time, () => { }, cancellationToken)
        ?? throw new SessionException("Another tutor has been building or removing this lab for a minute. Let it finish or end it, then try again.");

    /// <param name="onWait">Told once, where it takes longer than a moment.</param>
    /// <returns>Null where another program of this home did not finish in time.</returns>
    public static async Task<HomeLock?> TakeWithinAsync(TutorHome home, TimeSpan patience, TimeProvider time, Action onWait, CancellationToken cancellationToken)
    {
        var (started, told) = (time.GetTimestamp(), false);
        while (true)
        {
            if (TryTake(home) is { } taken)
                return taken;
            var waited = time.GetElapsedTime(started);
            if (waited > patience)
                return null;
            if (waited > TimeSpan.FromSeconds(1) && !told)
            {
                told = true;
                onWait();
            }
            await Task.Delay(TimeSpan.FromMilliseconds(50), time, cancellationToken);
        }
    }

    public void Dispose() => _file.Dispose();
}
