using System.Collections.Immutable;
using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace PgHaTutor.Progress;

/// <summary>
/// What happened, append-only: one JSON object a line, flushed to disk at every event, each line carrying the SHA-256 of the one before.
/// Several processes of one home may append; the file is locked for the moment of an append.
/// </summary>
public sealed class Journal : IDisposable
{
    private static readonly TimeSpan LockDeadline = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly string _file;
    private readonly TimeProvider _time;
    private ImmutableList<JournalEvent> _events = [];
    private int _unreadable;
    private int _read;
    private bool _disposed;

    // The end of the last whole line that was read, and that line's hash.
    private long _end;
    private string _last = JournalLine.NoneBefore;

    private Journal(string file, TimeProvider time) => (_file, _time) = (file, time);

    /// <summary>Opens or makes the file. A torn last line is set aside in a file of its own, and said.</summary>
    /// <param name="repaired">What was repaired, in a sentence; null where the journal was whole.</param>
    /// <exception cref="JournalException">It cannot be read or written.</exception>
    public static Journal Open(string file, TimeProvider time, out string? repaired)
    {
        var journal = new Journal(file, time);
        repaired = journal.Locked(journal.ReadAndRepair);
        return journal;
    }

    /// <summary>All events so far, in order, also those that another process appended. A line that cannot be read is skipped and counted.</summary>
    public IReadOnlyList<JournalEvent> Events
    {
        get
        {
            lock (_gate)
                return _events;
        }
    }

    /// <summary>How many events were read that this object did not append: it grows when another program of the home does something.</summary>
    public int ReadEvents
    {
        get
        {
            lock (_gate)
                return _read;
        }
    }

    /// <summary>How many lines could not be read; they stay in the file as they are.</summary>
    public int UnreadableLines
    {
        get
        {
            lock (_gate)
                return _unreadable;
        }
    }

    /// <summary>Appends and flushes; what returns is on disk.</summary>
    /// <exception cref="JournalException">It could not be written; the file is as it was before.</exception>
    public void Append(JournalEvent happened) => Locked(handle =>
    {
        // Another process may have been killed in the middle of its line since we looked.
        ReadAndRepair(handle);
        Write(handle, happened);
        return true;
    });

