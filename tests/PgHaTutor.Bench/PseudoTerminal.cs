using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace PgHaTutor.Bench;

/// <summary>
/// A program in a terminal of its own (POSIX pseudo-terminal), watched from outside as a person's terminal would:
/// what it writes is read at once and kept with its time. Linux only.
/// </summary>
internal sealed unsafe partial class PseudoTerminal : IDisposable
{
    private readonly int _master;
    private readonly FileStream _stream;
    private readonly Thread _reader;
    private readonly Lock _lock = new();
    private readonly StringBuilder _text = new();
    private volatile bool _ended;

    public PseudoTerminal(string file, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> environment, int columns = 120, int rows = 36)
    {
        _master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
        if (_master < 0 || grantpt(_master) != 0 || unlockpt(_master) != 0)
            throw new InvalidOperationException($"No pseudo-terminal could be opened (errno {Marshal.GetLastPInvokeError()}).");
        var name = stackalloc byte[128];
        ptsname_r(_master, name, 128);
        Resize(columns, rows);
        StartedAt = Stopwatch.GetTimestamp();
        Pid = Spawn(name, file, arguments, environment);
        _stream = new FileStream(new SafeFileHandle(_master, ownsHandle: true), FileAccess.ReadWrite, 0);
        _reader = new Thread(Read) { IsBackground = true };
        _reader.Start();
    }

    public int Pid { get; }

    /// <summary>Stopwatch ticks just before the program was spawned.</summary>
    public long StartedAt { get; }

    /// <summary>Everything that the program wrote since <see cref="Forget"/>.</summary>
    public string Text
    {
        get { lock (_lock) return _text.ToString(); }
    }

    public void Forget()
    {
        lock (_lock)
            _text.Clear();
    }

    public void Type(string keys) => _stream.Write(Encoding.UTF8.GetBytes(keys));

    /// <summary>Waits until the program has written a text; gives the time since <paramref name="since"/>, null after the deadline.</summary>
    public TimeSpan? Wait(string text, long since, TimeSpan deadline)
    {
        while (true)
        {
            _arrived.Reset();
            lock (_lock)
                if (_text.ToString().Contains(text, StringComparison.Ordinal))
                    return Stopwatch.GetElapsedTime(since, _lastOutput);
            if (_ended || Stopwatch.GetElapsedTime(since) > deadline)
                return null;
            // Woken by every piece of output; the bound is for the deadline alone.
            _arrived.Wait(TimeSpan.FromMilliseconds(50));
        }
    }

    public void Dispose()
    {
        kill(Pid, 9);
        int status;
        waitpid(Pid, &status, 0);
        _stream.Dispose();
        _arrived.Dispose();
    }

    private readonly ManualResetEventSlim _arrived = new();
    private long _lastOutput;

    private void Read()
    {
        var buffer = stackalloc byte[65536];
        var decoder = Encoding.UTF8.GetDecoder();
        var chars = new char[65536];
        while (true)
        {
            var count = read(_master, buffer, 65536);
            if (count <= 0)
                break;
            lock (_lock)
            {
                fixed (char* target = chars)
                    _text.Append(chars, 0, decoder.GetChars(buffer, (int)count, target, chars.Length, flush: false));
                _lastOutput = Stopwatch.GetTimestamp();
                if (_text.Length > 4_000_000)
                    _text.Remove(0, 2_000_000);
            }
            try { _arrived.Set(); }
            catch (ObjectDisposedException) { return; /* the terminal was closed while its last words were read */ }
        }
        _ended = true;
    }

    private void Resize(int columns, int rows)
    {
        var size = stackalloc ushort[4] { (ushort)rows, (ushort)columns, 0, 0 };
        ioctl(_master, 0x5414, size); // TIOCSWINSZ
    }

    private static int Spawn(byte* terminal, string file, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> environment)
    {
        var actions = stackalloc byte[512];
        var attributes = stackalloc byte[1024];
        posix_spawn_file_actions_init(actions);
        posix_spawnattr_init(attributes);
        // The first terminal that a session leader opens becomes its controlling terminal.
        posix_spawn_file_actions_addopen(actions, 0, terminal, O_RDWR, 0);
        posix_spawn_file_actions_adddup2(actions, 0, 1);
        posix_spawn_file_actions_adddup2(actions, 0, 2);
        var none = stackalloc byte[128];
        new Span<byte>(none, 128).Clear();
        posix_spawnattr_setsigmask(attributes, none);
        var all = stackalloc byte[128];
        new Span<byte>(all, 128).Fill(0xff);
        posix_spawnattr_setsigdefault(attributes, all);
        posix_spawnattr_setflags(attributes, 0x80 | 0x08 | 0x04); // SETSID, SETSIGMASK, SETSIGDEF
        var argv = Pointers([file, .. arguments]);
        var envp = Pointers(environment.Select(pair => $"{pair.Key}={pair.Value}"));
        int pid;
        int failed;
        fixed (byte* path = Encoding.UTF8.GetBytes(file + "\0"))
        fixed (nint* argumentsAt = argv, environmentAt = envp)
            failed = posix_spawnp(&pid, path, actions, attributes, argumentsAt, environmentAt);
        if (failed != 0)
            throw new InvalidOperationException($"'{file}' could not be started (errno {failed}).");
        return pid;
    }

    private static nint[] Pointers(IEnumerable<string> texts) => [.. texts.Select(Marshal.StringToCoTaskMemUTF8), 0];

    private const int O_RDWR = 2, O_NOCTTY = 0x100, O_CLOEXEC = 0x80000;

    [LibraryImport("libc", SetLastError = true)] private static partial int posix_openpt(int flags);
    [LibraryImport("libc")] private static partial int grantpt(int fd);
    [LibraryImport("libc")] private static partial int unlockpt(int fd);
    [LibraryImport("libc")] private static partial int ptsname_r(int fd, byte* name, nint length);
    [LibraryImport("libc")] private static partial int ioctl(int fd, nuint request, void* argument);
    [LibraryImport("libc")] private static partial nint read(int fd, byte* buffer, nint length);
    [LibraryImport("libc")] private static partial int kill(int pid, int signal);
    [LibraryImport("libc")] private static partial int waitpid(int pid, int* status, int options);
    [LibraryImport("libc")] private static partial int posix_spawnp(int* pid, byte* file, void* actions, void* attributes, nint* argv, nint* envp);
    [LibraryImport("libc")] private static partial int posix_spawn_file_actions_init(void* actions);
    [LibraryImport("libc")] private static partial int posix_spawn_file_actions_addopen(void* actions, int fd, byte* path, int flags, int mode);
    [LibraryImport("libc")] private static partial int posix_spawn_file_actions_adddup2(void* actions, int from, int to);
    [LibraryImport("libc")] private static partial int posix_spawnattr_init(void* attributes);
    [LibraryImport("libc")] private static partial int posix_spawnattr_setflags(void* attributes, short flags);
    [LibraryImport("libc")] private static partial int posix_spawnattr_setsigmask(void* attributes, void* set);
    [LibraryImport("libc")] private static partial int posix_spawnattr_setsigdefault(void* attributes, void* set);
}
