using PgHaTutor.Checks;
using PgHaTutor.Hosts;
using PgHaTutor.Labs;
using PgHaTutor.Progress;

namespace PgHaTutor.Sessions;

/// <summary>The live picture: Observation and checks, looked at again and again off the caller's thread.</summary>
public sealed partial class Session
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(3);
    private volatile JustRan? _justRan;
    private LiveChecks? _live;
    private Stir? _stir;
    private Lab? _looksAt;
    private int _seenWorks = -1;

    /// <summary>Begins the live picture: Observation and checks are polled off the caller's thread until disposal.</summary>
    public void Watch() => _watch ??= Task.Run(() => WatchAsync(_ending.Token));

    private async Task WatchAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                var others = OthersWrote();
                if (others)
                    await FollowOthersAsync(cancellationToken);
                // While a lab is built or reset its servers come and go; the picture waits until they stand.
                if (State.Work is not { CanCancel: false })
                    await LookAsync(others, cancellationToken);
                await Task.Delay(Pace, _time, cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (ObjectDisposedException)
            {
                // The lab was left while it was being looked at; the next round looks at what stands then.
            }
            catch (Exception failure) when (IsOfLabs(failure))
            {
                Tell(failure.Message, isError: true);
                await Task.Delay(Pace, _time, CancellationToken.None);
            }
        }
    }

    private static bool IsOfLabs(Exception failure) => failure is LabException or HostException or SessionException or IOException;

    private async Task LookOrTellAsync(CancellationToken cancellationToken)
    {
        try
        {
            await LookAsync(others: true, cancellationToken);
        }
        catch (Exception failure) when (IsOfLabs(failure))
        {
            Tell(failure.Message, isError: true);
        }
    }

    /// <param name="others">Another program has done something meanwhile, so that every answer may be another one.</param>
    private async Task LookAsync(bool others, CancellationToken cancellationToken)
    {
        if (_player is not { } player || State.Lesson is not { } lesson)
            return;
        if (!ReferenceEquals(_looksAt, player.Lab))
            (_looksAt, _live, _stir) = (player.Lab, new LiveChecks(lesson.Checks, _time) { Held = State.Progress[lesson.Id].Holding }, new Stir(_time));
        // Work may be shorter than a round: it is its end that asks for a full look, not its being under way.
        var done = Volatile.Read(ref _worksDone);
        var look = await player.LookAsync(cancellationToken);
        var stirs = lesson.Checks.Any(check => check.RunsOnHost) && _stir!.Goes(_site, player.Lab, look.Observation);
        var busy = stirs || others || State.Work is not null || done != _seenWorks;
        if (ReferenceEquals(player, _player))
            Change(state => state with { Observation = look.Observation, Runs = Settled(state.Runs, look.Observation) });
        var results = await _live!.LookAsync(Reached, look, busy, cancellationToken);
        _seenWorks = done;
        if (ReferenceEquals(player, _player))
            Answered(results);
    }

    /// <summary>
    /// What a step set going (a reconnect, a promotion) goes on for a moment after its command; its picture of afterwards takes that in.
    /// The WAL positions stay those at its end: what was written since may be anybody's.
    /// </summary>
    private IReadOnlyDictionary<string, StepRun> Settled(IReadOnlyDictionary<string, StepRun> runs, Observation seen) =>
        _justRan is { } just && Now - just.At < Settling && runs.GetValueOrDefault(just.Step) is { After: { } after } run
            ? With(runs, run with { After = seen.AtPositionsOf(after) })
            : runs;

    private sealed record JustRan(string Step, DateTimeOffset At);

    /// <summary>Whether another program of this home wrote something that was not taken in yet, also where an append of ours has read it.</summary>
    private bool OthersWrote()
    {
        lock (_journalLock)
        {
            _journal.Refresh();
            return _journal.ReadEvents != _seenOfOthers;
        }
    }

    private void SeeOthers()
    {
        lock (_journalLock)
        {
            _journal.Refresh();
            _seenOfOthers = _journal.ReadEvents;
        }
        Refold();
    }

    private async Task FollowOthersAsync(CancellationToken cancellationToken)
    {
        if (State.Work is null)
            await TakeInOthersAsync(cancellationToken);
        else
            Refold();
    }

    /// <summary>Another program of this home wrote to the journal: a verb in a second terminal opened, reset or left a lesson.</summary>
    private async Task TakeInOthersAsync(CancellationToken cancellationToken)
    {
        SeeOthers();
        var current = State.Progress.CurrentLesson;
        var site = current is null ? _site : SiteThatWasLeft(current);
        var labs = await site.FindAsync(cancellationToken);
        var standing = current is null ? null : labs.FirstOrDefault(lab => lab.Id == State.Progress[current].LabId);
        if (standing is null && _player is { } gone)
        {
            _player = null;
            Change(state => state with { Lab = null, Observation = null, Lesson = null });
            await gone.DisposeAsync();
        }
        else if (standing is not null && State.Course[current!] is { } lesson
            && (_player is null || _player.Lab.Id != standing.Id || _attempt != State.Progress[lesson.Id].Attempt))
        {
            _site = site;
            await UseAsync(lesson, standing);
            Change(state => state with { Results = new Dictionary<string, CheckResult>(), Runs = new Dictionary<string, StepRun>(), Done = false });
        }
    }

    /// <summary>Takes answers into the state, writes those that changed into the journal, and sees whether the lesson is done.</summary>
    /// <returns>The answers as they count: an invariant that was violated once has been violated, whatever holds now.</returns>
    private IReadOnlyList<CheckResult> Answered(IReadOnlyList<CheckResult> results)
    {
        // The watch and a step that has just run may both bring answers; the journal gets each change once.
        lock (_answeringLock)
        {
            var counting = results.Select(AsItCounts).ToList();
            TakeIn(counting);
            return counting;
        }
    }

    private CheckResult AsItCounts(CheckResult result)
    {
        var progress = State.Progress[OpenLesson.Id];
        return (result.Check.Tense, result.Answer) switch
        {
            (Tense.Invariant, not Answer.Failed) when progress.Violated.TryGetValue(result.Check.Id, out var violated) => Violated(result, violated),
            (Tense.Milestone, Answer.Passed) when result.Finding.Query.Length == 0 && progress.Milestones.TryGetValue(result.Check.Id, out var reached) => AsReached(result, reached),
            _ => result,
        };
    }

    private static CheckResult Violated(CheckResult result, CheckAnswered then) => result with
    {
        Answer = Answer.Failed,
        Finding = result.Finding with { Answer = Answer.Failed, Reason = $"it was violated at {then.At.ToLocalTime():HH:mm:ss}: {then.Reason}. Now: {result.Finding.Reason}" },
        Explanation = "What must never happen has happened, and cannot be taken back by putting it right. Reset the lesson, or go back to an earlier step, to try again.",
    };

    /// <summary>What was reached is not asked again; its evidence is that of then.</summary>
    private static CheckResult AsReached(CheckResult result, CheckAnswered then) => result with
    {
        At = then.At,
        Finding = result.Finding with
        {
            Reason = $"was reached before: {then.Reason}",
            Node = then.Node ?? "",
            Query = then.Query ?? "",
            Expected = then.Expected ?? "",
            Observed = then.Observed ?? "",
        },
    };

    private void TakeIn(IReadOnlyList<CheckResult> results)
    {
        var lesson = OpenLesson;
        var before = State.Results;
        var news = results.Where(result => before.GetValueOrDefault(result.Check.Id)?.Answer != result.Answer).ToList();
        Change(state => state with
        {
            Results = results.Aggregate(
                new Dictionary<string, CheckResult>(state.Results), (all, one) => { all[one.Check.Id] = one; return all; }),
        });
        foreach (var result in news.Where(result => result.Answer is Answer.Passed || before.ContainsKey(result.Check.Id) || result.Check.Tense is Tense.Invariant))
            if (!(Reached.Contains(result.Check.Id) && result.Answer is Answer.Passed))
                Record(Written(result));
        // A lab that a broken-off reset left is nobody's work: what was reached before it, and holds at the start, is not the lesson done.
        var done = State.BrokenReset is null && lesson.Checks.All(check => State.Results.GetValueOrDefault(check.Id)?.Answer is Answer.Passed);
        if (done && !State.Done && !State.Progress[lesson.Id].CompletedThisTime)
            Record(new LessonCompleted(State.Progress[lesson.Id].SolutionPlayed, State.Progress[lesson.Id].Hints.Values.Sum())
            {
                At = Now,
                Lesson = lesson.Id,
                LessonHash = lesson.ContentHash,
            });
        if (done != State.Done)
            Change(state => state with { Done = done });
    }

    private CheckAnswered Written(CheckResult result) => new(
        result.Check.Id, result.Check.Step, result.Check.Tense.ToString().ToLowerInvariant(), Word(result.Answer))
    {
        At = result.At,
        Lesson = OpenLesson.Id,
        LessonHash = OpenLesson.ContentHash,
        Node = result.Finding.Node,
        Query = result.Finding.Query,
        Expected = result.Finding.Expected,
        Observed = result.Finding.Observed,
        Reason = result.Finding.Reason,
    };

    private static string Word(Answer answer) => answer switch
    {
        Answer.Passed => "passed",
        Answer.Failed => "failed",
        Answer.Blocked => "blocked",
        _ => "cannot_tell",
    };
}
