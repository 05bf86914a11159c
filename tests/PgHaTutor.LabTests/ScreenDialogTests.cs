using Terminal.Gui.Input;

namespace PgHaTutor.LabTests;

/// <summary>What is laid over the panes: questions, the palette, a log, evidence, the editor; and leaving.</summary>
[Collection("Screens")]
public sealed class ScreenDialogTests
{
    [Fact]
    public void I_am_asked_for_my_prediction_before_the_step_runs()
    {
        using var pilot = new ScreenPilot(ScreenStates.Opened);

        pilot.Press('n', Key.Enter);
        Assert.Contains("What do you expect? How large will the copy be?", pilot.Text);
        Assert.Empty(pilot.Asked);

        pilot.Press('2');
        Assert.Equal(["predict p-size: only what has changed", "run clone"], pilot.Asked);
    }

    [Fact]
    public void A_reset_asks_first_and_Enter_keeps_the_lab()
    {
        using var pilot = new ScreenPilot(ScreenStates.Midway);

        pilot.Press('R');
        Assert.Contains("No, keep the lab as it is", pilot.Text);
        pilot.Press(Key.Enter);
        Assert.Empty(pilot.Asked);

        pilot.Press('R', 'l');
        Assert.Equal(["reset "], pilot.Asked);
    }

    [Fact]
    public void Esc_closes_only_what_is_on_top()
    {
        using var pilot = new ScreenPilot(ScreenStates.Midway);

        pilot.Press(Key.F1);
        Assert.Contains("goes to the next step, question or check", pilot.Text);
        pilot.Press(Key.Esc, Key.Esc, Key.Esc);

        Assert.DoesNotContain("goes to the next step, question or check", pilot.Text);
        Assert.False(pilot.Left);
    }

    [Fact]
    public void Ctrl_Q_leaves_from_anywhere()
    {
        using var pilot = new ScreenPilot(ScreenStates.Midway);

        pilot.Press(Key.F1, Key.Q.WithCtrl);

        Assert.True(pilot.Left);
    }

    [Fact]
    public void Leaving_asks_where_something_ends_with_it_and_Ctrl_Q_again_leaves()
    {
        using var pilot = new ScreenPilot(ScreenStates.Working);

        pilot.Press(Key.Q.WithCtrl);
        Assert.False(pilot.Left);
        Assert.Contains("“Running step clone” is cancelled", pilot.Text);
        pilot.Press(Key.Enter);
        Assert.False(pilot.Left);

        pilot.Press(Key.Q.WithCtrl, Key.Q.WithCtrl);
        Assert.True(pilot.Left);
    }

    [Theory]
    [InlineData(80, 24)]
    [InlineData(120, 36)]
    public void The_log_of_a_marked_checks_node_is_no_command_of_mine_and_Esc_comes_back(int columns, int rows)
    {
        using var pilot = new ScreenPilot(ScreenStates.Tried, columns, rows);

        var before = pilot.Text;
        pilot.Press('l');
        Assert.Equal(["log of standby"], pilot.Asked);
        Assert.Contains("╡Log of standby · Esc closes╞", pilot.Text);
        Assert.Contains("FATAL:  no pg_hba.conf entry", pilot.Text);

        Assert.Equal(before, pilot.Press(Key.Esc).Text);
    }

    [Fact]
    public void I_can_find_a_command_by_its_name()
    {
        using var pilot = new ScreenPilot(ScreenStates.Midway);

        pilot.Press(Key.P.WithCtrl).Type("sol");
        pilot.Press(Key.Enter);

        Assert.Contains("This plays the whole solution", pilot.Text);
    }

    [Theory]
    [InlineData("quit", "leave")]
    [InlineData("psql", "shell")]
    [InlineData("sql", "language")]
    [InlineData("log", "log")]
    [InlineData("theme", "look")]
    [InlineData("resett", "reset")]
    [InlineData("slution", "solution")]
    public void I_can_find_a_command_by_the_word_that_I_know_it_by(string word, string command)
    {
        using var pilot = new ScreenPilot(ScreenStates.Midway);

        pilot.Press(Key.P.WithCtrl).Type(word);

        Assert.Matches($@"║ {command} +\w", pilot.Text);
    }

    [Fact]
    public void I_can_open_the_evidence_of_a_check()
    {
        using var pilot = new ScreenPilot(ScreenStates.Tried);

        pilot.Press(Key.F4, Key.End, Key.Enter);

        Assert.Contains("select status, sender_port from pg_stat_wal_receiver", pilot.Text);
        Assert.Contains("(no row)", pilot.Text);
    }

    [Fact]
    public void A_lesson_that_needs_another_says_so_before_it_opens()
    {
        using var pilot = new ScreenPilot(ScreenStates.Start);

        pilot.Press(Key.F7, Key.End, Key.Enter, Key.CursorDown, Key.Enter);
        Assert.Contains("builds on what you have not done yet: A cluster by hand", pilot.Text);

        pilot.Press('y');
        Assert.Equal(["open streaming.first-standby"], pilot.Asked);
    }

    [Fact]
    public void I_am_asked_before_I_run_a_step_too_early()
    {
        using var pilot = new ScreenPilot(ScreenStates.Opened);

        pilot.Mark("start").Press(Key.Enter);
        Assert.Contains("The lesson does clone before start", pilot.Text);
        pilot.Press(Key.Enter);
        Assert.Empty(pilot.Asked);
        Assert.Contains("┏━ clone", pilot.Text);

        pilot.Mark("start").Press(Key.Enter, 'r', 'r');
        Assert.Equal(["run start"], pilot.Asked);
    }

    [Fact]
    public void Enter_in_a_question_without_a_mark_says_what_to_press()
    {
        using var pilot = new ScreenPilot(ScreenStates.Opened);

        pilot.Press('p', Key.Enter);

        Assert.Empty(pilot.Asked);
        Assert.Contains("Nothing is marked yet: press 1 to 2, or ↓ and then", pilot.Text);
    }

    [Fact]
    public void A_dialog_has_its_own_keys_in_the_bar_and_says_how_to_close_it()
    {
        using var pilot = new ScreenPilot(ScreenStates.Tried, 80, 24);

        pilot.Press(Key.F4, Key.End, Key.Enter);

        Assert.Contains("╡Check follows · Esc closes╞", pilot.Text);
        Assert.EndsWith(" y copy what was asked  ↓ down  ↑ up  Esc close\n", pilot.Text);
    }

    [Fact]
    public void A_long_line_is_seen_whole_in_the_editor_and_runs_as_one_line()
    {
        using var pilot = new ScreenPilot(ScreenStates.Done, 80, 24);

        pilot.Mark("look").Press('e');
        Assert.Contains("replay_lsn", pilot.Text);
        pilot.Type("/* " + string.Join(' ', Enumerable.Range(1, 30).Select(number => $"word{number}")) + " */ ").Press(Key.CursorDown, Key.End);
        pilot.Type(" --X");

        Assert.Contains("word1 ", pilot.Text);
        Assert.Contains("word30 ", pilot.Text);
        pilot.Press(Key.F5);
        Assert.Equal(2, pilot.Asked.Single().Split('\n').Length);
        Assert.StartsWith("run look: /* word1 word2 ", pilot.Asked.Single());
    }
}
