using PgHaTutor.Checks;
using PgHaTutor.Hosts;
using PgHaTutor.Labs;
using PgHaTutor.Lessons;
using PgHaTutor.Progress;

namespace PgHaTutor.Sessions;

/// <summary>Steps within a session: running, staying open, scoring predictions, playing solutions.</summary>
public sealed partial class Session
{
    /// <summary>The lines of a run that are kept for the screen.</summary>
    public const int KeptLines = 500;

    /// <summary>Runs a step's command, as written or as edited.</summary>
    public async Task<StepRun> RunStepAsync(
        string stepId, string? text = null, IProgress<OutputLine>? progress = null, CancellationToken cancellationToken = default)
    {
        var step = OpenLesson.Steps.FirstOrDefault(known => known.Id == stepId)
            ?? throw new SessionException($"The lesson has no step '{stepId}'.", isUsage: true);
        _ = NodeOf(step.Node);
        if (_background.TryGetValue(stepId, out var open) && !open.Task.IsCompleted)
            throw new SessionException($"Step '{stepId}' is open already. Cancel it first.");
        await WorkAsync($"Running step {stepId}", canCancel: true, cancel => step.Background
            ? StartBackgroundAsync(step, text ?? step.Text, progress)
            : RunStepNowAsync(step, text ?? step.Text, progress, cancel), cancellationToken);
        return State.Runs[stepId];
    }

    /// <summary>Waits for a step that stays open; gives how it ended.</summary>
    public Task<CommandOutput> WaitForAsync(string stepId) => _background.TryGetValue(stepId, out var open)
        ? open.Task
        : throw new SessionException($"Step '{stepId}' is not open.");

    /// <summary>Ends a step that stays open.</summary>
    public void EndStep(string stepId)
    {
        if (_background.TryGetValue(stepId, out var open))
            open.Cancel.Cancel();
    }

    /// <summary>Plays the solution: a step's own command, or the lesson's (an exercise's first solution script). Recorded as such.</summary>
    public async Task<CommandOutput> SolveAsync(
        string? stepId = null, IProgress<OutputLine>? progress = null, CancellationToken cancellationToken = default)
    {
        var lesson = OpenLesson;
        var player = OpenPlayer;
        if (stepId is not null && lesson.Steps.All(step => step.Id != stepId))
            throw new SessionException($"The lesson has no step '{stepId}'.", isUsage: true);
        var last = new CommandOutput(0, "", "", TimeSpan.Zero);
        await WorkAsync(stepId is null ? "Playing the solution" : $"Playing the solution of step {stepId}", canCancel: true, async cancel =>
        {
            if (stepId is null && lesson.Solutions is [var solution, ..])
            {
                Record(new SolutionPlayed(null, Path.GetFileName(solution.File)) { At = Now, Lesson = lesson.Id, LessonHash = lesson.ContentHash });
                last = await player.PlayAsync(solution, progress, cancel);
                return;
            }
            foreach (var step in lesson.Steps.Where(step => stepId is null ? !step.Optional : step.Id == stepId))
            {
                Record(new SolutionPlayed(step.Id, "step") { At = Now, Lesson = lesson.Id, LessonHash = lesson.ContentHash });
                last = await RunStepNowAsync(step, step.Text, progress, cancel);
                var checks = lesson.Checks.Where(check => check.Step == step.Id).ToList();
                Answered(await CheckRun.UntilAsync(checks, Reached, OpenPlayer.LookAsync, cancellationToken: cancel));
            }
        }, cancellationToken);
        return last;
    }

    private async Task<CommandOutput> RunStepNowAsync(Step step, string text, IProgress<OutputLine>? progress, CancellationToken cancel)
    {
        var player = OpenPlayer;
        if (step.Background)
        {
            await StartBackgroundAsync(step, text, progress);
            return new CommandOutput(0, "", "", TimeSpan.Zero);
        }
        var missing = StepOrder.Missing(step, OpenLesson, State);
        var before = await player.Connections.ObserveAsync(cancel);
        using var shown = new ShownLines(this, step.Id, progress);
        Show(new StepRun(step.Id, text, []) { Before = before });
        var output = await player.RunAsync(step.Node, step.Language, text, progress: shown, cancellationToken: cancel);
        shown.Flush();
        // At once: what the servers write from now on is not the step's.
        var after = await player.Connections.ObserveAsync(CancellationToken.None);
        Record(Ran(step.Id, step.Node, text, output));
        Show(State.Runs[step.Id] with { Output = output, After = after, Missing = missing?.Id });
        _justRan = new JustRan(step.Id, Now);
        await ScoreAsync(step, text, output, isInOrder: missing is null, cancel);
        await SeeViolationsAsync();
        return output;
    }

    /// <summary>What must never be so is looked for after every command, also where no watch does it all the time.</summary>
    private async Task SeeViolationsAsync()
    {
        var invariants = OpenLesson.Checks.Where(check => check.Tense is Tense.Invariant).ToList();
        if (_watch is null && invariants.Count > 0)
            Answered([.. (await CheckRun.OnceAsync(invariants, Reached, OpenPlayer.LookAsync)).Where(result => result.Answer is Answer.Failed)]);
    }

