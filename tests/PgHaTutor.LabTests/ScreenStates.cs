using PgHaTutor.Checks;
using PgHaTutor.Hosts;
using PgHaTutor.Labs;
using PgHaTutor.Lessons;
using PgHaTutor.Progress;
using PgHaTutor.Sessions;

namespace PgHaTutor.LabTests;

/// <summary>States of a session made by hand, for the pictures of the screen.</summary>
internal static class ScreenStates
{
    public static DateTimeOffset Now { get; } = new(2026, 3, 14, 9, 26, 53, TimeSpan.Zero);

    public static SessionState Start => new(Course, LearnerProgress.Nothing);

    /// <summary>The lab is being built; nothing of it can be seen yet.</summary>
    public static SessionState Building => Start with
    {
        Lesson = Lesson,
        Work = new Work("Starting primary", 0.4, Now.AddSeconds(-3), true),
    };

    public static SessionState Opened => new(Course, Started(new LessonProgress { Started = true }))
    {
        Lesson = Lesson,
        Lab = Lab,
        Observation = Picture(standby: new NodeObservation("standby", NodeState.Absent) { Port = 55433 }),
        Results = Answers(Failed("cloned", "There is no PG_VERSION in the folder.")),
    };

    /// <summary>The first step ran; the standby does not follow, and the check says why.</summary>
    public static SessionState Midway => new(Course, Started(new LessonProgress
    {
        Started = true,
        StepsRun = new Dictionary<string, bool> { ["clone"] = true },
        Predictions = new Dictionary<string, string> { ["p-size"] = "as large as the primary's" },
        Scores = new Dictionary<string, PredictionScored>
        {
            ["p-size"] = new("p-size", "as large as the primary's", "as large as the primary's", true) { At = Now },
        },
        Hints = new Dictionary<string, int> { ["clone"] = 1 },
    }))
    {
        Lesson = Lesson,
        Lab = Lab,
        Observation = Picture(standby: new NodeObservation("standby", NodeState.Stopped) { Port = 55433 }),
        Runs = new Dictionary<string, StepRun> { ["clone"] = Cloned },
        Results = Answers(Passed("cloned"), Failed("follows", "no WAL receiver on standby")),
    };

    /// <summary>The standby was started, and does not follow.</summary>
    public static SessionState Tried => Midway with
    {
        Progress = Started(new LessonProgress
        {
            Started = true,
            StepsRun = new Dictionary<string, bool> { ["clone"] = true, ["start"] = true },
            Predictions = new Dictionary<string, string> { ["p-size"] = "as large as the primary's", ["p-recovery"] = "false" },
            Scores = new Dictionary<string, PredictionScored>
            {
                ["p-size"] = new("p-size", "as large as the primary's", "as large as the primary's", true) { At = Now },
                ["p-recovery"] = new("p-recovery", "false", "true", false) { At = Now },
            },
        }),
        Observation = Picture(Following with { Receiver = null }),
        Runs = new Dictionary<string, StepRun>
        {
            ["clone"] = Cloned,
            ["start"] = new("start", Start2.Text, [new OutputLine("waiting for server to start.... done", false), new OutputLine("server started", false)])
            {
                Output = new CommandOutput(0, "", "", TimeSpan.FromSeconds(0.31)),
                Before = Picture(new NodeObservation("standby", NodeState.Stopped) { Port = 55433 }),
                After = Picture(Following with { Receiver = null }),
            },
        },
    };

    public static SessionState Predicted => Opened with
    {
        Progress = Started(new LessonProgress
        {
            Started = true,
            Predictions = new Dictionary<string, string> { ["p-size"] = "only what has changed" },
        }),
    };

    /// <summary>A step runs, and has printed its first lines.</summary>
    public static SessionState Working => Predicted with
    {
        Work = new Work("Running step clone", null, Now.AddSeconds(-12), true),
        Runs = new Dictionary<string, StepRun> { ["clone"] = new("clone", Clone.Text, [new OutputLine("waiting for checkpoint", true)]) },
    };

