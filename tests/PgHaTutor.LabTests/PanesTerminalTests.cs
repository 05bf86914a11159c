using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace PgHaTutor.LabTests;

/// <summary>The terminal is the learner's: whatever happens to the program, it comes back as it was.</summary>
public sealed partial class PanesTerminalTests
{
    [Theory]
    [InlineData("TERM", 143)]
    [InlineData("INT", 130)]
    [InlineData("QUIT", 131)]
    [InlineData("HUP", 129)]
    public async Task I_get_my_terminal_back_when_the_program_is_told_to_end(string signal, int code)
    {
        await using var terminal = await PanesTerminal.OpenAsync();
        await terminal.StartStageAsync();
        await terminal.WaitForAsync("90 x 20");

        terminal.Send(signal);

        await terminal.WaitForAsync($"code={code}");
        await terminal.AssertGivenBackAsync();
    }

    [Theory]
    [InlineData(130, 36, "C-q", "code=0")]
    [InlineData(60, 12, "C-q", "code=0")]
    [InlineData(130, 36, "F3", "code=70")]
    [InlineData(130, 36, "F2", "code=70")]
    [InlineData(130, 36, "F5", "lent 42")]
    [InlineData(130, 36, "C-z", "Stopped")]
    public async Task Nothing_of_the_screen_stays_when_the_window_changed_its_size(int columns, int rows, string leave, string sign)
    {
        await using var terminal = await PanesTerminal.OpenAsync();
        await terminal.TypeAsync("seq -f 'line %g' 3");
        await terminal.WaitForAsync("line 3");
        await terminal.StartStageAsync("sh -c \"echo lent $((6*7)); read end\"", clear: false);
        await terminal.WaitForAsync("90 x 20");
        await terminal.ResizeAsync(columns, rows);
        await terminal.WaitForAsync($"{columns} x {rows}");
        await terminal.PressAsync("Tab");

        await terminal.PressAsync(leave);

        var screen = await terminal.WaitForAsync(sign);
        Assert.DoesNotMatch("[┌┤│└]", screen);
        // What stood there before is there again, and what follows stands below it.
        Assert.Matches($"(?s){(rows > 20 ? "line 3\n\\$ stty.*" : "")}echo code.*\n.*{sign}", screen);
    }

    [Fact]
    public async Task I_get_my_terminal_back_when_a_dialog_was_open()
    {
        await using var terminal = await PanesTerminal.OpenAsync();
        await terminal.StartStageAsync();
        await terminal.WaitForAsync("90 x 20");
        await terminal.PressAsync("F6");
        await terminal.WaitForAsync("on top");

        terminal.Send("TERM");

        await terminal.WaitForAsync("code=143");
        await terminal.AssertGivenBackAsync();
    }

    [Theory]
    [InlineData("F2", "a thread fell over")]
    [InlineData("F3", "the screen fell over")]
    [InlineData("F4", "a handler fell over")]
    public async Task I_am_told_about_a_crash_on_the_normal_screen(string key, string reason)
    {
        await using var terminal = await PanesTerminal.OpenAsync();
        await terminal.StartStageAsync();
        await terminal.WaitForAsync("90 x 20");

        await terminal.PressAsync(key);

        await terminal.WaitForAsync("code=70");
        var screen = await terminal.AssertGivenBackAsync();
        Assert.Contains($"The tutor had to stop: {reason}", screen);
        var details = Assert.Single(Directory.GetFiles(terminal.Folder, "crash-*.txt"));
        Assert.Contains(Path.GetFileName(details), screen);
        Assert.Contains($"System.InvalidOperationException: {reason}", File.ReadAllText(details));
    }

    [Theory]
    [InlineData("")]
    [InlineData("--ignore-signal=HUP")]
    public async Task Nothing_of_the_program_stays_when_the_window_is_closed(string prefix)
    {
        await using var terminal = await PanesTerminal.OpenAsync();
        await terminal.StartStageAsync(prefix: prefix);
        await terminal.WaitForAsync("90 x 20");
        var process = terminal.ProcessId;

        await terminal.CloseAsync();

        await terminal.WaitUntilAsync(() => !PanesTerminal.IsRunning(process), "the program to end");
    }

