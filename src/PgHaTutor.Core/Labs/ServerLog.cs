using System.Text;

namespace PgHaTutor.Labs;

/// <summary>A server's log file.</summary>
internal static class ServerLog
{
    public static long Length(string file) => File.Exists(file) ? new FileInfo(file).Length : 0;

    /// <summary>The last lines written after a position, in one line, for a message to a person.</summary>
    public static string Tail(string file, long from = 0)
    {
        try
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            stream.Seek(Math.Max(Math.Min(from, stream.Length), stream.Length - 4096), SeekOrigin.Begin);
            using var reader = new StreamReader(stream, Encoding.UTF8);
            var lines = reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            return lines.Length == 0 ? "" : $"Its log says: {string.Join(" / ", lines.TakeLast(5))}";
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return ""; // The log is only a help to the reader; what went wrong is said without it.
        }
    }
}
