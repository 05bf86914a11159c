using PgHaTutor.Hosts;
using PgHaTutor.Lessons;
using PgHaTutor.Ui;
using Terminal.Gui.Input;

namespace PgHaTutor.Tests;

/// <summary>The console: what is printed is seen, what is typed goes where the prompt says.</summary>
[Collection("screen")]
public sealed class PanesConsoleTests : IDisposable
{
    private readonly ConsolePane _console = new(new PromptHistory(null));
    private readonly PanesScreen _screen;
    private readonly List<ConsoleEntry> _entered = [];

    public PanesConsoleTests()
    {
        _screen = new PanesScreen(_console, 60, 9);
        _console.Entered += _entered.Add;
        _console.SetNodes(["primary", "standby"]);
        _console.SetVariables(["PRIMARY_PORT", "PRIMARY_DATA", "STANDBY_PORT"]);
    }

    public void Dispose()
    {
        _screen.Dispose();
        _console.Dispose();
    }

    [Fact]
    public void I_see_what_ran_what_it_printed_and_how_it_ended()
    {
        _console.Begin("standby: pg_ctl promote");
        _console.Add(new OutputLine("waiting for server to promote.... done", false));
        _console.Add(new OutputLine("\x1b[31mserver promoted\x1b[0m", false));
        _console.End(0, TimeSpan.FromMilliseconds(240));
        _console.Begin("primary: cat nothing");
        _console.Add(new OutputLine("cat: nothing: No such file or directory, and a line that is far too long for this screen", true));
        _console.End(1, TimeSpan.FromSeconds(2.5));
        _screen.Wait(TimeSpan.FromSeconds(1));

        PanesApproved.Equal("console-60x9", _screen.Text);
    }

    [Fact]
    public void I_enter_a_command_for_the_node_that_the_prompt_names()
    {
        _screen.Type("pg_ctl status");
        _screen.Press(Key.Enter, Key.N.WithCtrl, Key.T.WithCtrl);
        _screen.Type("select 1");
        Assert.EndsWith("standby=# select 1", _screen.Text);
        _screen.Press(Key.Enter);

        Assert.Equal([new("primary", "pg_ctl status", StepLanguage.Sh), new("standby", "select 1", StepLanguage.Sql)], _entered);
        Assert.EndsWith("standby=#", _screen.Text);
    }

    [Fact]
    public void Without_a_node_a_command_goes_nowhere_and_I_am_told()
    {
        _console.SetNodes([]);
        _screen.Type("ls");
        _screen.Press(Key.Enter);
        _screen.Wait(TimeSpan.FromSeconds(1));

        Assert.Empty(_entered);
        Assert.Contains("✘ There is no node to run it on", _screen.Text);
    }

    [Fact]
    public void Up_and_Down_walk_through_what_I_entered()
    {
        foreach (var text in (string[])["one", "two", "once more"])
        {
            _screen.Type(text);
            _screen.Press(Key.Enter);
        }

        _screen.Type("on");
        _screen.Press(Key.CursorUp);
        Assert.EndsWith("$ once more", _screen.Text);
        _screen.Press(Key.CursorUp);
        Assert.EndsWith("$ one", _screen.Text);
        _screen.Press(Key.CursorDown, Key.CursorDown);
        Assert.EndsWith("$ on", _screen.Text);
    }

    [Fact]
    public void Tab_completes_a_word_or_shows_what_it_could_become()
    {
        _screen.Type("pg_ba");
        _screen.Press(Key.Tab);
        Assert.EndsWith("$ pg_basebackup", _screen.Text);
        _screen.Type("-p $PRIM");
        _screen.Press(Key.Tab);

        PanesApproved.Equal("completion-60x9", _screen.Text);
    }

