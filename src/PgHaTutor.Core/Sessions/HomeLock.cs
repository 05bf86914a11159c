namespace PgHaTutor.Sessions;

/// <summary>
/// Held by the process that builds, resets or removes a lab of a home, so that a second process neither does the same
/// at that moment nor takes a half-built lab for the leftover of a crash. The system frees it when the process dies.
/// </summary>
internal sealed class HomeLock : IDisposable
{
    private readonly FileStream _file;

    private HomeLock(FileStream file) => _file = file;

    public static HomeLock? TryTake(TutorHome home)
    {
        try
        {
            return new HomeLock(new FileStream(
                Path.Combine(home.Directory, "lab.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException)
        {
            return null; // Somebody else holds it; the caller waits or goes without.
        }
    }

    /// <exception cref="SessionException">Another program of this home did not finish in time.</exception>
    public static async Task<HomeLock> TakeAsync(TutorHome home, TimeProvider time, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            if (TryTake(home) is { } taken)
                return taken;
            if (time.GetElapsedTime(started) > TimeSpan.FromSeconds(60))
                throw new SessionException("Another tutor has been building or removing this lab for a minute. Let it finish or end it, then try again.");
            await Task.Delay(TimeSpan.FromMilliseconds(50), time, cancellationToken);
        }
    }

    public void Dispose() => _file.Dispose();
}
