using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;

namespace PgHaTutor.Ui;

/// <summary>A line of a program's output without what would disturb the screen: terminal control, tabs, text that runs backwards.</summary>
internal static partial class CleanText
{
    private const int Longest = 2000;
    private const int TabStop = 8;

    private static readonly SearchValues<char> Disturbing = SearchValues.Create(
        [.. Range('\0', '\x1f'), .. Range('\x7f', '\x9f'), '\u200e', '\u200f', .. Range('\u202a', '\u202e'), .. Range('\u2066', '\u2069'), '\ufeff']);

    public static string Of(string line)
    {
        if (line.Length > Longest)
            line = $"{line[..(char.IsHighSurrogate(line[Longest - 1]) ? Longest - 1 : Longest)]}…";
        if (line.AsSpan().IndexOfAny(Disturbing) < 0)
            return line;
        // What came before the last carriage return was overwritten, as in a progress display.
        var text = EscapeSequence().Replace(line, "").TrimEnd('\r');
        return WithoutControl(text[(text.LastIndexOf('\r') + 1)..]);
    }

    private static string WithoutControl(string text)
    {
        var clean = new StringBuilder(text.Length);
        foreach (var character in text)
            if (character == '\t')
                clean.Append(' ', TabStop - (Row.Columns(clean.ToString()) % TabStop));
            else if (!Disturbing.Contains(character))
                clean.Append(character);
        return clean.ToString();
    }

    private static IEnumerable<char> Range(char first, char last) => Enumerable.Range(first, last - first + 1).Select(code => (char)code);

    [GeneratedRegex(@"\x1b\[[0-9;:?<=>]*[ -/]*[@-~]|\x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[ -/]*[0-~]")]
    private static partial Regex EscapeSequence();
}