    [Fact]
    public async Task I_can_go_to_a_shell_and_come_back_to_a_screen_of_the_new_size()
    {
        await using var terminal = await PanesTerminal.OpenAsync();
        await terminal.StartStageAsync("env PS1=inner: bash --norc --noprofile -i");
        await terminal.WaitForAsync("90 x 20");

        await terminal.PressAsync("F5");
        await terminal.WaitForAsync("inner:");
        await terminal.TypeAsync("echo [$GREETING]; cat");
        await terminal.WaitForAsync("\n[hello]");
        await terminal.TypeAsync("every key arrives");
        await terminal.WaitForAsync("\nevery key arrives\nevery key arrives");
        await terminal.PressAsync("C-c");
        // What is typed before the shell has its terminal back is thrown away with the line.
        await terminal.WaitForAsync("^C\ninner:");
        await terminal.ResizeAsync(70, 18);
        await terminal.TypeAsync("stty size; test -t 0 && test -t 1 && echo on a terminal");
        await terminal.WaitForAsync("\n18 70\non a terminal");
        await terminal.TypeAsync("exit 3");
        await terminal.WaitForAsync("70 x 18");
        await terminal.WriteAsync("abc");

        Assert.StartsWith("┌┤stage├", await terminal.WaitForAsync("│ abc "));
        await terminal.PressAsync("C-q");
        await terminal.WaitForAsync("code=0");
        await terminal.AssertGivenBackAsync();
    }

    [Theory]
    [InlineData("top", "top", "load average", "q")]
    [InlineData("vim", "vim -u NONE -N", "VIM - Vi IMproved", ":q!\n")]
    [InlineData("less", "less /etc/passwd", "/etc/passwd", "q")]
    public async Task A_full_screen_program_gets_every_key_and_the_screen_comes_back_clean(string program, string command, string sign, string leave)
    {
        Assert.SkipUnless(PanesTerminal.Exists(program), $"{program} is not installed.");
        await using var terminal = await PanesTerminal.OpenAsync();
        await terminal.StartStageAsync(command);
        await terminal.WaitForAsync("90 x 20");
        for (var time = 0; time < 3; time++)
        {
            await terminal.PressAsync("F5");
            await terminal.WaitForAsync(screen => screen.Contains(sign, StringComparison.Ordinal) && !screen.Contains("stage"), program);
            await terminal.WriteAsync(leave);
            await terminal.WaitForAsync("gave 0");
        }

        var clean = Expected("┤stage├", "", "", "", $" {program} gave 0");
        await terminal.WaitForAsync(screen => screen == clean, clean);
        await terminal.PressAsync("C-q");
        await terminal.WaitForAsync("code=0");
        await terminal.AssertGivenBackAsync();
    }

    [Fact]
    public async Task A_program_that_has_the_terminal_ends_with_us()
    {
        await using var terminal = await PanesTerminal.OpenAsync();
        await terminal.StartStageAsync("env PS1=inner: bash --norc --noprofile -i");
        await terminal.WaitForAsync("90 x 20");
        await terminal.PressAsync("F5");
        await terminal.WaitForAsync("inner:");
        await terminal.TypeAsync($"echo $$ > {terminal.Folder}/inner; echo written");
        await terminal.WaitForAsync("\nwritten");
        var inner = int.Parse(File.ReadAllText(Path.Combine(terminal.Folder, "inner")));

        terminal.Send("TERM");

        await terminal.WaitForAsync("code=143");
        await terminal.AssertGivenBackAsync();
        Assert.False(PanesTerminal.IsRunning(inner));
    }

    [Fact]
    public async Task A_shell_that_was_killed_gives_the_terminal_back_too()
    {
        await using var terminal = await PanesTerminal.OpenAsync();
        await terminal.StartStageAsync("env PS1=inner: bash --norc --noprofile -i");
        await terminal.WaitForAsync("90 x 20");
        await terminal.PressAsync("F5");
        await terminal.WaitForAsync("inner:");

        await terminal.TypeAsync("kill -KILL $$");

        await terminal.WaitForAsync("gave 137");
        await terminal.WriteAsync("abc");
        await terminal.WaitForAsync("│ abc ");
    }

