using System.Text;

namespace PgHaTutor.Hosts;

/// <summary>
/// One output stream of a <see cref="RemoteShell"/>: takes out the records that the shell puts between what others write, and
/// gives the rest as it is.
/// </summary>
/// <remarks>
/// A record is the shell's mark, a word and a value, with colons between them and a line feed behind. The mark is random and
/// known to the shell alone, so that nothing that a script prints can be taken for one. Everything that a script wrote
/// stands before the record of its end, because both go through the same pipe.
/// </remarks>
internal sealed class MarkedStream(Stream stream, string mark) : Stream
{
    private const int MostNoise = 16 * 1024;

    private readonly byte[] _mark = Encoding.ASCII.GetBytes(mark + ":");
    private readonly byte[] _buffer = new byte[48 * 1024];
    private readonly List<byte> _noise = [];
    private int _start;
    private int _end;
    private bool _isOver;
    private bool _endsAtRecord;

    /// <summary>Told of each record, its word and its value, by whoever reads.</summary>
    public Action<string, string>? OnRecord { get; set; }

    /// <summary>What came before the first record: greetings of the host, or why there is no shell.</summary>
    public string Noise => Encoding.UTF8.GetString([.. _noise]);

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>Reads up to the first record, by which the shell says that it is there.</summary>
    /// <returns>Its value; null where the stream ended before.</returns>
    public async Task<string?> GreetingAsync(CancellationToken cancellationToken)
    {
        string? greeting = null;
        OnRecord = (_, value) => greeting = value;
        _endsAtRecord = true;
        var bytes = new byte[4096];
        while (await ReadAsync(bytes, cancellationToken) is > 0 and var count)
            _noise.AddRange(bytes.AsSpan(0, Math.Min(count, MostNoise - _noise.Count)));
        _endsAtRecord = false;
        OnRecord = null;
        return greeting;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            if (PlainLength() is > 0 and var plain)
                return Give(buffer.Span, plain);
            if (TakeRecord())
            {
                if (_endsAtRecord)
                    return 0;
                continue;
            }
            if (_isOver)
                return 0;
            await FillAsync(cancellationToken);
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Only asynchronously.");

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    private ReadOnlySpan<byte> Pending => _buffer.AsSpan(_start, _end - _start);

    /// <summary>How much may be given: up to the next mark, or to what may be the beginning of one.</summary>
    private int PlainLength()
    {
        if (Pending.IndexOf(_mark) is >= 0 and var found)
            return found;
        if (_isOver)
            return Pending.Length;
        var held = Math.Min(_mark.Length - 1, Pending.Length);
        while (held > 0 && !_mark.AsSpan().StartsWith(Pending[^held..]))
            held--;
        return Pending.Length - held;
    }

    private int Give(Span<byte> to, int plain)
    {
        var count = Math.Min(plain, to.Length);
        Pending[..count].CopyTo(to);
        _start += count;
        return count;
    }

    /// <summary>False where no whole record stands here.</summary>
    private bool TakeRecord()
    {
        if (!Pending.StartsWith(_mark) || Pending.IndexOf((byte)'\n') is not (>= 0 and var length))
        {
            if (_isOver)
                _start = _end; // The line was cut within a record.
            return false;
        }
        var fields = Encoding.UTF8.GetString(Pending[_mark.Length..length]).Split(':', 2);
        _start += length + 1;
        OnRecord?.Invoke(fields[0], fields.Length > 1 ? fields[1] : "");
        return true;
    }

    private async ValueTask FillAsync(CancellationToken cancellationToken)
    {
        if (_start == _end)
            _start = _end = 0;
        else if (_start > 0)
        {
            Pending.CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }
        var count = await stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken);
        _end += count;
        _isOver = count == 0;
    }
}
