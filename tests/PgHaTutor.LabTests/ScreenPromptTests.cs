using PgHaTutor.Sessions;
using Terminal.Gui.Input;

namespace PgHaTutor.LabTests;

/// <summary>What is typed and pasted at the console's prompt, and what becomes of it.</summary>
[Collection("Screens")]
public sealed class ScreenPromptTests
{
    [Fact]
    public void Letters_at_the_prompt_are_text()
    {
        using var pilot = new ScreenPilot(ScreenStates.Midway);

        pilot.Press(Key.F6).Type("echo rest");

        Assert.Contains("echo rest", pilot.Text);
        Assert.Empty(pilot.Asked);
    }

    [Fact]
    public void The_prompt_stands_on_the_node_that_the_lesson_goes_on_with_and_stays_where_I_put_it()
    {
        using var pilot = new ScreenPilot(ScreenStates.Tried with { Runs = ScreenStates.Midway.Runs, Progress = ScreenStates.Midway.Progress });

        pilot.Press(Key.F6).Type("one").Press(Key.Enter);
        pilot.Press(Key.N.WithCtrl, Key.Esc, Key.F6).Type("two").Press(Key.Enter);

        Assert.Equal(["on standby: one", "on primary: two"], pilot.Asked);
    }

    [Fact]
    public void I_can_take_a_step_to_the_prompt_and_change_it_there()
    {
        using var pilot = new ScreenPilot(ScreenStates.Midway);

        pilot.Mark("start").Press('i').Type(" -t 5").Press(Key.Enter);

        Assert.Equal(["on standby: pg_ctl -D \"$PGDATA\" -l \"$PGLOG\" -w start -t 5"], pilot.Asked);
    }

    [Fact]
    public void Commands_that_I_enter_while_something_runs_have_their_turn_in_order()
    {
        var busy = ScreenStates.Midway with { Work = new Work("Running step clone", null, ScreenStates.Now, true) };
        using var pilot = new ScreenPilot(busy);

        pilot.Press(Key.F6).Type("echo one").Press(Key.Enter).Type("echo two").Press(Key.Enter);
        Assert.Empty(pilot.Asked);
        Assert.Contains("… waits: standby: echo two", pilot.Pass(TimeSpan.FromSeconds(1)).Text);

        pilot.Show(ScreenStates.Midway).Show(ScreenStates.Midway);
        Assert.Equal(["on standby: echo one", "on standby: echo two"], pilot.Asked);
    }

    [Fact]
    public void Cancelling_also_gives_up_what_waits()
    {
        using var pilot = new ScreenPilot(ScreenStates.Midway with { Work = new Work("Running step clone", null, ScreenStates.Now, true) });

        pilot.Press(Key.F6).Type("echo one").Press(Key.Enter, Key.C.WithCtrl).Show(ScreenStates.Midway);

        Assert.Equal(["cancel"], pilot.Asked);
        Assert.Contains("✘ not run: standby: echo one", pilot.Pass(TimeSpan.FromSeconds(1)).Text);
    }

    [Fact]
    public void Lines_that_I_paste_run_as_one_script_when_I_press_Enter()
    {
        using var pilot = new ScreenPilot(ScreenStates.Midway);

        pilot.Press(Key.F6).Paste("for i in 1 2; do\r\n  echo $i\ndone\ncat <<END\nhello\nEND\n");
        Assert.Contains("standby$ for i in 1 2; do↵  echo $i↵done↵cat <<END↵hello↵END", pilot.Text);
        Assert.Contains("6 lines: Enter runs them in order", pilot.Text);
        Assert.Empty(pilot.Asked);

        pilot.Press(Key.Enter);
        Assert.Equal(["on standby: for i in 1 2; do\n  echo $i\ndone\ncat <<END\nhello\nEND"], pilot.Asked);
    }

    [Fact]
    public void A_command_of_several_lines_goes_on_until_it_is_complete()
    {
        using var pilot = new ScreenPilot(ScreenStates.Midway);

        pilot.Press(Key.F6).Type("cat <<END").Press(Key.Enter).Type("hello").Press(Key.Enter);
        Assert.Contains("goes on: this is not complete yet", pilot.Text);
        Assert.Empty(pilot.Asked);

        // A terminal that does not mark what is pasted may send line feeds.
        pilot.Type("END").Press(Key.J.WithCtrl);
        Assert.Equal(["on standby: cat <<END\nhello\nEND"], pilot.Asked);
    }

    [Fact]
    public void What_I_paste_elsewhere_is_never_taken_for_keys()
    {
        using var pilot = new ScreenPilot(ScreenStates.Midway);

        pilot.Paste("S\ny\n");

        Assert.Empty(pilot.Asked);
        Assert.Contains("Text is pasted at the console's prompt: F6 goes there.", pilot.Text);
    }

    [Fact]
    public void A_step_of_several_lines_keeps_them_at_the_prompt()
    {
        using var pilot = new ScreenPilot(ScreenStates.Done);

        pilot.Mark("look").Press('i', Key.Enter);

        Assert.Equal(["on primary: select application_name, state, sync_state, replay_lsn\nfrom pg_stat_replication;"], pilot.Asked);
    }

    [Fact]
    public void Another_lesson_begins_below_a_line_and_with_an_empty_prompt()
    {
        using var pilot = new ScreenPilot(ScreenStates.Midway);
        pilot.Press(Key.F6).Type("echo one").Press(Key.Enter).Type("half typed");

        pilot.Show(ScreenStates.Start).Show(ScreenStates.Midway with { Lesson = ScreenStates.Start.Course["cluster.by-hand"] }).Pass(TimeSpan.FromSeconds(1));

        Assert.Contains("── lesson: A cluster by hand ──", pilot.Text);
        Assert.Contains("primary$ ", pilot.Text);
        Assert.DoesNotContain("half typed", pilot.Text);
    }
}
