using System.Diagnostics;
using System.Text;

namespace PgHaTutor.Hosts;

/// <summary>Turns one stream of a running script into lines and kept text.</summary>
/// <param name="report">Told of each line as soon as it is whole; a last line without its end counts too.</param>
/// <param name="raw">Gets all bytes, before they are made text of.</param>
internal sealed class LineReader(Action<string> report, Stream? raw = null)
{
    /// <summary>A "line" longer than this is given in pieces, so that binary output does not fill the memory.</summary>
    private const int LongestLine = 64 * 1024;

    /// <summary>How long the rest is read where a daemon goes on writing.</summary>
    private static readonly TimeSpan LongestRest = TimeSpan.FromSeconds(2);

    private readonly Decoder _decoder = new UTF8Encoding(false, throwOnInvalidBytes: false).GetDecoder();
    private readonly KeptText _kept = new();
    private readonly StringBuilder _line = new();

    public string Text => _kept.ToString();

    /// <summary>Reads until the stream ends, or until the script is over and its output quiet.</summary>
    public async Task ReadAsync(Stream stream, Drain drain)
    {
        var bytes = new byte[32 * 1024];
        var chars = new char[bytes.Length + 1];
        try
        {
            while (await stream.ReadAsync(bytes, drain.Over) is > 0 and var count)
            {
                Take(bytes, count, chars);
                drain.Extend();
            }
        }
        catch (OperationCanceledException) when (drain.Over.IsCancellationRequested)
        {
            // The script is over; only a daemon that it left behind still holds the stream. What the script wrote stands in the pipe,
            // however late a busy machine lets us come to it.
            var began = Stopwatch.GetTimestamp();
            while (PipeContent.IsWaiting(stream) && Stopwatch.GetElapsedTime(began) < LongestRest && await stream.ReadAsync(bytes, CancellationToken.None) is > 0 and var count)
                Take(bytes, count, chars);
        }
        Take(chars.AsSpan(0, _decoder.GetChars([], 0, 0, chars, 0, flush: true)));
        if (_line.Length > 0)
            EndLine();
    }

    private void Take(byte[] bytes, int count, char[] chars)
    {
        raw?.Write(bytes, 0, count);
        Take(chars.AsSpan(0, _decoder.GetChars(bytes, 0, count, chars, 0, flush: false)));
    }

    private void Take(ReadOnlySpan<char> text)
    {
        _kept.Append(text);
        while (text.IndexOf('\n') is >= 0 and var end)
        {
            _line.Append(text[..end]);
            EndLine();
            text = text[(end + 1)..];
        }
        _line.Append(text);
        if (_line.Length > LongestLine)
            EndLine();
    }

    private void EndLine()
    {
        if (_line.Length > 0 && _line[^1] == '\r')
            _line.Length--;
        report(_line.ToString());
        _line.Clear();
    }
}