    [Fact]
    public void Ctrl_C_gives_up_the_line_and_keeps_it_to_be_seen()
    {
        _screen.Type("rm -rf /");
        _screen.Press(Key.C.WithCtrl);
        _screen.Wait(TimeSpan.FromSeconds(1));

        Assert.Empty(_entered);
        Assert.Contains("primary$ rm -rf /^C", _screen.Text);
        Assert.EndsWith("primary$", _screen.Text);
    }

    [Fact]
    public void Output_follows_its_end_until_I_scroll_back()
    {
        for (var line = 1; line <= 100; line++)
            _console.Add(new OutputLine($"line {line}", false));
        _screen.Wait(TimeSpan.FromSeconds(1));
        Assert.Contains("line 100", _screen.Text);

        _screen.Press(Key.PageUp);
        for (var line = 101; line <= 200; line++)
            _console.Add(new OutputLine($"line {line}", false));
        _screen.Wait(TimeSpan.FromSeconds(1));
        PanesApproved.Equal("scrolled-60x9", _screen.Text);

        _screen.Press(Key.End.WithCtrl);
        Assert.Contains("line 200", _screen.Text);
    }

    [Fact]
    public void What_I_am_reading_stays_where_it_is_while_old_lines_are_forgotten()
    {
        var log = new OutputLog(capacity: 50);
        using var view = new OutputView(log);
        using var screen = new PanesScreen(view, 30, 5);
        foreach (var line in Enumerable.Range(1, 50))
            log.Add($"line {line}", OutputKind.Output);
        screen.Press(Key.PageUp);
        var before = screen.Text.Split('\n')[0];

        foreach (var line in Enumerable.Range(51, 30))
            log.Add($"line {line}", OutputKind.Output);
        screen.Wait(TimeSpan.FromSeconds(1));

        Assert.Equal("  line 42", before);
        Assert.Equal(before, screen.Text.Split('\n')[0]);
    }

    [Fact]
    public void Long_lines_can_be_read_to_their_end()
    {
        var log = new OutputLog();
        using var view = new OutputView(log);
        using var screen = new PanesScreen(view, 20, 3);
        log.Add("0123456789abcdefghijklmnopqrstuvwxyz", OutputKind.Output);
        screen.Wait(TimeSpan.FromSeconds(1));
        Assert.Equal("  0123456789abcdefgh\n  ijklmnopqrstuvwxyz", screen.Text);

        log.Add("the next", OutputKind.Output);
        log.Add("the last", OutputKind.Output);
        screen.Wait(TimeSpan.FromSeconds(1));
        Assert.Equal("  ijklmnopqrstuvwxyz\n  the next\n  the last", screen.Text);

        screen.Press(Key.PageUp);
        Assert.StartsWith("  0123456789abcdefgh\n  ijklmnopqrstuvwxyz\n", screen.Text);
        screen.Press(Key.End);
        Assert.EndsWith("  the last", screen.Text);
    }

    [Fact]
    public void The_prompt_takes_the_keys_that_a_shell_takes()
    {
        _screen.Type("psql -c 'select  ");
        _screen.Press(Key.W.WithCtrl);
        Assert.EndsWith("$ psql -c", _screen.Text);
        _screen.Press(Key.A.WithCtrl);
        _screen.Type("time ");
        _screen.Press(Key.E.WithCtrl);
        _screen.Type("x");
        Assert.EndsWith("$ time psql -c x", _screen.Text);
        _screen.Press(Key.U.WithCtrl);
        Assert.EndsWith("primary$", _screen.Text);
    }

    [Fact]
    public void The_log_keeps_the_newest_lines_within_its_bounds()
    {
        var log = new OutputLog(capacity: 20_000);
        Parallel.For(0, 4, _ =>
        {
            for (var line = 0; line < 50_000; line++)
                log.Add("a line of ordinary length, as programs print them", OutputKind.Output);
        });
        Assert.Equal((180_000, 200_000), log.Span);

        for (var line = 0; line < 20_000; line++)
            log.Add(new string('x', 5_000), OutputKind.Output);
        Assert.InRange(log.Span.Next - log.Span.First, 3_000, 4_000);
    }
}