    public static SessionState Done
    {
        get
        {
            var standby = Following;
            return Midway with
            {
                Progress = Started(new LessonProgress
                {
                    Started = true,
                    Completed = true,
                    CompletedThisTime = true,
                    StepsRun = new Dictionary<string, bool> { ["clone"] = true, ["start"] = true },
                    Predictions = new Dictionary<string, string> { ["p-size"] = "as large as the primary's", ["p-recovery"] = "false" },
                    Scores = new Dictionary<string, PredictionScored>
                    {
                        ["p-size"] = new("p-size", "as large as the primary's", "as large as the primary's", true) { At = Now },
                        ["p-recovery"] = new("p-recovery", "false", "true", false) { At = Now },
                    },
                }),
                Observation = Picture(standby, sender: true),
                Runs = new Dictionary<string, StepRun>
                {
                    ["clone"] = Cloned,
                    ["start"] = new("start", Start2.Text, [new OutputLine("waiting for server to start.... done", false), new OutputLine("server started", false)])
                    {
                        Output = new CommandOutput(0, "", "", TimeSpan.FromSeconds(0.31)),
                        Before = Picture(new NodeObservation("standby", NodeState.Stopped) { Port = 55433 }),
                        After = Picture(standby, sender: true),
                    },
                },
                Results = Answers(Passed("cloned"), Passed("follows"), Passed("one-writer")),
                Done = true,
            };
        }
    }

    /// <summary>Two nodes of one system accept writes.</summary>
    public static SessionState SplitBrain => Done with
    {
        Done = false,
        Observation = Picture(new NodeObservation("standby", NodeState.Running)
        {
            Host = "local",
            Port = 55433,
            Version = "15.18",
            InRecovery = false,
            SystemIdentifier = "7400000000000000001",
            Timeline = 2,
            Lsn = At("0/3000B28"),
        }) with
        { Contradictions = ["primary and standby both accept writes, on timelines 1 and 2 of one system"] },
        Results = Answers(
            Passed("cloned"), Failed("follows", "standby is not in recovery: it is a primary of its own"),
            Failed("one-writer", "2 nodes accept writes: primary, standby")),
    };

    private static Lsn? At(string position) => Lsn.TryParse(position);

    public static SessionState FourAnswers => Tried with
    {
        Lesson = Lesson with { Checks = [OneWriter, Cloned2, Follows, Follows with { Id = "caught-up", Title = "It has caught up" }] },
        Results = new[]
        {
            Passed("cloned"),
            Result("follows", Answer.CannotTell, "standby does not answer"),
            Result("one-writer", Answer.Failed, "2 nodes accept writes"),
            Result("follows", Answer.Blocked, "needs follows") with { Check = Follows with { Id = "caught-up" } },
        }.ToDictionary(result => result.Check.Id),
    };

    /// <summary>A lesson whose text has code wider than the pane, and a table below it.</summary>
    public static SessionState WideCode => Opened with
    {
        Lesson = Lesson with
        {
            Blocks =
            [
                new ProseBlock(
                    "Read it:\n\n```text\nhost  replication  replicator  192.0.2.12/32  scram-sha-256  # the last word of a long line: END\n```\n\n"
                    + "| column | says |\n|---|---|\n| state | streaming when it follows, and LASTCELL |", 1),
            ],
        },
    };

    /// <summary>A step whose command alone fills a small screen: before its run, under way, and after it.</summary>
    public static SessionState LongStep(bool? running)
    {
        var step = new Step("long", "primary", StepLanguage.Sh, string.Join('\n', Enumerable.Range(1, 25).Select(number => $"echo line {number}")));
        return Opened with
        {
            Lesson = Lesson with { Blocks = [new ProseBlock("Run it.", 1), new StepBlock(step, 2), new ProseBlock("It is done.", 3)], Checks = [] },
            Work = running is true ? new Work("Running step long", null, Now, true) : null,
            Runs = running is not { } runs ? [] : new Dictionary<string, StepRun>
            {
                ["long"] = new StepRun("long", step.Text, [new OutputLine("the first line", false), new OutputLine("the last line", false)])
                {
                    Output = runs ? null : new CommandOutput(0, "", "", TimeSpan.FromSeconds(1)),
                },
            },
        };
    }

