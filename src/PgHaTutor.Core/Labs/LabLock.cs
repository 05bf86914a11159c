namespace PgHaTutor.Labs;

/// <summary>Held by whoever builds, restores or removes in a directory; the system frees it when that process dies.</summary>
internal static class LabLock
{
    public const string FileName = ".lock";

    /// <summary>Null where another one is at work there, or nobody can be because it is gone.</summary>
    public static IDisposable? Take(string directory)
    {
        try
        {
            return new FileStream(Path.Combine(directory, FileName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (Exception held) when (held is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
