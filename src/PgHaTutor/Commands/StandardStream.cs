using System.Runtime.InteropServices;

namespace PgHaTutor.Commands;

/// <summary>
/// The program's standard output or standard error, byte for byte. .NET's own swallow it that a reader has gone, so that
/// <c>tutor status --watch | head</c> would go on for ever, and send a terminal control sequences that nobody asked for.
/// </summary>
/// <param name="lost">Told once, with the exit code, when nothing can be written any more; what is written after that goes nowhere.</param>
internal sealed class StandardStream(int descriptor, Action<int> lost) : Stream
{
    public const int Output = 1;
    public const int Errors = 2;

    private const int Interrupted = 4;
    private const int ReaderIsGone = 32;
    private const int WouldBlockOnLinux = 11;
    private const int WouldBlockOnMac = 35;

    /// <summary>128 and the number of SIGPIPE, as shells have it.</summary>
    private const int EndedByPipe = 141;

    /// <summary>How the program ends because of it; null while all was written.</summary>
    public int? Lost { get; private set; }

    /// <summary>Why, where a person should be told.</summary>
    public string? Why { get; private set; }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (buffer.Length > 0 && Lost is null)
        {
            var written = Write(descriptor, in MemoryMarshal.GetReference(buffer), buffer.Length);
            if (written >= 0)
                buffer = buffer[(int)written..];
            else
                switch (Marshal.GetLastPInvokeError())
                {
                    case Interrupted:
                        break;
                    case WouldBlockOnLinux or WouldBlockOnMac:
                        // Somebody made it non-blocking; .NET's own waits until there is room.
                        using (var patient = descriptor == Output ? Console.OpenStandardOutput() : Console.OpenStandardError())
                            patient.Write(buffer);
                        return;
                    case ReaderIsGone:
                        Lose(EndedByPipe, null);
                        break;
                    default:
                        Lose(ExitCode.NotUsable, $"Standard output could not be written: {Marshal.GetLastPInvokeErrorMessage()}.");
                        break;
                }
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Write(buffer.Span);
        return ValueTask.CompletedTask;
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private void Lose(int exitCode, string? why)
    {
        (Lost, Why) = (exitCode, why);
        lost(exitCode);
    }

    [DllImport("libc", EntryPoint = "write", SetLastError = true)]
    private static extern nint Write(int descriptor, in byte bytes, nint count);
}
