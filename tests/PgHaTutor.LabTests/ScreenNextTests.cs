using PgHaTutor.Checks;
using PgHaTutor.Hosts;
using PgHaTutor.Lessons;
using PgHaTutor.Progress;
using PgHaTutor.Sessions;
using PgHaTutor.Ui;
using Terminal.Gui.Input;

namespace PgHaTutor.LabTests;

/// <summary>Where "next" points, and that Enter and the bottom line say the same.</summary>
[Collection("Screens")]
public sealed class ScreenNextTests
{
    [Fact]
    public void The_bottom_line_says_whether_Enter_does_what_is_next()
    {
        using var pilot = new ScreenPilot(ScreenStates.Predicted);

        Assert.Contains("next: run step clone on standby · g goes there", pilot.Text);
        Assert.Contains(" Enter go on ", pilot.Text);

        pilot.Press('g');
        Assert.Contains("next: run step clone on standby · Enter", pilot.Text);
        Assert.Contains(" Enter run clone ", pilot.Text);

        pilot.Mark("start");
        Assert.Contains("next: run step clone on standby · g goes there", pilot.Text);
        Assert.Contains(" Enter run start ", pilot.Text);
    }

    [Fact]
    public void What_I_did_in_my_own_way_is_done()
    {
        // The clone was made at the prompt, and its check holds.
        var state = ScreenStates.Opened with
        {
            Progress = ScreenStates.Started(new LessonProgress { Started = true, IsOnOwnWay = true, Predictions = new Dictionary<string, string> { ["p-size"] = "only what has changed" } }),
            Results = ScreenStates.Midway.Results,
        };
        using var pilot = new ScreenPilot(state);

        Assert.Contains("next: say what you expect of step start", pilot.Text);
        pilot.Press('g');
        Assert.Contains("┏━ Predict, before start", pilot.Text);
    }

    [Fact]
    public void What_one_command_of_mine_brought_along_does_not_answer_what_I_was_not_asked_yet()
    {
        // It made the copy and started it too.
        using var pilot = new ScreenPilot(ScreenStates.Opened with
        {
            Progress = ScreenStates.Started(new LessonProgress { Started = true, IsOnOwnWay = true, Predictions = new Dictionary<string, string> { ["p-size"] = "only what has changed" } }),
            Results = ScreenStates.Done.Results,
        }, 120, 60);

        Assert.Contains("next: say what you expect of step start", pilot.Text);
        Assert.DoesNotContain("Not answered before", pilot.Text);
    }

    [Fact]
    public void A_lesson_that_this_target_cannot_show_is_not_offered()
    {
        var course = ScreenStates.Start.Course;
        var modules = course.Modules.Select(module => module with { Lessons = [.. module.Lessons.Select(lesson => lesson with { Targets = ["ssh"] })] });
        using var pilot = new ScreenPilot(ScreenStates.Start with { Course = course with { Modules = [.. modules] } });

        Assert.DoesNotContain("begin with", pilot.Text);
        Assert.Contains("needs another", pilot.Press(Key.F7, Key.Enter, Key.CursorDown).Text);
    }

    [Fact]
    public void What_an_earlier_step_brought_along_is_no_reason_to_pass_a_step_by()
    {
        var state = ScreenStates.Predicted with { Results = ScreenStates.Midway.Results };
        using var pilot = new ScreenPilot(state);

        Assert.Contains("next: run step clone on standby", pilot.Text);
    }

    [Fact]
    public void A_step_that_ended_with_an_error_comes_before_later_ones()
    {
        using var pilot = new ScreenPilot(ScreenStates.Midway with
        {
            Progress = ScreenStates.Started(new LessonProgress { Started = true, StepsRun = new Dictionary<string, bool> { ["clone"] = false, ["start"] = true } }),
            Runs = new Dictionary<string, StepRun>(),
            Results = new Dictionary<string, CheckResult>(),
        });

        Assert.Contains("next: run step clone on standby again", pilot.Text);
    }

