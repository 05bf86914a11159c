using PgHaTutor.Lessons;
using PgHaTutor.Sessions;
using Terminal.Gui.Input;

namespace PgHaTutor.LabTests;

/// <summary>What keys do, seen on the screen and in what is asked of the session.</summary>
[Collection("Screens")]
public sealed class ScreenKeyTests
{
    [Fact]
    public void I_can_run_the_step_at_hand_with_Enter()
    {
        using var pilot = new ScreenPilot(ScreenStates.Midway);

        pilot.Press('b', 'b', 'b', 'b').Click("clone · sh");
        Assert.Empty(pilot.Asked);
        pilot.Press(Key.Enter);

        Assert.Equal(["run clone"], pilot.Asked);
        Assert.Contains("hello", pilot.Pass(TimeSpan.FromSeconds(1)).Text);
    }

    [Fact]
    public void I_can_run_a_step_without_a_prediction()
    {
        using var pilot = new ScreenPilot(ScreenStates.Opened);

        pilot.Press('n', Key.F5, 'r');

        Assert.Equal(["run clone"], pilot.Asked);
    }

    [Fact]
    public void I_can_answer_a_prediction_by_its_number()
    {
        using var pilot = new ScreenPilot(ScreenStates.Opened);

        pilot.Press('1');

        Assert.Equal(["predict p-size: as large as the primary's"], pilot.Asked);
    }

    [Fact]
    public void I_can_edit_a_step_and_run_what_I_wrote()
    {
        using var pilot = new ScreenPilot(ScreenStates.Done);

        pilot.Mark("start").Press('e').Type("time ").Press(Key.F5);

        Assert.StartsWith("run start: time pg_ctl", pilot.Asked.Single());
    }

    [Fact]
    public void Ctrl_C_cancels_what_is_under_way_and_nothing_else()
    {
        using var pilot = new ScreenPilot(ScreenStates.Midway);

        pilot.Press(Key.C.WithCtrl);
        Assert.Empty(pilot.Asked);
        Assert.Contains("Ctrl-Q leaves", pilot.Text);

        pilot.Show(ScreenStates.Midway with { Work = new Work("Running clone", null, ScreenStates.Now, true) }).Press(Key.C.WithCtrl);
        Assert.Equal(["cancel"], pilot.Asked);
    }

    [Fact]
    public void The_page_goes_where_I_scroll_it_also_while_something_is_marked()
    {
        using var pilot = new ScreenPilot(ScreenStates.Midway);
        var before = pilot.Text;

        pilot.Press(Key.CursorUp);
        Assert.NotEqual(before, pilot.Text);
        pilot.Press(Key.CursorDown);
        Assert.Equal(before, pilot.Text);
    }

    [Fact]
    public void The_key_bar_says_what_Enter_does_where_I_am()
    {
        using var pilot = new ScreenPilot(ScreenStates.Opened);

        Assert.Contains(" Enter answer ", pilot.Text);
        Assert.Contains(" Enter run ", pilot.Press('n').Text);
        Assert.Contains(" Enter details ", pilot.Press(Key.F4).Text);
        Assert.Contains(" Enter send ", pilot.Press(Key.F6).Text);
        Assert.Contains(" Enter open ", pilot.Press(Key.F7).Text);
    }

    [Fact]
    public void An_exercise_names_its_fault_when_it_is_solved()
    {
        using var pilot = new ScreenPilot(ScreenStates.Solving);

        Assert.Contains("What it was, and what to keep from it", pilot.Text);
        Assert.DoesNotContain("It was the line for replication", pilot.Text);

        pilot.Show(ScreenStates.Solving with { Done = true });
        Assert.Contains("It was the line for replication", pilot.Text);
    }

    [Fact]
    public void I_can_see_a_step_with_its_variables_expanded()
    {
        using var pilot = new ScreenPilot(ScreenStates.Opened);

        pilot.Press('n', 'x');

        Assert.Contains("-p \"55432\"", pilot.Text);
    }

    [Fact]
    public void No_key_means_two_things_and_every_command_has_a_name_of_its_own()
    {
        using var pilot = new ScreenPilot(ScreenStates.Midway);
        var keys = pilot.Keys;

        Assert.All(keys.SelectMany(action => action.Keys).GroupBy(key => key), same => Assert.Single(same));
        Assert.All(keys.GroupBy(action => action.Name), same => Assert.Single(same));
    }

