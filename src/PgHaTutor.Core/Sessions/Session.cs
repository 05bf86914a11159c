using System.Data.Common;
using System.Security.Cryptography;
using System.Text;
using PgHaTutor.Checks;
using PgHaTutor.Hosts;
using PgHaTutor.Labs;
using PgHaTutor.Lessons;
using PgHaTutor.Progress;

namespace PgHaTutor.Sessions;

/// <summary>
/// A learner at work in one home: the only object that changes. Its state is a value that panes and verbs read;
/// they call it and know nothing of each other. All methods may be called from any thread; one piece of work runs at a time.
/// </summary>
public sealed partial class Session : IAsyncDisposable
{
    private readonly TutorHome _home;
    private readonly TimeProvider _time;
    private readonly Journal _journal;
    private readonly Dictionary<string, LabSite> _sites = [];
    private readonly string _target;
    private LabSite _site;
    private readonly Lock _stateLock = new();
    private readonly Lock _journalLock = new();
    private readonly Lock _answeringLock = new();
    private readonly SemaphoreSlim _working = new(1, 1);
    private readonly CancellationTokenSource _ending = new();
    private readonly Dictionary<string, BackgroundStep> _background = [];
    private CancellationTokenSource? _cancelWork;
    private int _worksDone;
    private int _seenOfOthers;
    private int? _attempt;
    private Player? _player;
    private Task? _watch;

    private Session(TutorHome home, Course course, Journal journal, string target, TimeProvider time)
    {
        _home = home;
        _journal = journal;
        _target = target;
        _time = time;
        State = new SessionState(course, LearnerProgress.Of(journal.Events)) { Target = target };
        _seenOfOthers = journal.ReadEvents;
        // Where the lab of the lesson that was left stands is found when it is taken up.
        _site = SiteOf(Targets.Local);
    }

    /// <summary>Opens the journal, finds the lab that was left, cleans what a crash left.</summary>
    public static async Task<Session> OpenAsync(TutorHome home, Course course, string? target = null, CancellationToken cancellationToken = default)
    {
        var session = Begin(home, course, target);
        await session.TakeUpAsync(cancellationToken);
        return session;
    }