    [Fact]
    public void A_look_around_has_its_turn_in_the_order_of_the_text_and_holds_nobody_up()
    {
        using var pilot = new ScreenPilot(ScreenStates.Done);

        Assert.Contains("next: done; more to see: look around with step look on primary", pilot.Text);
    }

    [Fact]
    public void What_is_asked_of_me_is_not_answered_beside_the_question()
    {
        using var pilot = new ScreenPilot(ScreenStates.Opened, 120, 60);
        Assert.DoesNotContain("The standby's folder holds a cluster", pilot.Text);
        Assert.DoesNotContain("The standby streams from the primary", pilot.Text);
        Assert.Contains("shown once you have", pilot.Text);

        pilot.Show(ScreenStates.Predicted);
        Assert.Contains("The standby's folder", pilot.Text);
        Assert.DoesNotContain("The standby streams", pilot.Text);
    }

    [Fact]
    public void A_milestone_a_state_and_an_invariant_that_passed_read_differently()
    {
        using var pilot = new ScreenPilot(ScreenStates.Done, 120, 60);

        Assert.Contains("◆ reached  The standby's folder", pilot.Text);
        Assert.Contains("✔ true now  The standby streams", pilot.Text);
        Assert.Contains("✔ kept  At most one node accepts", pilot.Text);
    }

    [Fact]
    public void What_does_not_hold_before_its_steps_turn_is_not_called_a_failure()
    {
        using var pilot = new ScreenPilot(ScreenStates.Predicted);
        Assert.Contains("· not yet  The standby's folder", pilot.Text);
        Assert.DoesNotContain("There is no PG_VERSION", pilot.Text);

        // What the learner did at the prompt may have been meant to do it.
        pilot.Show(ScreenStates.Predicted with
        {
            Progress = ScreenStates.Started(new LessonProgress { Started = true, IsOnOwnWay = true, Predictions = new Dictionary<string, string> { ["p-size"] = "only what has changed" } }),
        });
        Assert.Contains("There is no PG_VERSION", pilot.Text);
    }

    [Fact]
    public void What_I_expected_of_a_step_that_ran_too_early_stays_open_and_I_am_told_what_comes_first()
    {
        var run = ScreenStates.Tried.Runs["start"] with { Missing = "clone" };
        using var pilot = new ScreenPilot(ScreenStates.Tried with
        {
            Progress = ScreenStates.Started(new LessonProgress
            {
                Started = true,
                StepsRun = new Dictionary<string, bool> { ["start"] = true },
                Predictions = new Dictionary<string, string> { ["p-recovery"] = "false" },
            }),
            Runs = new Dictionary<string, StepRun> { ["start"] = run },
        }, 120, 60);

        pilot.Mark("start");
        Assert.Contains("what you expected is open: step clone", pilot.Text);
        Assert.Contains("The outcome is not in yet: step clone", pilot.Text);
    }

    [Theory]
    [InlineData(80, 24, 'g')]
    [InlineData(120, 36, 'g')]
    [InlineData(60, 20, 'g')]
    [InlineData(80, 24, '\n')]
    public void Going_on_passes_over_no_text_and_runs_nothing_before_that_was_read(int columns, int rows, char letter)
    {
        var key = letter is '\n' ? Key.Enter : new Key(letter);
        using var pilot = new ScreenPilot(ScreenStates.LongText(), columns, rows);

        Read(pilot, key, "before", 20, "first");
        Assert.Contains(" Enter run first ", pilot.Text);
        Assert.Contains("next: run step first on primary · Enter", pilot.Text);

        // Enter would run the step again that was run just now.
        pilot.Show(ScreenStates.LongText("first"));
        Read(pilot, new Key('g'), "between", 20, "second", "box");

        pilot.Show(ScreenStates.LongText("first", "second"));
        Read(pilot, new Key('g'), "behind", 20, "");
        Assert.Contains("· g goes there", pilot.Text);
        Assert.Empty(pilot.Asked);
    }

