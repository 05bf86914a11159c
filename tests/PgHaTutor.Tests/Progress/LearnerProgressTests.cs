using PgHaTutor.Progress;

namespace PgHaTutor.Tests.Progress;

public sealed class LearnerProgressTests
{
    [Fact]
    public void The_lesson_that_I_started_last_is_the_one_I_come_back_to()
    {
        var progress = After(Started("lab1"), Started("lab2", "b.c"));

        Assert.Equal("b.c", progress.CurrentLesson);
        Assert.True(progress["a.b"].Started);
        Assert.Equal("lab2", progress["b.c"].LabId);
    }

    [Fact]
    public void A_lesson_that_I_left_is_not_the_current_one_any_more() =>
        Assert.Null(After(Started("lab1"), new LessonLeft { At = Now, Lesson = Lesson }).CurrentLesson);

    [Fact]
    public void My_first_seed_stays_mine() =>
        Assert.Equal("one", After(new LearnerNamed("one") { At = Now }, new LearnerNamed("two") { At = Now }).Seed);

    [Fact]
    public void A_step_shows_how_its_last_run_ended()
    {
        var lesson = After(Started("lab1"), Ran("s1", 1), Ran("s1", 0), Ran("s2", 3), Ran(null, 0))[Lesson];

        Assert.Equal([("s1", true), ("s2", false)], lesson.StepsRun.OrderBy(step => step.Key).Select(step => (step.Key, step.Value)));
    }

    [Fact]
    public void A_milestone_that_passed_stays_when_it_fails_later_and_a_broken_invariant_is_not_forgotten()
    {
        var lesson = After(
            Started("lab1"),
            Answered("m", "milestone", "passed"), Answered("m", "milestone", "failed"),
            Answered("s", "state", "passed"), Answered("n", "state", "cannot_tell"),
            Answered("i", "invariant", "failed"), Answered("i", "invariant", "passed"))[Lesson];

        Assert.Equal(["m"], lesson.Milestones.Keys);
        Assert.Equal(["i", "m", "s"], lesson.Passed.Order());
        Assert.Equal(["i"], lesson.Violated.Keys);
    }

    [Fact]
    public void A_reset_forgets_the_attempt_and_not_that_I_completed_the_lesson_or_saw_hints()
    {
        var lesson = After(
            Started("lab1"), Ran("s1", 0), Answered("m", "milestone", "passed"), Hint("s1", 2), Completed,
            Reset(null))[Lesson];

        Assert.Empty(lesson.StepsRun);
        Assert.Empty(lesson.Milestones.Keys);
        Assert.Empty(lesson.Passed);
        Assert.True(lesson.Completed);
        Assert.False(lesson.CompletedThisTime);
        Assert.Equal("lab1", lesson.LabId);
        Assert.Equal(2, lesson.Hints["s1"]);
    }

    [Fact]
    public void A_reset_to_a_step_keeps_what_came_before_that_step()
    {
        var lesson = After(
            Started("lab1"),
            Ran("s1", 0), Answered("m1", "milestone", "passed", "s1"),
            Answered("m2", "milestone", "passed", "s2"), Ran("s2", 0), // the check is faster than the end of its command
            Ran("s3", 0), Answered("m3", "milestone", "passed", "s3"),
            Reset("s2"))[Lesson];

        Assert.Equal(["s1"], lesson.StepsRun.Keys);
        Assert.Equal(["m1"], lesson.Milestones.Keys);
    }

    [Fact]
    public void A_reset_to_a_step_forgets_later_ones_in_whatever_order_they_ran()
    {
        var lesson = After(
            Started("lab1"),
            Ran("s1", 0), Answered("m1", "milestone", "passed", "s1"),
            Ran("s3", 0), Answered("m3", "milestone", "passed", "s3"), Predicted("true"), new PredictionScored("p", "true", "true", true) { At = Now, Lesson = Lesson },
            Ran("s2", 0), Answered("m2", "milestone", "passed", "s2"),
            Reset("s2") with { StepsBefore = new Dictionary<string, bool> { ["s1"] = true }, Predictions = [] })[Lesson];

        Assert.Equal(["s1"], lesson.StepsRun.Keys);
        Assert.Equal(["m1"], lesson.Milestones.Keys);
        Assert.Empty(lesson.Predictions);
        Assert.Empty(lesson.Scores);
    }

    [Fact]
    public void A_reset_to_a_step_that_never_ran_has_the_steps_before_it_done()
    {
        var lesson = After(
            Started("lab1"),
            Ran("s3", 0), Answered("m3", "milestone", "passed", "s3"),
            Reset("s2") with { StepsBefore = new Dictionary<string, bool> { ["s1"] = true } })[Lesson];

        Assert.Equal(["s1"], lesson.StepsRun.Keys);
        Assert.Empty(lesson.Milestones.Keys);
    }

    [Fact]
    public void Commands_of_my_own_before_a_step_are_remembered_and_the_step_begins_anew()
    {
        var before = After(Started("lab1"), Ran("s1", 0), Ran(null, 0))[Lesson];
        var after = After(Started("lab1"), Ran("s1", 0), Ran(null, 0), Ran("s3", 0))[Lesson];

        Assert.True(before.IsOnOwnWay);
        Assert.False(after.IsOnOwnWay);
        Assert.Equal(["s3"], after.AfterOwnWay);
    }