    /// <summary>Much text, some of it in a box, before, between and behind two steps; some of them have run.</summary>
    public static SessionState LongText(params IReadOnlyList<string> run) => Opened with
    {
        Lesson = Long,
        Runs = run.ToDictionary(step => step, step => new StepRun(step, $"echo {step}", [new OutputLine("printed", false)])
        {
            Output = new CommandOutput(0, "printed\n", "", TimeSpan.FromSeconds(1)),
        }),
        Progress = Started(new LessonProgress { Started = true, StepsRun = run.ToDictionary(step => step, _ => true) }),
        Done = run.Count == 2,
    };

    private static NodeObservation Following => new("standby", NodeState.Running)
    {
        Host = "local",
        Port = 55433,
        Version = "15.18",
        InRecovery = true,
        SystemIdentifier = "7400000000000000001",
        Timeline = 1,
        ReceiveLsn = At("0/3000148"),
        ReplayLsn = At("0/3000148"),
        Receiver = new ReceiverObservation("streaming", "127.0.0.1", 55432, "standby1", 1),
    };

    private static Observation Picture(NodeObservation standby, bool sender = false) => new(
        Now,
        [
            new NodeObservation("primary", NodeState.Running)
            {
                Host = "local",
                Port = 55432,
                Version = "15.18",
                InRecovery = false,
                SystemIdentifier = "7400000000000000001",
                Timeline = 1,
                Lsn = At("0/3000148"),
                Senders = sender
                    ? [new SenderObservation(4711, "standby", "streaming", "async") { ReplayLsn = At("0/3000148"), LagBytes = 0, Slot = "standby1" }]
                    : [],
                Slots = sender ? [new SlotObservation("standby1", "physical", true, 4711, "reserved")] : [],
            },
            standby,
        ],
        []);

    private static StepRun Cloned => new("clone", Clone.Text, [.. Enumerable.Range(1, 12).Select(number => new OutputLine($"{number * 2048}/24576 kB ({number * 8}%), 0/1 tablespace", true))])
    {
        Output = new CommandOutput(0, "", "", TimeSpan.FromSeconds(1.24)),
        Before = Picture(new NodeObservation("standby", NodeState.Absent) { Port = 55433 }),
        After = Picture(new NodeObservation("standby", NodeState.Stopped) { Port = 55433 }),
    };

    private static Step Clone { get; } = new(
        "clone", "standby", StepLanguage.Sh,
        "pg_basebackup -h 127.0.0.1 -p \"$PRIMARY_PORT\" -U replicator -D \"$PGDATA\" -R -X stream -C -S \"$SLOT\" -P");

    private static Step Start2 { get; } = new("start", "standby", StepLanguage.Sh, "pg_ctl -D \"$PGDATA\" -l \"$PGLOG\" -w start");

    private static Step Look { get; } = new("look", "primary", StepLanguage.Sql, "select application_name, state, sync_state, replay_lsn\nfrom pg_stat_replication;") { Optional = true };

    private static SampleCheck Cloned2 { get; } = new()
    {
        Id = "cloned",
        Step = "clone",
        Title = "The standby's folder holds a cluster",
        Node = "standby",
        Tense = Tense.Milestone,
    };

    private static SampleCheck Follows { get; } = new()
    {
        Id = "follows",
        Step = "start",
        Title = "The standby streams from the primary",
        Node = "standby",
        Needs = ["cloned"],
    };

    private static SampleCheck OneWriter { get; } = new()
    {
        Id = "one-writer",
        Title = "At most one node accepts writes",
        Tense = Tense.Invariant,
    };

