using PgHaTutor.Checks;
using PgHaTutor.Labs;
using PgHaTutor.Sessions;

namespace PgHaTutor.Tests;

public class CheckRunTests
{
    private readonly LeapingTime _time = new();

    [Fact]
    public async Task A_check_is_blocked_by_what_it_needs_and_says_by_which()
    {
        var clone = Says("cloned", Answer.Failed) with { Title = "the standby is a copy" };
        var follows = Says("follows", Answer.Passed) with { Needs = ["cloned"] };

        var results = await OnceAsync([follows, clone], Look);

        Assert.Equal([Answer.Blocked, Answer.Failed], results.Select(result => result.Answer));
        Assert.Equal("waits for “the standby is a copy”", results[0].Finding.Reason);
        Assert.Equal(0, follows.Looks);
    }

    [Fact]
    public async Task A_chain_of_needs_is_walked_whatever_the_order_of_the_file()
    {
        var first = Says("a", Answer.Passed);
        var second = Says("b", Answer.Passed) with { Needs = ["a"] };
        var third = Says("c", Answer.Passed) with { Needs = ["b", "a"] };

        var results = await OnceAsync([third, second, first], Look);

        Assert.All(results, result => Assert.Equal(Answer.Passed, result.Answer));
        Assert.Equal(["c", "b", "a"], results.Select(result => result.Check.Id));
        Assert.Equal(1, first.Looks);
    }

    [Fact]
    public async Task Checks_that_need_each_other_cannot_be_told()
    {
        var left = Says("left", Answer.Passed) with { Needs = ["right"] };
        var right = Says("right", Answer.Passed) with { Needs = ["left"] };

        var results = await OnceAsync([left, right], Look);

        Assert.Contains(results, result => result.Answer is Answer.CannotTell && result.Finding.Reason.Contains("in turn"));
        Assert.DoesNotContain(results, result => result.Answer is Answer.Passed);
    }

    [Fact]
    public async Task A_need_that_is_not_among_the_checks_holds_nothing_back()
    {
        var results = await OnceAsync([Says("b", Answer.Passed) with { Needs = ["of-another-step"] }], Look);

        Assert.Equal(Answer.Passed, results[0].Answer);
    }

    [Fact]
    public async Task A_milestone_that_was_reached_stays_and_a_state_does_not()
    {
        var milestone = Says("promoted", Answer.Failed) with { Tense = Tense.Milestone };
        var state = Says("follows", Answer.Failed);

        var results = await OnceAsync([milestone, state], Look, new HashSet<string> { "promoted", "follows" });

        Assert.Equal([Answer.Passed, Answer.Failed], results.Select(result => result.Answer));
        Assert.Equal(0, milestone.Looks);
    }

    [Fact]
    public async Task An_exception_of_ours_is_never_the_learners_failure()
    {
        var broken = new FakeCheck(_ => throw new InvalidOperationException("a bug")) { Id = "broken" };

        var results = await OnceAsync([broken], Look);

        Assert.Equal(Answer.CannotTell, results[0].Answer);
        Assert.Contains("a bug", results[0].Finding.Reason);
    }

    [Fact]
    public async Task A_lab_that_cannot_be_observed_is_not_the_learners_failure_either()
    {
        var results = await OnceAsync([Says("a", Answer.Passed)], _ => throw new IOException("no disk"));

        Assert.Equal(Answer.CannotTell, results[0].Answer);
        Assert.Contains("no disk", results[0].Finding.Reason);
    }

    [Fact]
    public async Task A_look_that_never_ends_is_called_off()
    {
        var hanging = new FakeCheck(_ => Answer.Passed) { Id = "hanging", Hangs = true, Limit = TimeSpan.FromMilliseconds(50) };

        var results = await OnceAsync([hanging], RealLook);

        Assert.Equal(Answer.CannotTell, results[0].Answer);
        Assert.Contains("no answer within", results[0].Finding.Reason);
    }

    [Fact]
    public async Task Waiting_ends_as_soon_as_the_state_is_true()
    {
        var third = new FakeCheck(look => look >= 3 ? Answer.Passed : Answer.Failed) { Id = "third" };

        var results = await UntilAsync([third], Look);

        Assert.Equal(Answer.Passed, results[0].Answer);
        Assert.Equal(3, third.Looks);
    }

    [Fact]
    public async Task A_time_out_says_that_it_is_one_and_what_was_seen_last()
    {
        var never = Says("never", Answer.Failed) with { Within = TimeSpan.FromSeconds(1.2), Saw = "in recovery" };

        var results = await UntilAsync([never], Look);

        Assert.Equal(Answer.Failed, results[0].Answer);
        Assert.Equal("never says Failed (timed out after 1.2 s; last seen: in recovery)", results[0].Finding.Reason);
    }

