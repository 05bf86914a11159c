using System.Globalization;

namespace PgHaTutor.Labs;

/// <summary>
/// What postmaster.pid says (src/include/utils/pidfile.h): the process, its port, and how far it has come. It may be stale.
/// </summary>
/// <param name="Port">Null where the server has not got that far.</param>
/// <param name="Status"><c>starting</c>, <c>stopping</c>, <c>ready</c>, <c>standby</c> (replays, takes no connections) or empty.</param>
public sealed record PostmasterFile(int Pid, int? Port, string Status)
{
    public static PostmasterFile? Read(string dataDirectory)
    {
        try
        {
            var lines = File.ReadAllLines(Path.Combine(dataDirectory, "postmaster.pid"));
            // A standalone backend writes its process as a negative number.
            if (lines.Length == 0 || !int.TryParse(lines[0], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var pid))
                return null;
            var port = lines.Length > 3 && int.TryParse(lines[3], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : (int?)null;
            return new PostmasterFile(Math.Abs(pid), port, lines.Length > 7 ? lines[7].Trim() : "");
        }
        catch (Exception absent) when (absent is IOException or UnauthorizedAccessException)
        {
            return null; // No file, or a data directory that its server cannot enter either.
        }
    }
}
