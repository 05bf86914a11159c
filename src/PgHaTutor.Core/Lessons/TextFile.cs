using System.Text;

namespace PgHaTutor.Lessons;

/// <summary>Reads a file of a lesson as lines. Whatever may be wrong with the file becomes a problem.</summary>
internal static class TextFile
{
    /// <summary>In bytes. The longest lesson that a person would read is a tenth of it.</summary>
    private const int Largest = 1 << 20;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Without line ends, byte order mark and the empty line behind the last one; null where it cannot be read.</summary>
    public static IReadOnlyList<string>? Lines(Report report)
    {
        if (Bytes(report) is not { } bytes || Decoded(bytes, report) is not { } text)
            return null;
        if (text.IndexOf('\0') is var zero and >= 0)
        {
            report.Break(PlaceOf(text.AsSpan(0, zero)), "This is no text: it holds a zero byte.", "Save the file as UTF-8 text.");
            return null;
        }
        if (string.IsNullOrWhiteSpace(text))
        {
            report.Break(Position.Start, "The file is empty.", "Write it, or remove it.");
            return null;
        }
        var lines = text.TrimStart('\uFEFF').Replace("\r\n", "\n").Replace('\r', '\n').Split('\n');
        return lines[^1].Length == 0 ? lines[..^1] : lines;
    }

    private static byte[]? Bytes(Report report)
    {
        try
        {
            var file = new FileInfo(report.File);
            if (file.LinkTarget is not null)
            {
                report.Break(Position.Start, "This is a link; what it leads to can change without notice.", "Put the file itself here.");
                return null;
            }
            // Nothing is opened that has no length of its own: a pipe would keep us waiting for ever.
            if (file.Length is 0 or > Largest)
            {
                report.Break(Position.Start, file.Length == 0 ? "The file is empty." : $"The file has {file.Length >> 10} KiB; {Largest >> 10} are the most.", file.Length == 0 ? "Write it, or remove it." : "Split it.");
                return null;
            }
            return File.ReadAllBytes(report.File);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException or System.Security.SecurityException)
        {
            report.Break(Position.Start, $"The file cannot be read: {cause.Message.TrimEnd('.')}.", "Look whether it is there, and whether you may read it.");
            return null;
        }
    }

    private static string? Decoded(byte[] bytes, Report report)
    {
        try
        {
            return Strict.GetString(bytes);
        }
        catch (DecoderFallbackException invalid)
        {
            // The index may lie a few bytes before the fragment that was still open; it is never behind it.
            var good = Encoding.UTF8.GetString(bytes, 0, Math.Clamp(invalid.Index, 0, bytes.Length));
            report.Break(PlaceOf(good), "Here is a byte that is not UTF-8.", "Save the file as UTF-8.");
            return null;
        }
    }

    private static Position PlaceOf(ReadOnlySpan<char> before) =>
        new(before.Count('\n') + 1, before.Length - before.LastIndexOf('\n'));
}