    [Fact]
    public async Task What_could_not_be_told_until_the_end_is_not_called_failed()
    {
        var mute = Says("mute", Answer.CannotTell) with { Within = TimeSpan.FromSeconds(0.5) };

        var results = await UntilAsync([mute], Look);

        Assert.Equal(Answer.CannotTell, results[0].Answer);
        Assert.Contains("timed out", results[0].Finding.Reason);
    }

    [Fact]
    public async Task Looks_come_every_100_ms_for_5_s_then_every_250_to_15_s_then_every_second()
    {
        var at = new List<double>();
        var never = new FakeCheck(_ =>
        {
            at.Add(_time.Elapsed.TotalSeconds);
            return Answer.Failed;
        }) { Id = "never", Within = TimeSpan.FromSeconds(20) };

        await UntilAsync([never], Look);

        Assert.Equal(50, at.Count(second => second < 4.95));
        Assert.Equal(40, at.Count(second => second is > 4.95 and < 14.95));
        Assert.Equal(20, at[^1], 1);
        Assert.True(at.Count(second => second > 14.95) is 6, $"{at.Count(second => second > 14.95)} looks after 15 s");
    }

    [Fact]
    public async Task A_pass_counts_when_it_has_stayed_for_its_window()
    {
        var steady = Says("steady", Answer.Passed) with { Stable = TimeSpan.FromSeconds(1) };

        var results = await UntilAsync([steady], Look);

        Assert.Equal(Answer.Passed, results[0].Answer);
        Assert.True(_time.Elapsed >= TimeSpan.FromSeconds(1));
        Assert.True(steady.Looks > 5);
    }

    [Fact]
    public async Task A_break_restarts_the_window()
    {
        var hiccup = new FakeCheck(look => look == 4 ? Answer.Failed : Answer.Passed) { Id = "hiccup", Stable = TimeSpan.FromSeconds(0.5) };

        var results = await UntilAsync([hiccup], Look);

        Assert.Equal(Answer.Passed, results[0].Answer);
        Assert.Equal(0.9, _time.Elapsed.TotalSeconds, 1);
    }

    [Fact]
    public async Task A_state_that_flickers_does_not_pass_and_that_is_said()
    {
        var flickers = new FakeCheck(look => look % 2 == 0 ? Answer.Passed : Answer.Failed)
        {
            Id = "flickers", Stable = TimeSpan.FromSeconds(1), Within = TimeSpan.FromSeconds(2),
        };

        var results = await UntilAsync([flickers], Look);

        Assert.Equal(Answer.Failed, results[0].Answer);
        Assert.StartsWith("it was true, but did not stay so for 1 s", results[0].Finding.Reason);
    }

    [Fact]
    public async Task A_window_that_began_in_time_may_end_after_it()
    {
        var late = new FakeCheck(look => look >= 10 ? Answer.Passed : Answer.Failed)
        {
            Id = "late", Stable = TimeSpan.FromSeconds(2), Within = TimeSpan.FromSeconds(1),
        };

        var results = await UntilAsync([late], Look);

        Assert.Equal(Answer.Passed, results[0].Answer);
    }

    [Fact]
    public async Task A_violated_invariant_is_final_at_once()
    {
        var violated = Says("one-writer", Answer.Failed) with { Tense = Tense.Invariant };

        await UntilAsync([violated], Look);

        Assert.Equal(1, violated.Looks);
    }

