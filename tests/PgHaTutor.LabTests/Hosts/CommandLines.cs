namespace PgHaTutor.LabTests.Hosts;

/// <summary>The command lines of all processes on this machine, to see that none is left.</summary>
internal static class CommandLines
{
    public static List<string> With(string text) =>
        [.. Directory.EnumerateDirectories("/proc")
            .Where(process => char.IsAsciiDigit(Path.GetFileName(process)[0]))
            .Select(process => TryRead(Path.Combine(process, "cmdline")))
            .Where(words => words.Contains(text, StringComparison.Ordinal))];

    private static string TryRead(string path)
    {
        try
        {
            return File.ReadAllText(path).Replace('\0', ' ');
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return ""; // It ended while we looked.
        }
    }
}