    /// <summary>Reads what other processes appended; true where there was something.</summary>
    public bool Refresh()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            try
            {
                // Without the lock: a line is read only once its end is there, and a line that has its end stays.
                using var handle = File.OpenHandle(_file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
                var before = _events;
                ReadOn(handle);
                return !ReferenceEquals(before, _events);
            }
            catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
            {
                throw Unusable("read", cause);
            }
        }
    }

    /// <summary>The number of the first line (from 1) whose hash does not fit the one before; null where the chain is whole.</summary>
    public static int? FirstBrokenLine(string file)
    {
        var bytes = File.ReadAllBytes(file);
        var (expected, number, start) = (JournalLine.NoneBefore, 0, 0);
        while (bytes.AsSpan(start).IndexOf((byte)'\n') is >= 0 and var length)
        {
            var line = bytes.AsMemory(start, length);
            number++;
            if (JournalLine.Previous(line) != expected)
                return number;
            expected = JournalLine.Hash(line.Span);
            start += length + 1;
        }
        return null;
    }

    public void Dispose()
    {
        // Nothing stays open between appends: a file that is replaced meanwhile is then noticed.
        lock (_gate)
            _disposed = true;
    }

    private T Locked<T>(Func<SafeFileHandle, T> work)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            try
            {
                Directory.CreateDirectory(Path.GetDirectoryName(_file)!);
                using var held = TakeLock();
                using var file = new FileStream(_file, Mine(FileMode.OpenOrCreate, FileShare.ReadWrite));
                return work(file.SafeFileHandle);
            }
            catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
            {
                throw Unusable("write", cause);
            }
        }
    }

    /// <summary>An flock on a file beside the journal: it ends with its process, however that ends.</summary>
    private FileStream TakeLock()
    {
        var name = Path.ChangeExtension(_file, ".lock");
        FileStream? held = null;
        bool TryTake()
        {
            try
            {
                held = new FileStream(name, Mine(FileMode.OpenOrCreate, FileShare.None));
                return true;
            }
            catch (IOException busy) when (busy.HResult is WouldBlockOnLinux or WouldBlockOnMac)
            {
                return false;
            }
        }
        return SpinWait.SpinUntil(TryTake, LockDeadline)
            ? held!
            : throw new IOException($"another process has held {name} for {LockDeadline.TotalSeconds:0} s");
    }

    /// <summary>Commands with what was typed into them stand in the journal: it is for its learner's eyes, whatever the umask says.</summary>
    private static FileStreamOptions Mine(FileMode mode, FileShare share) => new()
    {
        Mode = mode,
        Access = mode is FileMode.Append ? FileAccess.Write : FileAccess.ReadWrite,
        Share = share,
        BufferSize = 0,
        UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
    };

    private const int WouldBlockOnLinux = 11;
    private const int WouldBlockOnMac = 35;

    private string? ReadAndRepair(SafeFileHandle handle)
    {
        ReadOn(handle);
        var torn = ReadFrom(handle, _end);
        if (torn.Length == 0)
            return null;

        var now = _time.GetUtcNow();
        var aside = Path.Combine(
            Path.GetDirectoryName(_file)!,
            Path.GetFileNameWithoutExtension(_file) + ".torn-" + now.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture));
        using (var kept = new FileStream(aside, Mine(FileMode.Append, FileShare.Read)))
        {
            kept.Write(torn);
            kept.Flush(flushToDisk: true);
        }
        RandomAccess.SetLength(handle, _end);
        Write(handle, new JournalRepaired(torn.Length, Path.GetFileName(aside)) { At = now });
        return $"The journal's last line was cut off in the middle ({torn.Length} bytes); it was set aside in {aside}. Every line before it is there.";
    }

    /// <summary>Reads the whole lines that were added; all of them again where the file is not the one that we knew.</summary>
    private void ReadOn(SafeFileHandle handle)
    {
        if (RandomAccess.GetLength(handle) < _end)
            Forget();
        var added = ReadFrom(handle, _end);
        if (_end > 0 && added.AsSpan().IndexOf((byte)'\n') is > 0 and var first
            && JournalLine.Previous(added.AsMemory(0, first)) is { } previous && previous != _last)
        {
            Forget();
            added = ReadFrom(handle, 0);
        }

        var events = _events.ToBuilder();
        var (start, last) = (0, default(Range));
        while (added.AsSpan(start).IndexOf((byte)'\n') is >= 0 and var length)
        {
            last = start..(start + length);
            if (JournalLine.TryRead(added.AsSpan(last)) is { } happened)
                events.Add(happened);
            else
                _unreadable++;
            start += length + 1;
        }
        if (start == 0)
            return;
        _read += events.Count - _events.Count;
        _events = events.ToImmutable();
        _end += start;
        _last = JournalLine.Hash(added.AsSpan(last));
    }

    private void Forget() => (_events, _unreadable, _end, _last) = ([], 0, 0, JournalLine.NoneBefore);

    private static byte[] ReadFrom(SafeFileHandle handle, long offset)
    {
        var bytes = new byte[Math.Max(0, RandomAccess.GetLength(handle) - offset)];
        var filled = 0;
        while (filled < bytes.Length && RandomAccess.Read(handle, bytes.AsSpan(filled), offset + filled) is > 0 and var read)
            filled += read;
        return bytes[..filled];
    }

    private void Write(SafeFileHandle handle, JournalEvent happened)
    {
        var line = JournalLine.Write(happened, _last);
        try
        {
            RandomAccess.Write(handle, [.. line, (byte)'\n'], _end);
            RandomAccess.FlushToDisk(handle);
        }
        catch (IOException)
        {
            // A full disk leaves half a line, which only a cut takes away; if even that fails, the next open repairs it.
            RandomAccess.SetLength(handle, _end);
            throw;
        }
        _events = _events.Add(happened);
        _end += line.Length + 1;
        _last = JournalLine.Hash(line);
    }

    private JournalException Unusable(string what, Exception cause) => new(
        $"Could not {what} the journal {_file}: {cause.Message.TrimEnd('.')}. "
        + "What was recorded before is kept. Make room there or make it writable, or set PGHATUTOR_HOME to another folder.", cause);
}