    [Fact]
    public void No_key_is_one_that_terminals_keep_for_themselves()
    {
        using var pilot = new ScreenPilot(ScreenStates.Midway);

        // Prefixes of tmux and screen, flow control's stop, suspend, and those that are Tab, Enter and Backspace on the wire.
        Key[] kept = [.. "BASZIJMH".Select(letter => new Key(letter).NoShift.WithCtrl), Key.F10, Key.F11];
        Assert.Empty(pilot.Keys.SelectMany(action => action.Keys).Intersect(kept));
    }

    [Fact]
    public void A_word_of_the_lesson_takes_no_key_away()
    {
        // The table in this lesson names sync_state.
        using var pilot = new ScreenPilot(ScreenStates.Midway);

        pilot.Press('S');

        Assert.Contains("This plays the whole solution", pilot.Text);
    }

    [Fact]
    public void An_unknown_key_tells_where_the_keys_are()
    {
        using var pilot = new ScreenPilot(ScreenStates.Midway);

        pilot.Press('w');

        Assert.Contains("w does nothing here. F1 shows the keys.", pilot.Text);
    }

    [Fact]
    public void I_can_begin_with_one_key()
    {
        using var pilot = new ScreenPilot(ScreenStates.Start);

        pilot.Press(Key.Enter);

        Assert.Equal(["open cluster.by-hand"], pilot.Asked);
    }

    [Fact]
    public void Going_on_opens_the_lesson_that_it_has_marked()
    {
        using var pilot = new ScreenPilot(ScreenStates.Start);

        pilot.Press('g');
        Assert.Empty(pilot.Asked);
        pilot.Press('g');

        Assert.Equal(["open cluster.by-hand"], pilot.Asked);
    }

    [Fact]
    public void The_screen_follows_the_size_of_the_terminal()
    {
        using var pilot = new ScreenPilot(ScreenStates.Midway);

        pilot.Resize(80, 24);
        Assert.Contains("F4 Checks 1/3", pilot.Text);
        Assert.Equal(24, pilot.Text.TrimEnd('\n').Split('\n').Length);

        pilot.Resize(140, 40);
        Assert.Contains("─ Checks 1/3 ─", pilot.Text);
    }

    [Fact]
    public void Every_tab_has_its_name_on_a_small_screen_and_no_mark_of_emphasis_is_left_in_a_table()
    {
        var lesson = ScreenStates.WideCode.Lesson! with { Blocks = [new ProseBlock("| does | with |\n|---|---|\n| and *replays* it | `count(*)`, a*b*c |", 1)] };
        using var pilot = new ScreenPilot(ScreenStates.WideCode with { Lesson = lesson }, 60, 20);

        Assert.Contains("F7 Course\n", pilot.Text);
        Assert.Contains("and replays it", pilot.Text);
        Assert.Contains("count(*), a*b*c", pilot.Text);
    }

    [Fact]
    public void What_I_was_at_stays_in_sight_when_the_terminal_changes_its_size()
    {
        using var pilot = new ScreenPilot(ScreenStates.Done);

        pilot.Mark("start").Resize(80, 24).Resize(60, 10).Resize(130, 40);

        Assert.Contains("┏━ start", pilot.Text);
    }

    [Fact]
    public void Keys_that_I_type_fast_mean_the_state_that_they_make()
    {
        var recorded = new TaskCompletionSource();
        using var pilot = new ScreenPilot(ScreenStates.Opened, with: actions => actions with
        {
            Predict = async (id, choice) =>
            {
                await actions.Predict(id, choice);
                await recorded.Task;
            },
        });

        // The journal is still written when the next keys come: they must not find the question open.
        pilot.Press('2', 'n', Key.Enter);
        Assert.Equal(["predict p-size: only what has changed"], pilot.Asked);

        pilot.Show(ScreenStates.Predicted);
        recorded.SetResult();
        pilot.Pass(TimeSpan.FromMilliseconds(20)).Pass(TimeSpan.FromMilliseconds(20));
        Assert.Equal(["predict p-size: only what has changed", "run clone"], pilot.Asked);
    }

