using System.ComponentModel;
using System.IO.Pipes;
using System.Runtime.InteropServices;
using System.Text;

namespace PgHaTutor.Ui;

/// <summary>The terminal as the kernel has it: its line settings, who reads it, whether it is still there.</summary>
internal static class Tty
{
    private const int Input = 0;
    private const int Output = 1;
    private const int ForgetTypedAhead = 2; // TCSAFLUSH, the same number on Linux and macOS
    private const int BackgroundWrite = 22; // SIGTTOU, likewise
    private const int OwnGroup = 0;
    private const nint Ignore = 1; // SIG_IGN
    private const int Interrupted = 4; // EINTR, likewise
    private const int Forever = -1;
    private const short Readable = 1; // POLLIN, likewise

    // termios has 60 bytes on Linux and 72 on macOS; its inside is nobody's business here.
    private const int SettingsSize = 256;

    private const string Modes = "\x1b[?2004l\x1b[?1003l\x1b[?1015l\x1b[?1006l\x1b[?1l\x1b>\x1b[0m\x1b[0 q\x1b[?25h";

    private const string Empty = "\x1b[0m\x1b[2J\x1b[H";

    private const string Enter = "\x1b[?1049h" + Empty + "\x1b[?25l\x1b[?1003h\x1b[?1015h\x1b[?1006h\x1b[?2004h";

    private static readonly AnonymousPipeServerStream waitEnds = new(PipeDirection.Out);
    private static byte[]? original;

    // Questions about the terminal go here as well: the input may lead elsewhere for a while, see Silence.
    private static int terminal = Output;

    /// <summary>False once the terminal has hung up (its window closed, its connection lost).</summary>
    public static bool IsThere => tcgetattr(terminal, new byte[SettingsSize]) == 0;

    /// <summary>Keeps the line settings (echo, cooked mode) as they are now, for <see cref="Restore"/>.</summary>
    public static void Remember() => original = Settings();

    /// <summary>Sets the line settings to what was remembered.</summary>
    public static void Restore() => Apply(original ?? throw new InvalidOperationException("Nothing is remembered."));

    /// <summary>The line settings as one opaque value.</summary>
    public static byte[] Settings()
    {
        var settings = new byte[SettingsSize];
        return tcgetattr(terminal, settings) == 0
            ? settings
            : throw new Win32Exception(Marshal.GetLastPInvokeError(), "The terminal's settings cannot be read.");
    }

    /// <summary>Sets the line settings and forgets what was typed but not read, such as late answers to a program's questions.</summary>
    public static void Apply(byte[] settings) => tcsetattr(terminal, ForgetTypedAhead, settings);

    /// <summary>Leaves nothing on the screen: where the window grew, tmux puts what is left there above what was before the program.</summary>
    public static void Clear() => Write(Empty);

    /// <summary>
    /// From the alternate screen back to the normal one. Once only: each time the terminal takes its cursor to where it was saved, and
    /// after the window changed that is another line.
    /// </summary>
    public static void LeaveScreen() => Write(Empty + Modes + "\x1b[?1049l");

    /// <summary>No mouse, no bracketed paste, a visible cursor, on whatever screen there is.</summary>
    public static void ResetModes() => Write(Modes);

    /// <summary>To the alternate screen, empty, with mouse and bracketed paste.</summary>
    public static void EnterScreen() => Write(Enter);