    [Fact]
    public void Text_that_a_steps_output_pushed_away_is_not_read_yet()
    {
        using var pilot = new ScreenPilot(ScreenStates.LongText(), 80, 24);
        for (var left = 12; left > 0 && !pilot.Text.Contains("Enter run first", StringComparison.Ordinal); left--)
            pilot.Press('g');
        // The text behind it is on the screen too, until the step prints.
        for (var left = 8; left > 0; left--)
            pilot.Press(Key.CursorDown);
        Assert.Contains("between1.", pilot.Text);
        var run = ScreenStates.LongText("first").Runs["first"];
        var longer = run with { Lines = [.. Enumerable.Range(1, 12).Select(number => new OutputLine($"row {number}", false))] };

        pilot.Show(ScreenStates.LongText() with { Runs = new Dictionary<string, StepRun> { ["first"] = longer with { Output = null, Lines = [] } } });
        pilot.Show(ScreenStates.LongText("first") with { Runs = new Dictionary<string, StepRun> { ["first"] = longer } });

        Assert.DoesNotContain("between4.", pilot.Text);
        Assert.Contains("· g reads on", pilot.Text);
        Assert.Contains("between4.", pilot.Press('g').Text);
    }

    [Theory]
    [InlineData(80, 16)]
    [InlineData(60, 13)]
    public void Going_on_passes_over_nothing_that_a_step_printed(int columns, int rows)
    {
        using var pilot = new ScreenPilot(ScreenStates.LongText(), columns, rows);
        for (var left = 30; left > 0 && !pilot.Text.Contains("Enter run first", StringComparison.Ordinal); left--)
            pilot.Press('g');
        var run = ScreenStates.LongText("first").Runs["first"];
        var printed = run with { Lines = [.. Enumerable.Range(1, 12).Select(number => new OutputLine($"row {number}.", false))] };

        pilot.Show(ScreenStates.LongText() with { Runs = new Dictionary<string, StepRun> { ["first"] = printed with { Output = null, Lines = [] } } });
        // What the cluster said of it comes when it has ended, and so may its last lines.
        pilot.Show(ScreenStates.LongText("first") with { Runs = new Dictionary<string, StepRun> { ["first"] = printed with { Lines = [.. printed.Lines.Take(2)] } } });
        pilot.Show(ScreenStates.LongText("first") with { Runs = new Dictionary<string, StepRun> { ["first"] = printed } });

        var seen = pilot.Text;
        for (var left = 30; left > 0 && !pilot.Text.Contains("Enter run second", StringComparison.Ordinal); left--)
            seen += pilot.Press('g').Text;
        Assert.Contains("Enter run second", pilot.Text);
        Assert.All(Enumerable.Range(1, 12), number => Assert.Contains($"row {number}.", seen));
        Assert.All(Enumerable.Range(1, 20), number => Assert.Contains($"between{number}.", seen));
    }

    [Fact]
    public void A_step_of_which_I_see_the_first_line_only_is_shown_before_it_runs()
    {
        using var pilot = new ScreenPilot(ScreenStates.LongText(), 80, 24);
        for (var left = 60; left > 0 && !pilot.Text.Contains("━ first", StringComparison.Ordinal); left--)
            pilot.Press(Key.CursorDown);

        Assert.Contains("━ first", pilot.Text);
        Assert.Contains(" Enter go to what is marked ", pilot.Text);
        pilot.Press(Key.Enter);
        Assert.Empty(pilot.Asked);
        Assert.Equal(["run first"], pilot.Press(Key.Enter).Asked);
    }