    [Fact]
    public async Task All_wait_at_once_and_each_is_told_when_it_is_final()
    {
        var slow = Says("slow", Answer.Failed) with { Within = TimeSpan.FromSeconds(0.6) };
        var slower = Says("slower", Answer.Failed) with { Within = TimeSpan.FromSeconds(0.9) };
        var quick = Says("quick", Answer.Passed);
        var told = new Told();
        var started = TimeProvider.System.GetTimestamp();

        await UntilAsync([slower, slow, quick], RealLook, told);

        Assert.Equal(["quick", "slow", "slower"], told.Ids);
        Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(1.4), "one after the other would take 1.5 s");
    }

    [Fact]
    public async Task The_time_of_a_check_begins_when_what_it_needs_has_passed()
    {
        var needed = new FakeCheck(look => look >= 20 ? Answer.Passed : Answer.Failed) { Id = "needed" };
        var next = new FakeCheck(look => look >= 5 ? Answer.Passed : Answer.Failed) { Id = "next", Needs = ["needed"], Within = TimeSpan.FromSeconds(1) };

        var results = await UntilAsync([next, needed], Look);

        Assert.All(results, result => Assert.Equal(Answer.Passed, result.Answer));
    }

    [Fact]
    public async Task The_first_explanation_that_fits_is_said()
    {
        var check = Says("a", Answer.Failed) with
        {
            OnFail =
            [
                new Explanation(Condition.TryParse("count > 5", out string? _)!, "many"),
                new Explanation(Condition.TryParse("standby.state == \"stopped\"", out string? _)!, "It is stopped."),
                new Explanation(Condition.TryParse("true", out string? _)!, "anything"),
            ],
            Named = new Dictionary<string, object?> { ["count"] = 3L },
        };

        var results = await OnceAsync([check], Look);

        Assert.Equal("It is stopped.", results[0].Explanation);
    }

    [Fact]
    public async Task A_pass_is_not_explained()
    {
        var check = Says("a", Answer.Passed) with { OnFail = [new Explanation(Condition.TryParse("true", out string? _)!, "anything")] };

        var results = await OnceAsync([check], Look);

        Assert.Null(results[0].Explanation);
    }

    [Fact]
    public async Task Cancelling_ends_the_wait()
    {
        using var cancel = new CancellationTokenSource();
        var never = new FakeCheck(_ =>
        {
            cancel.Cancel();
            return Answer.Failed;
        }) { Id = "never" };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => CheckRun.UntilAsync([never], new HashSet<string>(), RealLook, cancellationToken: cancel.Token));
    }

    [Fact]
    public async Task A_node_that_is_down_cannot_be_told_of_and_is_named()
    {
        var state = new RoleCheck { Id = "state", Node = "standby", Expect = ServerRole.Standby };

        var results = await OnceAsync([state, state with { Id = "invariant", Tense = Tense.Invariant }], Look);

        Assert.All(results, result => Assert.Equal(Answer.CannotTell, result.Answer));
        Assert.All(results, result => Assert.Equal(("standby", "the server of standby is stopped"), (result.Finding.Node, result.Finding.Reason)));
    }

    [Fact]
    public async Task What_is_seen_while_another_observer_tries_something_counts_neither_way()
    {
        using var folder = new TemporaryFile();
        var green = new FakeCheck(_ => Answer.Passed) { Id = "green", Within = TimeSpan.Zero };
        var red = new FakeCheck(_ => Answer.Failed) { Id = "red", Within = TimeSpan.Zero };
        var needs = Says("needs", Answer.Passed) with { Needs = ["green"] };
        var other = Turn.TryTake(LookAt(TimeProvider.System, folder.Path).Lab, TimeSpan.FromMinutes(1), TimeProvider.System)!;

        var once = await OnceAsync([green, red, needs], _ => Task.FromResult(LookAt(TimeProvider.System, folder.Path)));
        Assert.Equal([Answer.CannotTell, Answer.CannotTell, Answer.Blocked], once.Select(result => result.Answer));
        Assert.All(once, result => Assert.True(result.Finding.IsDisturbed));

        var waits = UntilAsync([green, red, needs], _ => Task.FromResult(LookAt(TimeProvider.System, folder.Path)));
        Assert.False(waits.IsCompleted);
        other.Dispose();
        Assert.Equal([Answer.Passed, Answer.Failed, Answer.Passed], (await waits).Select(result => result.Answer));
    }

    [Fact]
    public async Task A_watch_keeps_its_answers_while_another_observer_tries_something()
    {
        using var file = new TemporaryFile();
        var flips = new FakeCheck(look => look == 1 ? Answer.Passed : Answer.Failed) { Id = "flips" };
        var live = new LiveChecks([flips], TimeProvider.System);

        Task<IReadOnlyList<CheckResult>> LookAsync(TimeSpan ago) => live.LookAsync(
            new HashSet<string>(), LookAt(TimeProvider.System, file.Path, ago), busy: true, TestContext.Current.CancellationToken);

        Assert.Equal(Answer.Passed, Assert.Single(await LookAsync(TimeSpan.Zero)).Answer);
        await Task.Delay(TimeSpan.FromSeconds(1.1), TestContext.Current.CancellationToken);
        Turn.TryTake(LookAt(TimeProvider.System, file.Path).Lab, TimeSpan.FromMinutes(1), TimeProvider.System)!.Dispose();
        Assert.Empty(await LookAsync(TimeSpan.FromSeconds(1)));
        Assert.Equal(Answer.Failed, Assert.Single(await LookAsync(TimeSpan.Zero)).Answer);
    }

    [Fact]
    public void One_observer_at_a_time_has_the_turn_and_one_that_hangs_loses_it()
    {
        using var file = new TemporaryFile();
        var lab = LookAt(TimeProvider.System, file.Path).Lab;
        var before = DateTimeOffset.UtcNow;
        Assert.False(Turn.WasTaken(lab, before));
        using (Turn.TryTake(lab, TimeSpan.FromMinutes(1), TimeProvider.System))
        {
            Assert.Null(Turn.TryTake(lab, TimeSpan.FromMinutes(1), TimeProvider.System));
            Assert.True(Turn.WasTaken(lab, DateTimeOffset.UtcNow));
        }
        Assert.True(Turn.WasTaken(lab, before));
        Assert.False(Turn.WasTaken(lab, DateTimeOffset.UtcNow));

        var hangs = Turn.TryTake(lab, TimeSpan.FromSeconds(-10), TimeProvider.System);
        Assert.NotNull(hangs);
        Assert.False(Turn.WasTaken(lab, DateTimeOffset.UtcNow));
        using var next = Turn.TryTake(lab, TimeSpan.FromMinutes(1), TimeProvider.System);
        Assert.NotNull(next);
        hangs.Dispose();
        Assert.True(Turn.WasTaken(lab, DateTimeOffset.UtcNow));

        // The clock was set back by an hour after that.
        File.SetLastWriteTimeUtc(file.Path, DateTime.UtcNow.AddHours(1));
        Assert.False(Turn.WasTaken(lab, DateTimeOffset.UtcNow));
    }

    private static Task<IReadOnlyList<CheckResult>> OnceAsync(
        IReadOnlyList<Check> checks, Func<CancellationToken, Task<Look>> look, IReadOnlySet<string>? reached = null) =>
        CheckRun.OnceAsync(checks, reached ?? new HashSet<string>(), look, TestContext.Current.CancellationToken);

    private static Task<IReadOnlyList<CheckResult>> UntilAsync(
        IReadOnlyList<Check> checks, Func<CancellationToken, Task<Look>> look, IProgress<CheckResult>? progress = null) =>
        CheckRun.UntilAsync(checks, new HashSet<string>(), look, progress, TestContext.Current.CancellationToken);

    [Fact]
    public void Every_fact_that_a_lesson_may_name_is_there_and_of_a_server_that_is_down_nothing_is_said()
    {
        var observation = new Observation(DateTimeOffset.UnixEpoch,
        [
            new NodeObservation("primary", NodeState.Running) { InRecovery = false, Timeline = 1, Port = 55432, Slots = [new SlotObservation("s", "physical", true, 1, "reserved")] },
            new NodeObservation("standby", NodeState.Running) { InRecovery = true, Receiver = new ReceiverObservation("streaming", "127.0.0.1", 55432, "s", 1) },
            new NodeObservation("spare", NodeState.Stopped),
        ], []);

        bool Holds(string node, string condition) => Condition.TryParse(condition, out string? _)!.Holds(NodeFacts.Of(observation, node));

        Assert.True(Holds("primary", "state == \"running\" && role == \"primary\" && timeline == 1 && port == 55432 && slots == 1 && senders == 0"));
        Assert.True(Holds("standby", "receiver.status == \"streaming\" && receiver.sender_port == 55432 && receiver.slot == \"s\" && primary.receiver == null"));
        Assert.True(Holds("spare", "state == \"stopped\" && problem == null"));
        foreach (var said in (string[])["role == null", "senders == null", "slots == 0", "receiver == null", "receiver.status == null", "pause_state != \"paused\"", "!(role == \"primary\")"])
            Assert.False(Holds("spare", said), said);
        Assert.True(Holds("", "spare.state == \"stopped\""));
    }

    [Fact]
    public async Task While_nobody_does_anything_a_check_that_runs_a_command_is_looked_at_less_often()
    {
        var command = Says("file", Answer.Failed) with { OnHost = true };
        var needs = Says("port", Answer.Failed) with { Needs = ["file"] };
        var question = Says("row", Answer.Failed);
        var live = new LiveChecks([command, needs, question], _time);

        for (var round = 0; round < 8; round++)
        {
            var results = await live.LookAsync(new HashSet<string>(), LookAt(_time), busy: false, TestContext.Current.CancellationToken);
            Assert.DoesNotContain(results, result => result.Answer is Answer.Passed);
            await Task.Delay(TimeSpan.FromMilliseconds(250), _time, TestContext.Current.CancellationToken);
        }

        Assert.Equal((8, 3, 0), (question.Looks, command.Looks, needs.Looks));
        await live.LookAsync(new HashSet<string>(), LookAt(_time), busy: true, TestContext.Current.CancellationToken);
        Assert.Equal(4, command.Looks);
    }

    [Theory]
    [InlineData(+3600)]
    [InlineData(-3600)]
    public async Task A_clock_that_is_set_while_I_learn_neither_hurries_nor_holds_up_a_check(int seconds)
    {
        var stays = new FakeCheck(_ => Answer.Passed) { Id = "stays", Stable = TimeSpan.FromSeconds(5) };
        var flips = new FakeCheck(look => look == 1 ? Answer.Passed : Answer.Failed) { Id = "flips" };
        var live = new LiveChecks([stays, flips], _time);
        async Task<IEnumerable<Answer>> LookAsync() =>
            (await live.LookAsync(new HashSet<string>(), LookAt(_time), busy: true, TestContext.Current.CancellationToken)).Select(result => result.Answer);
        Assert.Equal([Answer.Failed, Answer.Passed], await LookAsync());

        _time.Set(TimeSpan.FromSeconds(seconds));

        Assert.Equal([Answer.Failed], await LookAsync());
        for (var second = 0; second < 6; second++)
            await Task.Delay(TimeSpan.FromSeconds(1), _time, TestContext.Current.CancellationToken);
        Assert.Equal([Answer.Passed, Answer.Failed], await LookAsync());
    }

    private static FakeCheck Says(string id, Answer answer) => new(_ => answer) { Id = id };

    private Task<Look> Look(CancellationToken cancellationToken) => Task.FromResult(LookAt(_time));

    private static Task<Look> RealLook(CancellationToken cancellationToken) => Task.FromResult(LookAt(TimeProvider.System));

    private sealed class TemporaryFile : IDisposable
    {
        public string Path { get; } = System.IO.Path.Combine(System.IO.Path.GetTempPath(), System.IO.Path.GetRandomFileName());

        public void Dispose() => File.Delete(Path);
    }

    private static Look LookAt(TimeProvider time, string? turnFile = null, TimeSpan ago = default)
    {
        var lab = new Lab
        {
            Id = "lab", LessonId = "a.lesson", Directory = "/nowhere", SocketDirectory = "/nowhere", Recipe = new Recipe([]), Nodes = [],
            Credentials = new Credentials("super", "", "replicator", ""), TurnFile = turnFile,
        };
        var observation = new Observation(time.GetUtcNow() - ago, [new NodeObservation("standby", NodeState.Stopped)], []);
        return new Look(lab, new LabConnections(lab), observation, time);
    }

    /// <summary>A check that says what the test wants, look by look.</summary>
    private sealed record FakeCheck(Func<int, Answer> At) : Check
    {
        private readonly Counter _counter = new();

        public string Saw { get; init; } = "";
        public IReadOnlyDictionary<string, object?> Named { get; init; } = new Dictionary<string, object?>();
        public bool Hangs { get; init; }
        public TimeSpan Limit { get; init; } = TimeSpan.FromSeconds(6);
        public bool OnHost { get; init; }
        public int Looks => _counter.Count;

        public override bool RunsOnHost => OnHost;

        protected override TimeSpan Patience => Limit;

        protected override async Task<Finding> SeeAsync(Look look, CancellationToken cancellationToken)
        {
            if (Hangs)
                await Task.Delay(Timeout.Infinite, cancellationToken);
            var answer = At(Interlocked.Increment(ref _counter.Count));
            return new Finding(answer, $"{Id} says {answer}") { Observed = Saw, Facts = Named };
        }

        private sealed class Counter
        {
            public int Count;
        }
    }

    private sealed class Told : IProgress<CheckResult>
    {
        public List<string> Ids { get; } = [];

        public void Report(CheckResult value)
        {
            lock (Ids)
                Ids.Add(value.Check.Id);
        }
    }

    /// <summary>A time that leaps over every pause instead of waiting. What is longer than a pause, a limit, never comes.</summary>
    private sealed class LeapingTime : TimeProvider
    {
        private long _ticks;
        private TimeSpan _set = TimeSpan.FromDays(1);

        public TimeSpan Elapsed => TimeSpan.FromTicks(Interlocked.Read(ref _ticks));

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Interlocked.Read(ref _ticks);

        /// <summary>Sets the clock, as a person or NTP does.</summary>
        public void Set(TimeSpan by) => _set += by;

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch + Elapsed + _set;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            if (dueTime > TimeSpan.FromSeconds(1))
                return System.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, period);
            Interlocked.Add(ref _ticks, dueTime.Ticks);
            return System.CreateTimer(callback, state, TimeSpan.Zero, period);
        }
    }
}
