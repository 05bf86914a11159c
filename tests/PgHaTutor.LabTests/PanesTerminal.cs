using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace PgHaTutor.LabTests;

/// <summary>A real terminal of a given size, with a shell in it, that a test types into and looks at: a tmux server of its own.</summary>
internal sealed class PanesTerminal : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    /// <summary>A folder of the test's own.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("panes-").FullName;

    private string PidFile => Path.Combine(Folder, "pid");

    /// <summary>Opens the terminal and waits for the shell's prompt; skips the test where there is no tmux.</summary>
    public static async Task<PanesTerminal> OpenAsync(int columns = 90, int rows = 20)
    {
        Assert.SkipUnless(Exists("tmux"), "tmux is not installed: `apt-get install tmux`, then this runs too.");
        var terminal = new PanesTerminal();
        try
        {
            await terminal.TmuxAsync(
                "-f", "/dev/null", "new-session", "-d", "-x", $"{columns}", "-y", $"{rows}",
                "env -u NO_COLOR COLORTERM=truecolor PS1='$ ' HISTFILE= bash --norc --noprofile -i");
            await terminal.WaitForAsync("$");
            return terminal;
        }
        catch
        {
            await terminal.DisposeAsync();
            throw;
        }
    }

    public static bool Exists(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, program)));

    /// <summary>Starts the stage with a program to hand the terminal to; its exit code is shown as <c>code=N</c>.</summary>
    public Task StartStageAsync(string program = "true", string prefix = "", string environment = "", bool clear = true) =>
        StartAsync($"{environment} {prefix} {Path.Combine(AppContext.BaseDirectory, "PgHaTutor.LabTests")} stage {Folder} {program}", clear);

    /// <summary>Types a command line that becomes one process, whose id <see cref="ProcessId"/> then knows.</summary>
    public async Task StartAsync(string command, bool clear = true)
    {
        await TypeAsync($"stty -a | grep -v rows > {Folder}/before{(clear ? "; clear" : "")}");
        await TypeAsync($"sh -c 'echo $$ > {PidFile}; exec env {command}'; echo code\"=\"$?");
    }

    public int ProcessId => int.Parse(File.ReadAllText(PidFile), CultureInfo.InvariantCulture);

    public static bool IsRunning(int process) => Directory.Exists($"/proc/{process}");

    /// <summary>Sends the program a signal, by name.</summary>
    public void Send(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{ProcessId}"]);
        kill.WaitForExit();
    }

    /// <summary>Types a line and presses Enter.</summary>
    public async Task TypeAsync(string line)
    {
        await TmuxAsync("send-keys", "-l", line);
        await PressAsync("Enter");
    }

    /// <summary>Types characters.</summary>
    public Task WriteAsync(string text) => TmuxAsync("send-keys", "-l", text);

    /// <summary>Presses keys by tmux's names: <c>F5</c>, <c>C-q</c>, <c>Escape</c>.</summary>
    public Task PressAsync(params string[] keys) => TmuxAsync(["send-keys", .. keys]);

    /// <summary>Sends bytes as they are (Latin-1), each piece that many seconds after the one before.</summary>
    public Task SendPiecesAsync(double seconds, params string[] pieces) => TmuxAsync(
        [.. pieces.SelectMany((piece, index) => (string[])[
            .. index == 0 ? (string[])[] : [";", "run-shell", "-d", seconds.ToString(CultureInfo.InvariantCulture), ";"],
            "send-keys", "-H", .. Encoding.Latin1.GetBytes(piece).Select(one => one.ToString("x2", CultureInfo.InvariantCulture))])]);

    /// <summary>Pastes as a terminal does: bracketed where the program has asked for that.</summary>
    public async Task PasteAsync(string text)
    {
        var file = Path.Combine(Folder, "clipboard");
        await File.WriteAllTextAsync(file, text);
        await TmuxAsync("load-buffer", file, ";", "paste-buffer", "-p");
    }

    public Task ResizeAsync(int columns, int rows) => TmuxAsync("resize-window", "-x", $"{columns}", "-y", $"{rows}");

    public async Task<string> ScreenAsync() =>
        string.Join('\n', (await TmuxAsync("capture-pane", "-p")).Split('\n').Select(line => line.TrimEnd())).TrimEnd();

    /// <summary>The screen with its colours, as escape sequences.</summary>
    public Task<string> ColouredScreenAsync() => TmuxAsync("capture-pane", "-p", "-e");

    /// <summary>Whether the alternate screen is on, the cursor shows, the mouse is reported: <c>alternate=1 cursor=1 mouse=0</c>.</summary>
    public async Task<string> ModesAsync() =>
        (await TmuxAsync("display", "-p", "alternate=#{alternate_on} cursor=#{cursor_flag} mouse=#{mouse_any_flag}")).Trim();

    public Task<string> WaitForAsync(string text) => WaitForAsync(screen => screen.Contains(text, StringComparison.Ordinal), text);

    public async Task<string> WaitForAsync(Func<string, bool> condition, string what)
    {
        string screen;
        var clock = Stopwatch.StartNew();
        while (!condition(screen = await ScreenAsync()))
        {
            Assert.True(clock.Elapsed < Deadline, $"Waited {Deadline.TotalSeconds} s for: {what}\n{screen}");
            await Task.Delay(Interval, TimeProvider.System, TestContext.Current.CancellationToken);
        }
        return screen;
    }

    public async Task WaitUntilAsync(Func<bool> condition, string what)
    {
        var clock = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(clock.Elapsed < Deadline, $"Waited {Deadline.TotalSeconds} s for: {what}");
            await Task.Delay(Interval, TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>The shell has its terminal as it was: line settings, normal screen, no mouse. Gives what the screen shows.</summary>
    public async Task<string> AssertGivenBackAsync()
    {
        var screen = await ScreenAsync();
        await TypeAsync($"stty -a | grep -v rows | cmp - {Folder}/before && echo same\" \"settings");
        await WaitForAsync("\nsame settings");
        Assert.Equal("alternate=0 cursor=1 mouse=0", await ModesAsync());
        return screen;
    }

    /// <summary>Closes the window with everything in it, as a lost connection does.</summary>
    public Task CloseAsync() => TmuxAsync("kill-server");

    public async ValueTask DisposeAsync()
    {
        await TmuxAsync("kill-server");
        Directory.Delete(Folder, recursive: true);
    }

    private async Task<string> TmuxAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("tmux", ["-S", Path.Combine(Folder, "tmux"), .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment.Remove("TMUX");
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return await output;
    }
}