    private static Lesson Lesson { get; } = Named("streaming.first-standby", "A standby from a base backup") with
    {
        Objectives = ["clone a running primary", "start a standby that follows it", "prove that it does"],
        NotSimulated = "one machine is one failure domain; on two hosts the standby survives the loss of the first",
        NeedsLessons = ["cluster.by-hand"],
        Checks = [OneWriter, Cloned2, Follows],
        Blocks =
        [
            new ProseBlock("## Clone it\n\nA standby begins as a **copy** of the primary. `pg_basebackup` takes it while the primary runs, and `-R` writes down whom to follow.", 20),
            new PredictionBlock(new Prediction(
                "p-size", "How large will the copy be?",
                [new Choice("as large as the primary's", null), new Choice("only what has changed", null)], new Observe(null, null))
            { Step = "clone", Explain = "A base backup is a copy of every file." }, 25),
            new StepBlock(Clone, 30),
            new CheckBlock(Cloned2, 34),
            new HintBlock(new Hint("clone", 1, "Who may connect for replication? `pg_hba.conf` says so."), 38),
            new HintBlock(new Hint("clone", 2, "Read the **last** line of the server's log."), 42),
            new CalloutBlock("WARNING", "Never write into a standby's folder while it runs.", 46),
            new ProseBlock("## Start it\n\nNow it can follow.", 48),
            new PredictionBlock(new Prediction(
                "p-recovery", "What will pg_is_in_recovery() say on the standby once it is up?",
                [new Choice("true", null), new Choice("false", null), new Choice("the query fails", null)], new Observe("standby", "select pg_is_in_recovery()"))
            { Step = "start", Explain = "A standby is in recovery for as long as it is one." }, 52),
            new StepBlock(Start2, 58),
            new CheckBlock(Follows, 62),
            new ProseBlock("| column | says |\n|---|---|\n| `state` | streaming, catchup |\n| `sync_state` | async, sync |", 70),
            new StepBlock(Look, 76),
        ],
    };

    /// <summary>A prediction whose outcome depends on a session that another step opens; or that step was passed by, and the server is stopped.</summary>
    public static SessionState Prepared(bool stopped = false) => Opened with
    {
        Lesson = WithGuest,
        Observation = new Observation(Now, [new NodeObservation("primary", stopped ? NodeState.Stopped : NodeState.Running) { Port = 55432 }], []),
        Results = new Dictionary<string, CheckResult>(),
        Runs = !stopped ? [] : new Dictionary<string, StepRun>
        {
            ["stop"] = new StepRun("stop", "echo stop", []) { Output = new CommandOutput(0, "", "", TimeSpan.FromSeconds(1)), Missing = "guest" },
        },
        Progress = Started(new LessonProgress
        {
            Started = true,
            StepsRun = stopped ? new Dictionary<string, bool> { ["stop"] = true } : new Dictionary<string, bool>(),
            Predictions = new Dictionary<string, string> { ["p-stop"] = "it waits" },
        }),
    };

    private static Lesson WithGuest { get; } = Lesson with
    {
        Checks = [],
        Blocks =
        [
            new StepBlock(new Step("guest", "primary", StepLanguage.Sql, "select pg_sleep(600);") { Background = true }, 1),
            new PredictionBlock(new Prediction("p-stop", "What does it do?", [new Choice("it waits", null), new Choice("it stops", null)], new Observe(null, null)) { Step = "stop" }, 2),
            new StepBlock(Saying("stop"), 3),
        ],
    };

    private static Lesson Long { get; } = Lesson with
    {
        Objectives = [],
        Checks = [],
        Blocks =
        [
            Paragraphs("before"), new StepBlock(Saying("first"), 2), Paragraphs("between"),
            new CalloutBlock("IMPORTANT", string.Join("\n\n", Enumerable.Range(1, 6).Select(number => $"box{number}.")), 3),
            new StepBlock(Saying("second"), 4), Paragraphs("behind"),
        ],
    };

    private static ProseBlock Paragraphs(string name) => new(string.Join("\n\n", Enumerable.Range(1, 20).Select(number => $"{name}{number}.")), 1);

    private static Step Saying(string name) => new(name, "primary", StepLanguage.Sh, $"echo {name}");