    [Fact]
    public async Task I_can_suspend_the_program_and_go_on_with_it()
    {
        await using var terminal = await PanesTerminal.OpenAsync();
        await terminal.StartStageAsync();
        await terminal.WaitForAsync("90 x 20");
        await terminal.WriteAsync("abc");
        await terminal.PressAsync("Tab", "C-z");
        await terminal.WaitForAsync("Stopped");
        await terminal.AssertGivenBackAsync();
        await terminal.TypeAsync("fg");

        await terminal.WaitForAsync("│ abc ");
        await terminal.PressAsync("Tab");
        await terminal.WriteAsync("def");
        await terminal.WaitForAsync("│ def ");
        Assert.Equal("alternate=1 cursor=1 mouse=1", await terminal.ModesAsync());
    }

    [Theory]
    [InlineData("")]
    [InlineData("library ")]
    public async Task Whatever_reads_my_keys_I_can_type_resize_and_leave(string reader)
    {
        await using var terminal = await PanesTerminal.OpenAsync();
        await terminal.StartStageAsync($"{reader}true");
        await terminal.WaitForAsync("90 x 20");

        await terminal.WriteAsync("für 1 €");
        await terminal.WaitForAsync("│ für 1 € ");
        await terminal.ResizeAsync(70, 18);
        await terminal.WaitForAsync("70 x 18");
        await terminal.PressAsync("F5");
        await terminal.WaitForAsync("true gave 0");
        // Nothing follows that would tell it from the beginning of an arrow.
        await terminal.PressAsync("Escape");
        await terminal.WaitForAsync("the Esc key");
        await terminal.PressAsync("C-q");
        await terminal.WaitForAsync("code=0");
        await terminal.AssertGivenBackAsync();
    }

    [Fact]
    public async Task A_key_that_comes_in_pieces_is_one_key()
    {
        await using var terminal = await PanesTerminal.OpenAsync();
        await terminal.StartStageAsync();
        await terminal.WaitForAsync("90 x 20");

        await terminal.SendPiecesAsync(0.01, "\u00e2", "\u0082\u00ac");
        await terminal.WaitForAsync("│ € ");
        // Esc counts as a key of its own after 50 ms; a busy machine may hold back a piece for so long.
        for (var attempt = 0; attempt < 20 && !(await terminal.ScreenAsync()).Contains("an arrow", StringComparison.Ordinal); attempt++)
            await terminal.SendPiecesAsync(0.01, "\e", "[", "D");

        await terminal.WaitForAsync("an arrow");
    }

    [Fact]
    public async Task A_click_arrives_where_I_clicked()
    {
        await using var terminal = await PanesTerminal.OpenAsync();
        await terminal.StartStageAsync();
        await terminal.WaitForAsync("90 x 20");

        await terminal.SendPiecesAsync(0.01, "\e[<0;12;9M", "\e[<0;12;9m");

        await terminal.WaitForAsync("clicked at 11, 8");
    }

    [Fact]
    public async Task Many_lines_that_I_paste_arrive_whole()
    {
        await using var terminal = await PanesTerminal.OpenAsync();
        await terminal.StartStageAsync();
        await terminal.WaitForAsync("90 x 20");

        await terminal.PasteAsync(string.Concat(Enumerable.Repeat("größer als ein Stück, das auf einmal gelesen wird – 100 €\n", 2000)) + "Ende");

        await terminal.WaitForAsync("pasted 2001 lines, 2 kinds, the last is Ende");
    }

    [Fact]
    public async Task My_machine_rests_while_I_read()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux tells how often a program woke.");
        await using var terminal = await PanesTerminal.OpenAsync();
        await terminal.StartStageAsync();
        await terminal.WaitForAsync("90 x 20");
        await terminal.WriteAsync("abc");
        await terminal.WaitForAsync("│ abc ");
        // What the start left to do is over.
        await Task.Delay(TimeSpan.FromSeconds(2), TimeProvider.System, TestContext.Current.CancellationToken);