    [Fact]
    public void A_hint_that_I_only_come_by_takes_a_second_Enter()
    {
        using var pilot = new ScreenPilot(ScreenStates.Opened);
        pilot.Mark("clone");

        pilot.Press(Key.Tab, Key.Tab);
        Assert.Contains("┏━ Hints for clone", pilot.Text);
        pilot.Press(Key.Enter);
        Assert.Empty(pilot.Asked);
        Assert.Contains("Enter again shows it", pilot.Text);

        pilot.Press(Key.Enter);
        Assert.Equal(["hint clone"], pilot.Asked);
    }

    [Fact]
    public void What_a_step_printed_is_in_sight_when_it_has_ended_however_long_its_command_is()
    {
        using var pilot = new ScreenPilot(ScreenStates.LongStep(null), 80, 24);
        pilot.Press('g', Key.Enter);

        pilot.Show(ScreenStates.LongStep(running: true)).Show(ScreenStates.LongStep(running: false));

        Assert.Contains("✔ exit 0", pilot.Text);
        Assert.Contains("the last line", pilot.Text);
    }

    [Fact]
    public void A_lab_of_several_hosts_has_its_own_blocks_of_the_lesson()
    {
        using var pilot = new ScreenPilot(ScreenStates.Opened);
        var lesson = ScreenStates.Opened.Lesson!;

        pilot.Show(ScreenStates.Opened with { Lesson = lesson with { Blocks = [new ProseBlock("Only for several hosts.", 1), .. lesson.Blocks.Skip(1)] } });

        Assert.Contains("Only for several hosts.", pilot.Text);
    }

    [Fact]
    public void The_page_is_never_empty_when_the_text_became_shorter()
    {
        using var pilot = new ScreenPilot(ScreenStates.Done, 60, 20);
        pilot.Press(Key.End);

        pilot.Resize(200, 60);

        Assert.Contains("look · sql on primary", pilot.Text);
    }

    [Fact]
    public void A_failure_of_the_session_is_shown()
    {
        using var pilot = new ScreenPilot(ScreenStates.Midway, with: actions => actions with { Check = () => throw new SessionException("No lab stands.") });

        pilot.Press('c');

        Assert.Contains("No lab stands.", pilot.Text);
    }

    [Fact]
    public void What_the_bar_says_goes_when_it_is_no_longer_true()
    {
        var busy = ScreenStates.Midway with { Work = new Work("Running step clone", null, ScreenStates.Now, true) };
        using var pilot = new ScreenPilot(busy, with: actions => actions with { Check = () => throw new SessionException("Something is under way: Running step clone.") });
        pilot.Press(Key.P.WithCtrl).Press(Key.Esc);
        pilot.Press('h').Show(ScreenStates.Midway);

        // Of a session: the next work takes it back.
        pilot.Show(ScreenStates.Midway with { Notice = new Notice("The lesson begins again.", false, ScreenStates.Now) });
        Assert.Contains("The lesson begins again.", pilot.Text);
        Assert.DoesNotContain("begins again", pilot.Show(busy).Text);
    }

    [Fact]
    public void The_first_Esc_takes_a_message_away_that_both_the_session_and_the_screen_know()
    {
        var refused = ScreenStates.Midway with { Notice = new Notice("It needs another target.", true, ScreenStates.Now) };
        using var pilot = new ScreenPilot(ScreenStates.Midway, with: actions => actions with { Check = () => throw new SessionException("It needs another target.") });

        pilot.Press('c').Show(refused);
        Assert.Contains("It needs another target.", pilot.Text);

        Assert.DoesNotContain("It needs another target.", pilot.Press(Key.Esc).Show(refused with { Done = true }).Text);
    }

    [Fact]
    public void A_step_that_only_prepares_for_what_is_predicted_comes_first_too()
    {
        using var pilot = new ScreenPilot(ScreenStates.Prepared());

        pilot.Mark("stop").Press(Key.Enter);
        Assert.Contains("The lesson does guest before stop, and that has not", pilot.Text);
        pilot.Press('g');
        Assert.Contains("┏━ guest", pilot.Text);

        // It ran all the same, and stopped the server: a session on it cannot be begun any more.
        pilot.Show(ScreenStates.Prepared(stopped: true));
        Assert.DoesNotContain("next: run step guest", pilot.Text);
        Assert.DoesNotContain("next: run step stop", pilot.Text);
    }
}