    [Fact]
    public void What_was_seen_before_another_program_reset_the_lab_counts_for_nothing_after_it()
    {
        JournalEvent[] reset = [Started("lab1"), Ran("s1", 0), Reset(null)];
        var before = After(Started("lab1"))[Lesson].Attempt;
        var after = After(reset)[Lesson].Attempt;
        JournalEvent[] late = [Ran("s1", 0), Answered("m", "milestone", "passed"), Answered("i", "invariant", "failed"), Predicted("true"), Completed];

        var stale = After([.. reset, .. late.Select(one => one with { Attempt = before })])[Lesson];
        var fresh = After([.. reset, .. late.Select(one => one with { Attempt = after })])[Lesson];

        Assert.True(stale is { StepsRun.Count: 0, Passed.Count: 0, Violated.Count: 0, Predictions.Count: 0, CompletedThisTime: false, Completed: true });
        Assert.True(fresh is { StepsRun.Count: 1, Passed.Count: 1, Violated.Count: 1, Predictions.Count: 1, CompletedThisTime: true });
        Assert.Equal(after + 1, After([.. reset, Ran("s1", 0), Reset("s1")])[Lesson].Attempt);
    }

    [Fact]
    public void A_new_lab_is_a_new_attempt_and_the_same_lab_is_the_same_one()
    {
        JournalEvent[] first = [Started("lab1"), Ran("s1", 0), new SolutionPlayed(null, "x") { At = Now, Lesson = Lesson }];

        Assert.True(After([.. first, Started("lab1")])[Lesson] is { SolutionPlayed: true, StepsRun.Count: 1 });
        Assert.True(After([.. first, Started("lab2")])[Lesson] is { SolutionPlayed: false, StepsRun.Count: 0 });
    }

    [Fact]
    public void A_prediction_can_be_changed_until_it_is_scored_and_its_score_is_kept()
    {
        var score = new PredictionScored("p", "false", "true", false) { At = Now, Lesson = Lesson };
        var lesson = After(Started("lab1"), Predicted("true"), Predicted("false"), score)[Lesson];

        Assert.Equal("false", lesson.Predictions["p"]);
        Assert.Same(score, lesson.Scores["p"]);
    }

    [Fact]
    public void The_highest_hint_that_I_saw_counts() =>
        Assert.Equal(2, After(Started("lab1"), Hint(null, 1), Hint(null, 2), Hint(null, 1))[Lesson].Hints[""]);

    [Fact]
    public void One_event_at_a_time_comes_to_the_same_as_all_at_once()
    {
        JournalEvent[] events = [Started("lab1"), Ran("s1", 0), Completed];

        var stepwise = LearnerProgress.Nothing;
        foreach (var one in events) stepwise = stepwise.After(one);

        Assert.Equivalent(After(events), stepwise, strict: true);
    }

    [Fact]
    public void A_reset_without_its_end_is_known_until_the_next_one_ends()
    {
        JournalEvent[] broken = [Started("lab1"), Ran("s1", 0), new ResetBegan("s2") { At = Now, Lesson = Lesson }, Reset("s2") with { StepsBefore = new Dictionary<string, bool> { ["s1"] = true } }];
        JournalEvent[] again = [new ResetBegan(null) { At = Now, Lesson = Lesson }, Reset(null), new ResetEnded { At = Now, Lesson = Lesson }];

        Assert.Equal("s2", After(broken)[Lesson].Resetting?.ToStep);
        Assert.Null(After([.. broken, .. again])[Lesson].Resetting);
        Assert.Null(After([.. broken, Started("lab2")])[Lesson].Resetting);
    }

    [Fact]
    public void A_step_that_leaving_ended_is_no_error_and_done_by_its_next_run()
    {
        var left = Ran("s1", 143) with { EndedByLeaving = true };

        Assert.Equal(["s1"], After(Started("lab1"), left)[Lesson].EndedByLeaving);
        Assert.Empty(After(Started("lab1"), left, Ran("s1", 0))[Lesson].EndedByLeaving);
        Assert.Empty(After(Started("lab1"), left, Reset("s1"))[Lesson].EndedByLeaving);
    }

    private const string Lesson = "a.b";
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);

    private static LearnerProgress After(params JournalEvent[] events) => LearnerProgress.Of(events);

    private static LessonStarted Started(string lab, string lesson = Lesson) => new(lab, "local", "15.18") { At = Now, Lesson = lesson };

    private static CommandRan Ran(string? step, int exitCode) => new(step, "primary", "ls", exitCode, 0.1, "") { At = Now, Lesson = Lesson };

    private static CheckAnswered Answered(string check, string tense, string answer, string? step = null) =>
        new(check, step, tense, answer) { At = Now, Lesson = Lesson };

    private static LessonReset Reset(string? step) => new(step) { At = Now, Lesson = Lesson };

    private static HintShown Hint(string? step, int tier) => new(step, tier) { At = Now, Lesson = Lesson };

    private static PredictionMade Predicted(string choice) => new("p", choice) { At = Now, Lesson = Lesson };

    private static LessonCompleted Completed => new(WithSolution: false, HintsShown: 0) { At = Now, Lesson = Lesson };
}