    /// <summary>An exercise that is not solved yet.</summary>
    public static SessionState Solving => Midway with
    {
        Lesson = Exercise with
        {
            Checks = [Cloned2],
            Blocks =
            [
                new ProseBlock("The standby gets no WAL.", 20),
                new CheckBlock(Cloned2, 22),
                new HintBlock(new Hint(null, 1, "Read its log."), 24),
                new ProseBlock("## Afterwards\n\nIt was the line for replication.", 28),
            ],
        },
    };

    private static Lesson Exercise { get; } = Named("faults.hba-line", "The missing line") with { Kind = LessonKind.Exercise };

    private static Course Course { get; } = new(
        [
            new Module("01-cluster", "One cluster", [Named("cluster.by-hand", "A cluster by hand"), Named("cluster.which-file", "Which file wins")]),
            new Module("02-streaming", "Streaming", [Lesson, Exercise]),
        ],
        []);

    private static Lab Lab { get; } = new()
    {
        Id = "4f1d",
        LessonId = "streaming.first-standby",
        Directory = "/lab",
        SocketDirectory = "/tmp/s",
        Recipe = new Recipe([new NodeRecipe("primary", NodeRole.Primary), new NodeRecipe("standby", NodeRole.Empty)]),
        Nodes = [Node("primary", 55432), Node("standby", 55433)],
        Credentials = new Credentials("postgres", "", "replicator", ""),
    };

    private static Node Node(string name, int port) => new(
        name, new SampleHost(), $"/lab/{name}/data", $"/lab/{name}/log", port, new Installation("/usr/lib/postgresql/15/bin", "15.18", 15));

    private static Lesson Named(string id, string title) => new()
    {
        Id = id,
        Title = title,
        Minutes = new Dictionary<string, int> { ["local"] = 12 },
        Recipe = new Recipe([]),
        File = $"lessons/{id}/lesson.md",
        ContentHash = id,
    };

    /// <summary>The lesson as far as that, and the one before it completed.</summary>
    public static LearnerProgress Started(LessonProgress lesson) => LearnerProgress.Nothing with
    {
        CurrentLesson = Lesson.Id,
        Lessons = new Dictionary<string, LessonProgress>
        {
            ["cluster.by-hand"] = new() { Started = true, Completed = true },
            [Lesson.Id] = lesson,
        },
    };

    private static Dictionary<string, CheckResult> Answers(params CheckResult[] results) => results.ToDictionary(result => result.Check.Id);

    private static CheckResult Passed(string id) => Result(id, Answer.Passed, "it is so");

    private static CheckResult Failed(string id, string reason) => Result(id, Answer.Failed, reason);

    private static CheckResult Result(string id, Answer answer, string reason) => new(
        Lesson.Checks.First(check => check.Id == id), answer, new Finding(answer, reason)
        {
            Node = "standby",
            Query = "select status, sender_port from pg_stat_wal_receiver",
            Observed = answer is Answer.Passed ? "streaming | 55432" : "(no row)",
            Expected = "a row with status streaming from port 55432",
        }, Now)
    {
        Explanation = answer is Answer.Failed && id == "follows" ? "No WAL receiver runs on the standby. Read the last lines of its log; who refused whom?" : null,
    };

    private sealed record SampleCheck : Check
    {
        protected override Task<Finding> SeeAsync(Look look, CancellationToken cancellationToken = default) =>
            throw new NotSupportedException("A picture looks at nothing.");
    }

    private sealed class SampleHost : Host
    {
        public override string Name => "local";
        public override string Address => "127.0.0.1";
        public override string User => "postgres";

        public override Task<CommandOutput> RunAsync(Script script, IProgress<OutputLine>? progress = null, CancellationToken cancellationToken = default) =>
            throw Nothing();

        public override Task<Route> RouteAsync(int port, CancellationToken cancellationToken = default) => throw Nothing();

        public override Foreground InForeground(IReadOnlyList<string> words, IReadOnlyDictionary<string, string> environment, string folder) => throw Nothing();

        private static NotSupportedException Nothing() => new("A picture runs nothing.");
    }
}