    private async Task StartBackgroundAsync(Step step, string text, IProgress<OutputLine>? progress)
    {
        var player = OpenPlayer;
        var cancel = CancellationTokenSource.CreateLinkedTokenSource(_ending.Token);
        var before = await player.Connections.ObserveAsync(cancel.Token);
        Show(new StepRun(step.Id, text, []) { Before = before, Open = true });
        _background[step.Id] = new BackgroundStep(RunOpenAsync(), cancel);

        async Task<CommandOutput> RunOpenAsync()
        {
            using var shown = new ShownLines(this, step.Id, progress);
            var output = await player.RunAsync(step.Node, step.Language, text, keepOpen: true, progress: shown, cancellationToken: cancel.Token);
            shown.Flush();
            Record(Ran(step.Id, step.Node, text, output));
            if (State.Runs.TryGetValue(step.Id, out var run))
                Show(run with { Output = output, Open = false });
            return output;
        }
    }

    private async Task EndBackgroundAsync()
    {
        foreach (var open in _background.Values)
        {
            await open.Cancel.CancelAsync();
            await open.Task;
            open.Cancel.Dispose();
        }
        _background.Clear();
    }

    /// <summary>Sees which milestones a step reached and how its predictions came out. What the cluster has still to become is waited for, as its checks say.</summary>
    private async Task ScoreAsync(Step step, string text, CommandOutput output, bool isInOrder, CancellationToken cancel)
    {
        var lesson = OpenLesson;
        if (output.Cancelled)
            return;
        var asMeant = output.Succeeded != step.ExpectFail;
        // A mistyped option also ends with an error, and says nothing about the question; nor does a run on a lab that lacks an
        // earlier step's work. The score waits for a run that does.
        var progress = State.Progress[lesson.Id];
        var open = asMeant && isInOrder
            ? lesson.Predictions.Where(prediction => prediction.Step == step.Id && (prediction.Observe.Sql is not null || !step.IsChangedBy(text))
                && progress.Predictions.ContainsKey(prediction.Id) && !progress.Scores.ContainsKey(prediction.Id)).ToList()
            : [];
        var checks = lesson.Checks.Where(check => check.Step == step.Id).ToList();
        // A milestone may hold until the next step only, and not every shell has a watch that sees it.
        var passing = asMeant && checks.Any(check => check.Tense is Tense.Milestone && !Reached.Contains(check.Id));
        var results = passing || open.Count > 0 ? Answered(await CheckRun.UntilAsync(checks, Reached, OpenPlayer.LookAsync, cancellationToken: cancel)) : [];
        // Where what the step is for has not come true, something of the learner's own stood in between, and the outcome would be that one's.
        if (results.Any(result => result.Check.Tense is not Tense.Invariant && result.Answer is not Answer.Passed))
            return;
        foreach (var prediction in open)
        {
            // A server that could not be asked, or an answer that the lesson did not think of, decides nothing.
            if ((await OpenPlayer.OutcomeAsync(prediction, output, cancel)).Choice is not { } cameTrue)
                continue;
            var choice = progress.Predictions[prediction.Id];
            Record(new PredictionScored(prediction.Id, choice, cameTrue, cameTrue == choice)
            {
                At = Now,
                Lesson = lesson.Id,
                LessonHash = lesson.ContentHash,
            });
        }
    }

    private void Show(StepRun run) => Change(state => state with { Runs = With(state.Runs, run) });

    private static Dictionary<string, StepRun> With(IReadOnlyDictionary<string, StepRun> runs, StepRun run) => new(runs) { [run.StepId] = run };

    private sealed record BackgroundStep(Task<CommandOutput> Task, CancellationTokenSource Cancel);

    /// <summary>
    /// Passes a running step's lines on as they come, and puts the newest of them into the state at most twenty times
    /// a second: two hundred thousand lines must not become two hundred thousand states, and the last one before a long silence must be seen.
    /// </summary>
    private sealed class ShownLines : IProgress<OutputLine>, IDisposable
    {
        private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(50);
        private readonly Session _session;
        private readonly string _stepId;
        private readonly IProgress<OutputLine>? _further;
        private readonly Queue<OutputLine> _newest = new(KeptLines);
        private readonly Lock _lock = new();
        private readonly ITimer _timer;
        private bool _due;
        private bool _over;

        public ShownLines(Session session, string stepId, IProgress<OutputLine>? further)
        {
            (_session, _stepId, _further) = (session, stepId, further);
            _timer = session._time.CreateTimer(_ => Flush(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        public void Report(OutputLine value)
        {
            _further?.Report(value);
            lock (_lock)
            {
                if (_over)
                    return;
                if (_newest.Count == KeptLines)
                    _newest.Dequeue();
                _newest.Enqueue(value);
                if (!_due)
                    _timer.Change(Pace, Timeout.InfiniteTimeSpan);
                _due = true;
            }
        }

        public void Flush()
        {
            lock (_lock)
            {
                if (_over || !_due)
                    return;
                _due = false;
                IReadOnlyList<OutputLine> lines = [.. _newest];
                _session.Change(state => state.Runs.TryGetValue(_stepId, out var run) ? state with { Runs = With(state.Runs, run with { Lines = lines }) } : state);
            }
        }

        public void Dispose()
        {
            lock (_lock)
                _over = true;
            _timer.Dispose();
        }
    }
}