    /// <summary>Opens the journal only, so that a screen can show itself at once; <see cref="TakeUpAsync"/> is to follow.</summary>
    /// <param name="target">Where new labs are built; null: this machine.</param>
    public static Session Begin(TutorHome home, Course course, string? target = null)
    {
        var time = TimeProvider.System;
        Directory.CreateDirectory(home.Directory);
        var journal = Journal.Open(home.JournalFile, time, out var repaired);
        var session = new Session(home, course, journal, target ?? Targets.Local, time);
        if (session.State.Progress.Seed is null)
            session.Record(new LearnerNamed(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16))) { At = time.GetUtcNow() });
        if (repaired is not null)
            session.Tell(repaired);
        // What can be said of a lesson depends on its lab, which is not known before it is taken up.
        if (session.State.Progress.CurrentLesson is { } left)
            session.Change(state => state with { Lesson = course[left], Work = session.Looking });
        return session;
    }

    public SessionState State { get; private set; }

    /// <summary>Raised after every change, on any thread, with the new state.</summary>
    public event Action<SessionState>? Changed;

    /// <summary>The lab's connections and host, for verbs that only look; null where no lab stands.</summary>
    public Player? Player => _player;

    /// <summary>Why the lab of the lesson that was left cannot be had now, and where it stands; null where it can, or where none stands.</summary>
    public LabAway? Away { get; private set; }

    /// <summary>Where the lab stands, or the last one stood.</summary>
    public LabSite Site => _site;

    /// <summary>The site of this home's labs on a target.</summary>
    /// <exception cref="SessionException">The target cannot be used.</exception>
    public LabSite SiteOf(string target)
    {
        lock (_sites)
            return _sites.TryGetValue(target, out var known) ? known : _sites[target] = Targets.SiteOf(target, _home);
    }

    public TutorHome Home => _home;

    /// <summary>Leaves the open lesson, if any, and opens another; builds its lab (for an exercise, with its fault in it).
    /// Where the lab of this very lesson still stands, it is taken up as it is.</summary>
    /// <param name="target">Where; null: where its lab stands, else where this session builds labs.</param>
    /// <returns>False where the lab stood already.</returns>
    public async Task<bool> OpenLessonAsync(string lessonId, int? pgMajor = null, string? target = null, CancellationToken cancellationToken = default)
    {
        var lesson = State.Course[lessonId] ?? throw new SessionException($"There is no lesson '{lessonId}'.", isUsage: true);
        var built = false;
        if (Stands(lessonId, pgMajor, target))
            return built;
        await WorkAsync($"Building the lab of “{lesson.Title}”", canCancel: true, async cancel =>
        {
            using var held = await HoldAsync(cancel);
            if (Stands(lessonId, pgMajor, target))
                return;
            var site = SiteOf(target ?? _target);
            var installation = await ChooseAsync(site, lesson, pgMajor, cancel);
            var left = await LeaveAsync(cancel);
            _site = site;
            await site.RemoveUnfinishedAsync(cancel);
            if (left.Count > 0)
                Tell($"Of the lab that was left is still there: {string.Join("; ", left)}. Once that can be reached again: tutor down", isError: true);
            await BuildAsync(lesson, installation, cancel);
            built = true;
        }, cancellationToken);
        return built;
    }

    private bool Stands(string lessonId, int? pgMajor, string? target) =>
        State.Lesson?.Id == lessonId && State.Lab is { } standing
        && (pgMajor is null || standing.Nodes[0].Installation.Major == pgMajor) && (target is null || target == _site.Target);

    /// <summary>Runs any command on a node's host with that node's environment. What is a step that is still to do, to the letter, is run as that step.</summary>
    /// <param name="input">What a shell command reads from its standard input.</param>
    /// <param name="raw">Gets the bytes of its output as they come.</param>
    public async Task<CommandOutput> RunCommandAsync(
        string node, string text, StepLanguage language = StepLanguage.Sh,
        IProgress<OutputLine>? progress = null, byte[]? input = null, RawOutput? raw = null, CancellationToken cancellationToken = default)
    {
        var player = NodeOf(node);
        if (input is null && raw is null && StepOrder.ToTheLetter(node, text, language, OpenLesson, State) is { } step)
        {
            var run = await RunStepAsync(step.Id, text, progress, cancellationToken);
            Tell($"That is step {step.Id} to the letter, so it counts as its run.");
            return run.Output!;
        }
        CommandOutput? output = null;
        await WorkAsync($"Running on {node}: {FirstLine(text)}", canCancel: true, async cancel =>
        {
            output = await player.RunAsync(node, language, text, progress: progress, input: input, raw: raw, cancellationToken: cancel);
            Record(Ran(null, node, text, output));
            await SeeViolationsAsync();
        }, cancellationToken);
        return output!;
    }

    /// <summary>The last lines of a node's server log; none where it has none yet. Looking is no work of the learner's own, so it is not recorded.</summary>
    public Task<CommandOutput> LogAsync(string node, int lines, CancellationToken cancellationToken = default) =>
        NodeOf(node).RunAsync(node, StepLanguage.Sh, $"[ ! -e \"$PGLOG\" ] || tail -n {lines} \"$PGLOG\"", cancellationToken: cancellationToken);

    /// <summary>Asks a node, and records the question as a command that ended with 0 or, refused, with 1.</summary>
    /// <exception cref="DbException">PostgreSQL refused it, or nobody answered.</exception>
    /// <exception cref="TimeoutException">Nobody answered in time.</exception>
    public async Task<IReadOnlyList<RowSet>> AskAsync(string node, string sql, CancellationToken cancellationToken = default)
    {
        var player = NodeOf(node);
        var began = _time.GetTimestamp();
        IReadOnlyList<RowSet> sets = [];
        Exception? refused = null;
        await WorkAsync($"Asking {node}: {FirstLine(sql)}", canCancel: true, async cancel =>
        {
            try
            {
                sets = await new Question(player.Connections, player.Lab[node]).RowsAsync(sql, cancel);
            }
            catch (Exception failure) when (failure is DbException or TimeoutException)
            {
                refused = failure;
            }
            var rows = string.Join('\n', sets.SelectMany(set => set.Rows).Select(row => string.Join('\t', row)));
            Record(Ran(null, node, sql, new CommandOutput(refused is null ? 0 : 1, rows, refused?.Message ?? "", _time.GetElapsedTime(began))));
            await SeeViolationsAsync();
        }, cancellationToken);
        return refused is null ? sets : throw refused;
    }

    /// <summary>Evaluates the lesson's checks (of one step where named) now; a pass is given only after its stability window.</summary>
    public async Task<IReadOnlyList<CheckResult>> CheckAsync(string? stepId = null, CancellationToken cancellationToken = default)
    {
        var lesson = OpenLesson;
        var player = OpenPlayer;
        if (stepId is not null && lesson.Steps.All(step => step.Id != stepId))
            throw new SessionException($"The lesson has no step '{stepId}'.", isUsage: true);
        // What follows from something that the check itself does is never there at the first look.
        var now = lesson.Checks.Select(check => check is TriggeredCheck ? check : check with { Within = TimeSpan.Zero }).ToList();
        var results = await CheckRun.UntilAsync(now, Reached, player.LookAsync, cancellationToken: cancellationToken);
        results = Answered(results);
        return stepId is null ? results : results.Where(result => result.Check.Step == stepId).ToList();
    }

    /// <summary>Records what the learner expects. Refused once its step has run.</summary>
    public Task PredictAsync(string predictionId, string choice)
    {
        var prediction = OpenLesson.Predictions.FirstOrDefault(known => known.Id == predictionId)
            ?? throw new SessionException($"The lesson has no prediction '{predictionId}'.", isUsage: true);
        if (prediction.Choices.All(known => known.Text != choice))
            throw new SessionException($"'{choice}' is none of the choices.", isUsage: true);
        if (prediction.Step is { } step && State.Progress[OpenLesson.Id].StepsRun.ContainsKey(step))
            throw new SessionException("Its step has run already, so this is no prediction any more. Reset the lesson to try again.");
        Record(new PredictionMade(predictionId, choice) { At = Now, Lesson = OpenLesson.Id, LessonHash = OpenLesson.ContentHash });
        return Task.CompletedTask;
    }

    /// <summary>The next tier's hint for a step (null: the lesson); null when there is no further one. It is recorded.</summary>
    public Hint? NextHint(string? stepId)
    {
        var lesson = OpenLesson;
        var shown = State.Progress[lesson.Id].Hints.GetValueOrDefault(stepId ?? "");
        var next = lesson.Hints.Where(hint => hint.Step == stepId && hint.Tier > shown).MinBy(hint => hint.Tier);
        if (next is not null)
            Record(new HintShown(stepId, next.Tier) { At = Now, Lesson = lesson.Id, LessonHash = lesson.ContentHash });
        return next;
    }

    /// <summary>Stops and removes the lab. Gives what is still there, a sentence each; a lesson whose lab is where nothing can be reached stays open.</summary>
    public async Task<IReadOnlyList<string>> DownAsync(CancellationToken cancellationToken = default)
    {
        if (Away is { IsKnown: false } away)
            return [away.Why];
        IReadOnlyList<string> survivors = [];
        await WorkAsync("Removing the lab", canCancel: false, async cancel =>
        {
            using var held = await HoldAsync(cancel);
            survivors = [.. await LeaveAsync(cancel), .. await RemoveUnfinishedAsync(cancel)];
        }, cancellationToken);
        return [.. survivors.Distinct()];
    }

    /// <summary>Cancels the work under way, and its processes.</summary>
    public void Cancel()
    {
        lock (_stateLock)
            _cancelWork?.Cancel();
    }

    /// <summary>The environment of a node's commands, for a shell that the terminal is handed to.</summary>
    public IReadOnlyDictionary<string, string> EnvironmentOf(string? node) =>
        Variables.For(OpenPlayer.Lab, node is null ? null : NodeOf(node).Lab[node]);

    /// <summary>A step's or check's text with every variable expanded, ready to paste elsewhere.</summary>
    public string Expand(string text, string? node) =>
        State.Lab is null ? text : Variables.Expand(text, EnvironmentOf(node));

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        Cancel();
        if (_watch is not null)
            await _watch;
        // What was under way has an end, and the journal gets to know it.
        if (await _working.WaitAsync(TimeSpan.FromSeconds(5)))
            _working.Release();
        await EndBackgroundAsync();
        if (_player is not null)
            await _player.DisposeAsync();
        foreach (var site in _sites.Values)
            await site.DisposeAsync();
        _journal.Dispose();
        _ending.Dispose();
    }

    private Lesson OpenLesson => State.Lesson
        ?? throw new SessionException("No lesson is open. Open one first: tutor up LESSON.", isUsage: true);

    private Player OpenPlayer => _player
        ?? throw new SessionException(Away?.Why ?? "No lab stands. Build one first: tutor up LESSON.");

    private Player NodeOf(string node) => OpenPlayer.Lab.Nodes.Any(known => known.Name == node)
        ? OpenPlayer
        : throw new SessionException($"The lab has no node '{node}'; it has {string.Join(", ", OpenPlayer.Lab.Nodes.Select(known => known.Name))}.", isUsage: true);

    /// <summary>What was reached on another lab says nothing of this one, before the journal knows it as well.</summary>
    private IReadOnlySet<string> Reached =>
        State.Progress[OpenLesson.Id] is var progress && (_player is null || progress.LabId == _player.Lab.Id) ? progress.Milestones.Keys.ToHashSet() : [];

    private DateTimeOffset Now => _time.GetUtcNow();

    /// <summary>Runs one piece of work: alone, cancellable, shown while it lasts; its failure becomes a notice and is thrown on.</summary>
    private async Task WorkAsync(string doing, bool canCancel, Func<CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        if (!await _working.WaitAsync(TimeSpan.Zero, cancellationToken))
            throw new SessionException($"Something is under way: {State.Work?.Doing ?? "other work"}. Wait for it, or cancel it.");
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _ending.Token);
        try
        {
            lock (_stateLock)
                _cancelWork = canCancel ? cancel : null;
            _justRan = null;
            Change(state => state with { Work = new Work(doing, null, Now, canCancel), Notice = null });
            await work(cancel.Token);
        }
        catch (OperationCanceledException)
        {
            Tell($"Cancelled: {doing}.");
            throw;
        }
        catch (Exception failure) when (failure is LabException or HostException or SessionException or IOException)
        {
            Tell(failure.Message, isError: true);
            throw;
        }
        finally
        {
            lock (_stateLock)
                _cancelWork = null;
            Interlocked.Increment(ref _worksDone);
            _working.Release();
            Change(state => state with { Work = null });
        }
    }

    /// <summary>Shows the progress of building or resetting within the work under way.</summary>
    private sealed class ShownProgress(Session session) : IProgress<LabProgress>
    {
        public void Report(LabProgress value) => session.Change(state => state.Work is { } work
            ? state with { Work = work with { Doing = value.Doing, Fraction = value.Fraction } }
            : state);
    }

    private void Record(JournalEvent happened)
    {
        // Not the attempt of State: another program's reset may be in it already, and what is recorded here was seen before that.
        if (happened is CommandRan or CheckAnswered or PredictionMade or PredictionScored or SolutionPlayed or LessonCompleted)
            happened = happened with { Attempt = _attempt };
        lock (_journalLock)
            _journal.Append(happened);
        Refold();
        if (happened is LessonStarted or LessonReset)
            _attempt = State.Progress[happened.Lesson!].Attempt;
    }

    private void Refold()
    {
        LearnerProgress progress;
        lock (_journalLock)
            progress = LearnerProgress.Of(_journal.Events);
        Change(state => state with { Progress = progress });
    }

    /// <summary>Tells the learner something that is not of the lesson.</summary>
    public void Tell(string text, bool isError = false) =>
        Change(state => state with { Notice = new Notice(text, isError, Now) });

    private void Change(Func<SessionState, SessionState> change)
    {
        SessionState changed;
        lock (_stateLock)
            State = changed = change(State);
        Changed?.Invoke(changed);
    }

    private CommandRan Ran(string? step, string node, string text, CommandOutput output) =>
        new(step, node, text, output.ExitCode, Math.Round(output.Duration.TotalSeconds, 3), Digest(output))
        {
            At = Now,
            Lesson = State.Lesson?.Id,
            LessonHash = State.Lesson?.ContentHash,
            EndedByLeaving = output.Cancelled && _ending.IsCancellationRequested,
        };

    private static string Digest(CommandOutput output) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(output.StandardOutput + output.StandardError)));

    private static string FirstLine(string text) => text.AsSpan().Trim() is var trimmed && trimmed.IndexOf('\n') is >= 0 and var end
        ? $"{trimmed[..end]} …"
        : trimmed.ToString();
}