    public static void Write(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text).AsSpan();
        while (bytes.Length > 0 && write(terminal, bytes.ToArray(), bytes.Length) is > 0 and var written)
            bytes = bytes[(int)written..];
    }

    /// <summary>
    /// From now on only this class reaches the terminal, for good: a thread that still draws must not scribble over the normal screen,
    /// and over the message that explains its end.
    /// </summary>
    public static void ShutOthersOut()
    {
        terminal = dup(Output);
        using var nowhere = File.OpenHandle("/dev/null", FileMode.Open, FileAccess.Write);
        dup2((int)nowhere.DangerousGetHandle(), Output);
    }

    /// <summary>Waits until there is something to read; false after <see cref="EndWait"/>, or where the terminal is gone.</summary>
    public static bool WaitForInput()
    {
        PollEntry[] entries = [new(Input), new((int)waitEnds.ClientSafePipeHandle.DangerousGetHandle())];
        while (poll(entries, (nuint)entries.Length, Forever) < 0)
        {
            if (Marshal.GetLastPInvokeError() != Interrupted)
                return false;
        }
        if (entries[1].Seen == Readable)
            read(entries[1].Descriptor, new byte[1], 1);
        return entries[0].Seen == Readable;
    }

    /// <summary>Makes the wait that is under way, or the next one, end without input.</summary>
    public static void EndWait() => waitEnds.WriteByte(0);

    /// <summary>Reads what has arrived; gives the number of bytes, 0 where there is nothing.</summary>
    public static int Read(byte[] bytes) => (int)Math.Max(0, read(Input, bytes, bytes.Length));

    /// <summary>
    /// Until disposal, whoever reads standard input of this process hears nothing, and the terminal is free for a child.
    /// The driver's reader cannot be paused; but it does not notice that its file descriptor leads elsewhere.
    /// </summary>
    public static IDisposable Silence() => new Silenced();

    /// <summary>Makes this process the terminal's foreground again, also where a child died without giving it back.</summary>
    public static void TakeForeground()
    {
        // A background process that touches its terminal is stopped by SIGTTOU unless it ignores it.
        var before = signal(BackgroundWrite, Ignore);
        tcsetpgrp(terminal, getpgrp());
        signal(BackgroundWrite, before);
    }

    /// <summary>Stops this process and its children, as Ctrl-Z does at a shell, until the shell lets them go on.</summary>
    public static void Stop() => kill(OwnGroup, OperatingSystem.IsMacOS() ? 18 : 20);

    /// <summary>Ends the process now, with nothing run any more.</summary>
    public static void Exit(int code) => _exit(code);

    public static void HangUp(int processId) => kill(processId, 1);

    /// <summary>The kernel's struct pollfd.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct PollEntry(int descriptor)
    {
        public int Descriptor = descriptor;
        public short Wanted = Readable;
        public short Seen;
    }

    private sealed class Silenced : IDisposable
    {
        private readonly int input = dup(Input);
        private readonly AnonymousPipeServerStream pipe = new(PipeDirection.Out);

        public Silenced()
        {
            dup2((int)pipe.ClientSafePipeHandle.DangerousGetHandle(), Input);
            pipe.DisposeLocalCopyOfClientHandle();
        }

        public void Dispose()
        {
            dup2(input, Input);
            close(input);
            // The end of the pipe wakes a reader that had begun to read from it. One that waits is woken by what its descriptor led to
            // when the wait began: it may be the pipe, and no key would ever end the wait.
            pipe.Dispose();
            EndWait();
        }
    }

    [DllImport("libc", SetLastError = true)]
    private static extern int tcgetattr(int descriptor, byte[] settings);

    [DllImport("libc")]
    private static extern int tcsetattr(int descriptor, int when, byte[] settings);

    [DllImport("libc")]
    private static extern int tcsetpgrp(int descriptor, int group);

    [DllImport("libc")]
    private static extern int getpgrp();

    [DllImport("libc")]
    private static extern nint signal(int number, nint handler);

    [DllImport("libc")]
    private static extern int kill(int process, int number);

    [DllImport("libc")]
    private static extern int dup(int descriptor);

    [DllImport("libc")]
    private static extern int dup2(int from, int to);

    [DllImport("libc")]
    private static extern int close(int descriptor);

    [DllImport("libc", SetLastError = true)]
    private static extern int poll([In, Out] PollEntry[] entries, nuint count, int milliseconds);

    [DllImport("libc")]
    private static extern nint read(int descriptor, byte[] bytes, nint count);

    [DllImport("libc")]
    private static extern nint write(int descriptor, byte[] bytes, nint count);

    [DllImport("libc")]
    private static extern void _exit(int code);
}