        var (woken, clock) = (Woken(), Stopwatch.StartNew());
        await Task.Delay(TimeSpan.FromSeconds(4), TimeProvider.System, TestContext.Current.CancellationToken);
        var often = (Woken() - woken) / clock.Elapsed.TotalSeconds;

        // Terminal.Gui's own reader and loop wake hundreds of times a second.
        Assert.InRange(often, 0, 40);

        int Woken() => Directory.GetDirectories($"/proc/{terminal.ProcessId}/task")
            .SelectMany(thread => File.ReadLines(Path.Combine(thread, "status")))
            .Where(line => line.StartsWith("voluntary_ctxt_switches:", StringComparison.Ordinal))
            .Sum(line => int.Parse(line.Split(':')[1], CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData("TERM=dumb", "")]
    [InlineData("-u TERM", "")]
    [InlineData("", "< /dev/null")]
    [InlineData("", "| cat")]
    public async Task Without_a_real_terminal_I_am_pointed_to_the_plain_dialogue(string environment, string redirection)
    {
        await using var terminal = await PanesTerminal.OpenAsync();
        await terminal.StartStageAsync($"true {redirection}", environment: environment);

        Assert.Contains("`tutor plain`", await terminal.WaitForAsync("\ncode="));
        await terminal.AssertGivenBackAsync();
    }

    [Fact]
    public async Task I_can_type_while_200000_lines_stream_past()
    {
        await using var terminal = await PanesTerminal.OpenAsync();
        await terminal.StartStageAsync("console");
        await terminal.WaitForAsync("here$");

        await terminal.TypeAsync("for part in $(seq 200); do seq -f \"line %g of a program that prints without end\" 1000; done");
        await terminal.WaitForAsync("line ");
        await terminal.WriteAsync("still here");
        var whileStreaming = await terminal.WaitForAsync("here$ still here");
        await terminal.WaitForAsync("✔ done in");

        Assert.DoesNotContain("✔", whileStreaming);
        Assert.Contains("line 1000 of", await terminal.ScreenAsync());
        using var process = Process.GetProcessById(terminal.ProcessId);
        Assert.InRange(process.WorkingSet64 >> 20, 1, 200);
    }

    [Theory]
    [InlineData("NO_COLOR=1", false)]
    [InlineData("NO_COLOR=", true)]
    public async Task Colour_is_sent_only_where_it_is_wanted(string environment, bool coloured)
    {
        await using var terminal = await PanesTerminal.OpenAsync();
        await terminal.StartStageAsync("console", environment: environment);
        await terminal.WaitForAsync("here$");

        Assert.Equal(coloured, Colour().IsMatch(await terminal.ColouredScreenAsync()));
    }

    [Theory]
    [InlineData("xterm")]
    [InlineData("linux")]
    [InlineData("screen-256color")]
    public async Task Every_usual_terminal_will_do(string name)
    {
        await using var terminal = await PanesTerminal.OpenAsync();
        await terminal.StartStageAsync("console", environment: $"-u COLORTERM TERM={name}");
        await terminal.WaitForAsync("here$");
        await terminal.TypeAsync("echo drawn on $TERM");

        await terminal.WaitForAsync($"drawn on {name}");
        await terminal.PressAsync("C-q");
        await terminal.WaitForAsync("code=0");
        await terminal.AssertGivenBackAsync();
    }

    [GeneratedRegex("\x1b\\[[0-9;]*(?<![0-9])(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])[;m]")]
    private static partial Regex Colour();

    private static string Expected(string title, params string[] lines) =>
        string.Join('\n', [
            $"┌{title}{new string('─', 88 - title.Length)}┐",
            .. lines.Concat(Enumerable.Repeat("", 18 - lines.Length)).Select(line => $"│{line,-88}│"),
            $"└{new string('─', 88)}┘"]);

}