    /// <summary>Goes on until a step is marked, or where none is to be until there is nothing left to read, and sees every part of the text on the way.</summary>
    private static void Read(ScreenPilot pilot, Key key, string name, int parts, string step, string? box = null)
    {
        var seen = pilot.Text;
        for (var left = 12; left > 0 && (step.Length > 0 ? !pilot.Text.Contains($"Enter run {step}", StringComparison.Ordinal) : pilot.Text.Contains("g reads on", StringComparison.Ordinal)); left--)
            seen += pilot.Press(key).Text;
        Assert.All(Enumerable.Range(1, parts), number => Assert.Contains($"{name}{number}.", seen));
        Assert.All(Enumerable.Range(1, box is null ? 0 : 6), number => Assert.Contains($"{box}{number}.", seen));
        if (step.Length > 0)
            Assert.Contains($"┏━ {step}", pilot.Text);
    }

    [Fact]
    public void What_I_expected_of_a_step_that_I_did_in_another_way_is_explained_and_not_scored()
    {
        // A promotion by hand, say: what the step is for holds, and the step has not run.
        var own = ScreenStates.Predicted with
        {
            Progress = ScreenStates.Started(new LessonProgress { Started = true, IsOnOwnWay = true, Predictions = new Dictionary<string, string> { ["p-size"] = "only what has changed" } }),
            Results = ScreenStates.Midway.Results,
        };
        using var pilot = new ScreenPilot(own, 120, 60);

        Assert.Contains("Not scored: what step clone is for came", pilot.Text);
        Assert.Contains("A base backup is a copy of every file.", pilot.Text);
        Assert.DoesNotContain("The outcome is not in yet", pilot.Text);

        // A command that says nothing new has done nothing: what holds held before it.
        var passed = own.Results.Where(result => result.Value.Answer is Answer.Passed).Select(result => result.Key).ToHashSet();
        pilot.Show(own with { Progress = ScreenStates.Started(new LessonProgress { Started = true, IsOnOwnWay = true, Passed = passed, PassedBeforeOwnWay = passed }) });
        Assert.DoesNotContain("Not scored", pilot.Text);
    }

    [Fact]
    public void What_I_did_in_another_way_stays_done_though_a_later_step_undid_it()
    {
        var checks = ScreenStates.Midway.Lesson!.Checks.Where(check => check.Step == "clone").Select(check => check.Id).ToHashSet();
        Assert.NotEmpty(checks);
        SessionState After(IReadOnlySet<string> passed) => ScreenStates.Predicted with
        {
            Progress = ScreenStates.Started(new LessonProgress
            {
                Started = true,
                StepsRun = new Dictionary<string, bool> { ["start"] = true },
                AfterOwnWay = new HashSet<string> { "start" },
                Passed = passed,
            }),
        };
        Assert.False(StepOrder.Holds(ScreenStates.Midway.Lesson!.Steps.Single(step => step.Id == "clone"), ScreenStates.Midway.Lesson!, After(checks)));

        Assert.True(IsDone(After(checks)));
        Assert.False(IsDone(After(new HashSet<string>())));

        static bool IsDone(SessionState state) => StepOrder.IsDone(state.Lesson!.Steps.Single(step => step.Id == "clone"), state.Lesson!, state);
    }

    [Fact]
    public void The_lesson_that_is_proposed_builds_on_nothing_that_I_have_not_done()
    {
        var lessons = ScreenStates.Opened.Course.Lessons.ToList();
        var (first, second, open) = (lessons[3], lessons[1], ScreenStates.Opened.Lesson!);

        Assert.Equal(second.Id, Proposed(second));
        Assert.Equal(second.Id, Proposed(second with { NeedsLessons = [open.Id] }));
        Assert.Equal(first.Id, Proposed(second with { NeedsLessons = [first.Id] }));

        string Proposed(Lesson following) => NextUp.Lesson(ScreenStates.Opened with { Course = new Course([new Module("m", "M", [first, open, following])], []) })!.Id;
    }

