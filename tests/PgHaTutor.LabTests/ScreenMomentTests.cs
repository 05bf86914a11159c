using PgHaTutor.Checks;
using PgHaTutor.Hosts;
using PgHaTutor.Lessons;
using PgHaTutor.Progress;
using PgHaTutor.Sessions;
using Terminal.Gui.Input;

namespace PgHaTutor.LabTests;

/// <summary>Moments in which what the screen knows is about to change: it says nothing that is not so, and no key acts on that.</summary>
[Collection("Screens")]
public sealed class ScreenMomentTests
{
    /// <summary>The lesson that was left is known; its lab, and so what is done in it, is not yet.</summary>
    private static SessionState TakingUp => ScreenStates.Done with
    {
        Lab = null,
        Observation = null,
        Done = false,
        Runs = new Dictionary<string, StepRun>(),
        Results = new Dictionary<string, CheckResult>(),
        Work = new Work(Session.LookingForTheLab, null, ScreenStates.Now, CanCancel: false),
    };

    [Theory]
    [InlineData("g")]
    [InlineData("Enter")]
    [InlineData("F5")]
    [InlineData("2")]
    public void What_I_press_before_my_lab_is_known_waits_until_it_is(string name)
    {
        Key key = name switch { "Enter" => Key.Enter, "F5" => Key.F5, _ => new Key(name[0]) };
        using var pilot = new ScreenPilot(TakingUp);

        Assert.DoesNotContain("next:", pilot.Text);
        Assert.Contains("Looking for the lab that was left", pilot.Text);
        Assert.DoesNotContain("Checks 0/3", pilot.Text);
        Assert.DoesNotContain("not yet", pilot.Text);
        pilot.Press(key);
        Assert.Empty(pilot.Asked);
        // Taken up, and not looked at yet.
        pilot.Show(TakingUp with { Lab = ScreenStates.Done.Lab });
        Assert.Empty(pilot.Asked);
        Assert.DoesNotContain("is under way", pilot.Text);

        pilot.Show(ScreenStates.Opened);
        Assert.Equal(name is "2" ? ["predict p-size: only what has changed"] : Array.Empty<string>(), pilot.Asked);
        Assert.Contains(name is "Enter" or "F5" ? "Your prediction" : "say what you expect of step clone", pilot.Text);
    }

    [Fact]
    public void I_can_read_on_while_my_lab_is_looked_for()
    {
        using var pilot = new ScreenPilot(TakingUp, 80, 24);

        var before = pilot.Text;
        Assert.NotEqual(before, pilot.Press(Key.PageDown).Text);
        Assert.Contains("goes to the next step, question or check", pilot.Press(Key.F1).Text);
    }

    [Fact]
    public void A_long_log_is_shown_from_its_end()
    {
        var log = string.Join('\n', Enumerable.Range(1, 150).Select(number => $"LOG:  line {number}."));
        using var pilot = new ScreenPilot(ScreenStates.Tried, 80, 24, with: actions => actions with { ReadLog = _ => Task.FromResult(new CommandOutput(0, log, "", TimeSpan.Zero)) });

        pilot.Press('l');
        Assert.Contains("line 150.", pilot.Text);
        Assert.DoesNotContain("line 1.", pilot.Text);
        Assert.Contains("line 1.", pilot.Press(Key.Home).Text);
    }

    [Fact]
    public void Behind_a_dialog_the_bottom_line_names_no_key_of_the_lesson()
    {
        using var pilot = new ScreenPilot(ScreenStates.Predicted);
        Assert.Contains("· g goes there", pilot.Text);

        pilot.Press('R');
        Assert.Contains("next: run step clone", pilot.Text);
        Assert.DoesNotContain("· g goes there", pilot.Text);
        Assert.DoesNotContain("· Enter", pilot.Text);
        Assert.Contains("· g goes there", pilot.Press(Key.Esc).Text);
    }

