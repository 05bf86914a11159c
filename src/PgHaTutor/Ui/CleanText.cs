using System.Text.RegularExpressions;

namespace PgHaTutor.Ui;

/// <summary>A line of a program's output without what would disturb the screen: terminal control and tabs.</summary>
internal static partial class CleanText
{
    private const int Longest = 2000;

    public static string Of(string line)
    {
        if (line.Length > Longest)
            line = $"{line[..Longest]}…";
        if (line.AsSpan().IndexOfAnyInRange('\0', '\x1f') < 0)
            return line;
        // What came before the last carriage return was overwritten, as in a progress display.
        var text = Control().Replace(line, "").TrimEnd('\r').Replace("\t", "    ");
        return text[(text.LastIndexOf('\r') + 1)..];
    }

    [GeneratedRegex(@"\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b.|[\x00-\x08\x0b\x0c\x0e-\x1f]")]
    private static partial Regex Control();
}
