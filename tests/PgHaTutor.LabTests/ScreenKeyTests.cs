using PgHaTutor.Hosts;
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
    public void I_can_open_the_evidence_of_a_check()
    {
        using var pilot = new ScreenPilot(ScreenStates.Tried);

        pilot.Press(Key.F4, Key.End, Key.Enter);

        Assert.Contains("select status, sender_port from pg_stat_wal_receiver", pilot.Text);
        Assert.Contains("(no row)", pilot.Text);
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
    public void Letters_at_the_prompt_are_text()
    {
        using var pilot = new ScreenPilot(ScreenStates.Midway);

        pilot.Press(Key.F6).Type("echo rest");

        Assert.Contains("echo rest", pilot.Text);
        Assert.Empty(pilot.Asked);
    }

    [Fact]
    public void I_can_take_a_step_to_the_prompt_and_change_it_there()
    {
        using var pilot = new ScreenPilot(ScreenStates.Midway);

        pilot.Mark("start").Press('i').Type(" -t 5").Press(Key.Enter);

        Assert.Equal(["on standby: pg_ctl -D \"$PGDATA\" -l \"$PGLOG\" -w start -t 5"], pilot.Asked);
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
    public void A_lesson_that_needs_another_says_so_before_it_opens()
    {
        using var pilot = new ScreenPilot(ScreenStates.Start);

        pilot.Press(Key.F7, Key.End, Key.Enter, Key.CursorDown, Key.Enter);
        Assert.Contains("builds on what you have not done yet: A cluster by hand", pilot.Text);

        pilot.Press('y');
        Assert.Equal(["open streaming.first-standby"], pilot.Asked);
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
    public void Commands_that_I_enter_while_something_runs_have_their_turn_in_order()
    {
        var busy = ScreenStates.Midway with { Work = new Work("Running step clone", null, ScreenStates.Now, true) };
        using var pilot = new ScreenPilot(busy);

        pilot.Press(Key.F6).Type("echo one").Press(Key.Enter).Type("echo two").Press(Key.Enter);
        Assert.Empty(pilot.Asked);
        Assert.Contains("… waits: primary: echo two", pilot.Pass(TimeSpan.FromSeconds(1)).Text);

        pilot.Show(ScreenStates.Midway).Show(ScreenStates.Midway);
        Assert.Equal(["on primary: echo one", "on primary: echo two"], pilot.Asked);
    }

    [Fact]
    public void Cancelling_also_gives_up_what_waits()
    {
        using var pilot = new ScreenPilot(ScreenStates.Midway with { Work = new Work("Running step clone", null, ScreenStates.Now, true) });

        pilot.Press(Key.F6).Type("echo one").Press(Key.Enter, Key.C.WithCtrl).Show(ScreenStates.Midway);

        Assert.Equal(["cancel"], pilot.Asked);
        Assert.Contains("✘ not run: primary: echo one", pilot.Pass(TimeSpan.FromSeconds(1)).Text);
    }

    [Fact]
    public void Lines_that_I_paste_run_as_one_script_when_I_press_Enter()
    {
        using var pilot = new ScreenPilot(ScreenStates.Midway);

        pilot.Press(Key.F6).Paste("for i in 1 2; do\r\n  echo $i\ndone\ncat <<END\nhello\nEND\n");
        Assert.Contains("primary$ for i in 1 2; do↵  echo $i↵done↵cat <<END↵hello↵END", pilot.Text);
        Assert.Contains("6 lines: Enter runs them in order", pilot.Text);
        Assert.Empty(pilot.Asked);

        pilot.Press(Key.Enter);
        Assert.Equal(["on primary: for i in 1 2; do\n  echo $i\ndone\ncat <<END\nhello\nEND"], pilot.Asked);
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
        Assert.Equal(["on primary: cat <<END\nhello\nEND"], pilot.Asked);
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