    [Fact]
    public void A_click_beside_a_dialog_takes_nothing_away_from_it()
    {
        using var pilot = new ScreenPilot(ScreenStates.Midway);
        pilot.Press('R').Click("Streaming");

        Assert.Contains("No, keep the lab as it is", pilot.Press(Key.CursorDown).Text);
        pilot.Press(Key.Enter);
        Assert.Equal(["reset "], pilot.Asked);
        // Its own keys at the bottom can be clicked.
        Assert.DoesNotContain("No, keep the lab", pilot.Press('R').Click("take the marked one  ").Text);
    }

    [Fact]
    public void The_question_whether_to_leave_goes_when_nothing_would_end_any_more()
    {
        using var pilot = new ScreenPilot(ScreenStates.Working);
        pilot.Press(Key.Q.WithCtrl);
        Assert.Contains("“Running step clone” is cancelled", pilot.Text);

        pilot.Show(ScreenStates.Midway);
        Assert.DoesNotContain("When you leave now", pilot.Text);
        Assert.Contains("That has ended by itself meanwhile. Ctrl-Q leaves.", pilot.Text);
        Assert.False(pilot.Left);
    }

    [Fact]
    public void How_an_open_step_ended_is_told_when_another_step_ended_it()
    {
        var begun = new StepRun("clone", "psql", [new OutputLine("You are connected.", false)]) { Open = true };
        var open = ScreenStates.Midway with { Runs = new Dictionary<string, StepRun> { ["clone"] = begun } };
        var work = new Work("Running step start", null, ScreenStates.Now, true);
        var over = new Dictionary<string, StepRun> { ["clone"] = begun with { Open = false, Lines = [.. begun.Lines, new OutputLine("FATAL:  terminating connection", true)], Output = new CommandOutput(2, "", "", TimeSpan.FromSeconds(9)) } };
        using var pilot = new ScreenPilot(open);

        pilot.Show(open with { Work = work }).Show(open with { Work = work, Runs = over });
        Assert.DoesNotContain("has ended with", pilot.Text);
        pilot.Show(open with { Runs = over });

        Assert.Contains("The open step clone has ended with 2; its last line: FATAL:  terminating connection", pilot.Text);
    }

    [Fact]
    public void One_key_too_many_at_the_end_of_a_lesson_opens_nothing()
    {
        var run = ScreenStates.Done.Runs.Append(new("look", new StepRun("look", "", []) { Output = new CommandOutput(0, "", "", TimeSpan.Zero) })).ToDictionary();
        using var pilot = new ScreenPilot(ScreenStates.Done with { Runs = run });

        for (var left = 12; left > 0; left--)
            pilot.Press('g');

        Assert.Empty(pilot.Asked);
        Assert.Contains("You are there already. Enter does it: open.", pilot.Text);
        pilot.Press(Key.Enter);
        Assert.NotEmpty(pilot.Press('y').Asked);
    }

    [Fact]
    public void Going_on_where_I_am_says_what_does_it()
    {
        using var pilot = new ScreenPilot(ScreenStates.Predicted);

        pilot.Press('g', 'g');

        Assert.Empty(pilot.Asked);
        Assert.Contains("You are there already. Enter does it: run clone.", pilot.Text);
    }

    [Fact]
    public void The_next_start_begins_where_I_was_when_I_left()
    {
        using var pilot = new ScreenPilot(ScreenStates.Midway);
        pilot.Mark("clone");
        var place = pilot.Place;

        pilot.Press(Key.Q.WithCtrl).Dispose();

        Assert.NotNull(place);
        Assert.Equal(place, pilot.Place);
    }

    [Fact]
    public void What_I_am_told_at_the_bottom_pushes_what_is_marked_out_of_no_page()
    {
        using var pilot = new ScreenPilot(ScreenStates.LongText(), 80, 24);
        for (var left = 60; left > 0 && !pilot.Text.Contains("Enter run first", StringComparison.Ordinal); left--)
            pilot.Press(Key.CursorDown);

        pilot.Press('w');
        Assert.Contains("w does nothing here.", pilot.Text);
        Assert.Contains(" Enter run first ", pilot.Text);
    }