    [Fact]
    public void A_step_that_leaving_ended_is_what_is_next_and_no_error()
    {
        using var pilot = new ScreenPilot(ScreenStates.Predicted with
        {
            Progress = ScreenStates.Started(new LessonProgress
            {
                Started = true,
                StepsRun = new Dictionary<string, bool> { ["clone"] = false },
                EndedByLeaving = new HashSet<string> { "clone" },
                Predictions = new Dictionary<string, string> { ["p-size"] = "only what has changed" },
            }),
        }, 120, 60);

        Assert.Contains("next: run step clone on standby again: leaving ended it", pilot.Text);
        Assert.Contains("■ Leaving ended it, in an earlier sitting", pilot.Text);
        Assert.DoesNotContain("ended with an error", pilot.Text);
    }

    [Fact]
    public void A_reset_that_was_broken_off_is_what_is_next()
    {
        using var pilot = new ScreenPilot(ScreenStates.Midway with { BrokenReset = new ResetBegan("start") { At = ScreenStates.Now } });

        Assert.Contains("next: the reset to step start was broken off: R does it again", pilot.Text);
        pilot.Press('g', 's');
        Assert.Equal(["reset start"], pilot.Asked);
    }

    [Fact]
    public void A_violated_invariant_names_its_way_out()
    {
        using var pilot = new ScreenPilot(ScreenStates.SplitBrain);

        Assert.Contains("next: violated, R goes back: At most one node accepts writes", pilot.Text);
        Assert.Contains("R, back in the lesson, is the way out", pilot.Press('g').Text);
        Assert.Contains("s  Yes, to just before step", pilot.Press(Key.Esc, new Key('R')).Text);
    }

    [Fact]
    public void What_a_reset_played_is_not_taken_for_mine()
    {
        using var pilot = new ScreenPilot(ScreenStates.Done with { Runs = ScreenStates.Done.Runs.ToDictionary(run => run.Key, run => run.Value with { Played = true }) });

        Assert.Contains("exit 0 in 310 ms · played by the reset", pilot.Mark("start").Text);
    }

    [Fact]
    public void The_count_of_checks_gives_no_hidden_one_away()
    {
        // Both checks hold already, and what the second is about is still asked.
        var both = new Dictionary<string, CheckResult>(ScreenStates.Midway.Results) { ["follows"] = ScreenStates.Done.Results["follows"] };
        using var pilot = new ScreenPilot(ScreenStates.Midway with { Results = both });

        Assert.Contains("─ Checks 2/3 ─", pilot.Show(ScreenStates.Done with { Done = false }).Text.Replace("3/3", "2/3"));
        Assert.Contains("─ Checks 1/3 ─", pilot.Show(ScreenStates.Midway with { Results = both }).Text);
    }

    [Fact]
    public void What_is_true_and_does_not_count_yet_has_not_failed()
    {
        var young = ScreenStates.Tried.Results["follows"] with { TrueFor = TimeSpan.FromSeconds(0.7), Explanation = null };
        young = young with { Finding = young.Finding with { Reason = "true for 0.7 s of 1 s, then it counts" } };
        using var pilot = new ScreenPilot(ScreenStates.Tried with { Results = new Dictionary<string, CheckResult>(ScreenStates.Tried.Results) { ["follows"] = young } }, 120, 60);

        Assert.Contains("· not yet  The standby streams from", pilot.Text);
        Assert.Contains("true for 0.7 s of 1 s", pilot.Text);
        Assert.DoesNotContain("✘ failed", pilot.Text);
        Assert.DoesNotContain("next: not so yet", pilot.Text);
    }

    [Fact]
    public void At_the_prompt_I_am_told_how_to_go_on()
    {
        using var pilot = new ScreenPilot(ScreenStates.Predicted);

        Assert.Contains("next: run step clone on standby · Esc, then g", pilot.Press(Key.F6).Text);
        Assert.Contains("┏━ clone", pilot.Press(Key.Esc, new Key('g')).Text);
    }
}