    [Fact]
    public void Why_it_came_so_stands_once_on_the_screen()
    {
        using var pilot = new ScreenPilot(ScreenStates.Midway, 200, 80);

        Assert.Single(pilot.Text.Split("A base backup is a copy of every file.").Skip(1));
        // In a later sitting the step's own box has nothing of it.
        pilot.Show(ScreenStates.Midway with { Runs = new Dictionary<string, StepRun>() });
        Assert.Single(pilot.Text.Split("A base backup is a copy of every file.").Skip(1));
    }

    [Theory]
    [InlineData(13, false)]
    [InlineData(14, true)]
    public void A_row_that_says_that_lines_are_hidden_hides_more_than_itself(int lines, bool hidden)
    {
        var run = ScreenStates.Midway.Runs["clone"] with { Lines = [.. Enumerable.Range(1, lines).Select(number => new OutputLine($"line {number}.", false))] };
        using var pilot = new ScreenPilot(ScreenStates.Midway with { Runs = new Dictionary<string, StepRun> { ["clone"] = run } }, 120, 80);

        Assert.Equal(hidden, pilot.Text.Contains("more lines", StringComparison.Ordinal));
        Assert.Equal(!hidden, pilot.Text.Contains("line 1.", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(120, 36, 14)]
    [InlineData(80, 24, 9)]
    public void What_came_of_my_prediction_is_on_a_page_when_its_step_has_ended(int columns, int rows, int commands)
    {
        var lesson = ScreenStates.Opened.Lesson!;
        var blocks = lesson.Blocks.Select(block => block is StepBlock { Step.Id: "clone" } clone ? clone with { Step = clone.Step with { Text = string.Join('\n', Enumerable.Repeat("true", commands)) } } : block);
        var run = ScreenStates.Midway.Runs["clone"] with { Lines = [.. Enumerable.Range(1, 8).Select(number => new OutputLine($"line {number}.", false))] };
        using var pilot = new ScreenPilot(After(ScreenStates.Predicted, null), columns, rows);
        pilot.Mark("clone");

        pilot.Show(After(ScreenStates.Working, run with { Lines = [], Output = null, After = null }));
        pilot.Show(After(ScreenStates.Predicted, run with { After = null }));
        // The answer comes a moment later; with it the question above needs fewer lines.
        pilot.Show(After(ScreenStates.Midway, run));

        Assert.Contains("you expected", pilot.Text);
        var seen = pilot.Text;
        for (var left = 10; left > 0 && !pilot.Text.Contains("Predict, before start", StringComparison.Ordinal); left--)
            seen += pilot.Press('g').Text;
        Assert.All(Enumerable.Range(1, 8), number => Assert.Contains($"line {number}.", seen));

        SessionState After(SessionState state, StepRun? run) => state with
        {
            Lesson = lesson with { Blocks = [.. blocks] },
            Runs = run is null ? [] : new Dictionary<string, StepRun> { ["clone"] = run },
        };
    }

    [Fact]
    public void A_step_that_failed_on_what_I_had_done_before_it_points_back()
    {
        using var pilot = new ScreenPilot(ScreenStates.Predicted with
        {
            Progress = ScreenStates.Started(new LessonProgress
            {
                Started = true,
                StepsRun = new Dictionary<string, bool> { ["clone"] = false },
                AfterOwnWay = new HashSet<string> { "clone" },
                Predictions = new Dictionary<string, string> { ["p-size"] = "only what has changed" },
            }),
            Runs = new Dictionary<string, StepRun> { ["clone"] = ScreenStates.Midway.Runs["clone"] with { Output = new CommandOutput(1, "", "", TimeSpan.Zero) } },
        });

        Assert.Contains("next: step clone failed, maybe for what you did before it: mend that and run it again, or R goes back", pilot.Text);
        Assert.Contains("No, keep the lab as it is", pilot.Press('R').Text);
    }
}
