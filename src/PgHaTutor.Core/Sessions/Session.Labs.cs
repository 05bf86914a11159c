using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using PgHaTutor.Checks;
using PgHaTutor.Hosts;
using PgHaTutor.Labs;
using PgHaTutor.Lessons;
using PgHaTutor.Progress;

namespace PgHaTutor.Sessions;

/// <summary>The lab's life within a session: taking up, building, leaving, resetting.</summary>
public sealed partial class Session
{
    /// <summary>
    /// Back to the lesson's start; for a step the program then plays those before it again, so that also what is on no disk is as it was. A state
    /// that the disk holds whole is kept, and the next time put back.
    /// </summary>
    public Task ResetAsync(string? toStep = null, CancellationToken cancellationToken = default)
    {
        var lesson = OpenLesson;
        _ = OpenPlayer;
        if (toStep is not null && lesson.Steps.All(step => step.Id != toStep))
            throw new SessionException($"The lesson has no step '{toStep}'.", isUsage: true);
        return WorkAsync(toStep is null ? "Going back to the lesson's start" : $"Going to just before '{toStep}'", canCancel: false, async cancel =>
        {
            using var held = await HoldAsync(cancel);
            if (OpenLesson.Id != lesson.Id)
                throw new SessionException($"Another tutor has left {lesson.Id} meanwhile and opened {OpenLesson.Id}, so nothing was reset.");
            var began = new ResetBegan(toStep) { At = Now, Lesson = lesson.Id, LessonHash = lesson.ContentHash };
            Record(began);
            try
            {
                await ResetNowAsync(lesson, toStep, cancel);
            }
            catch
            {
                Change(state => state with { BrokenReset = began });
                throw;
            }
            Record(new ResetEnded { At = Now, Lesson = lesson.Id, LessonHash = lesson.ContentHash });
        }, cancellationToken);
    }

    private async Task ResetNowAsync(Lesson lesson, string? toStep, CancellationToken cancel)
    {
        await EndBackgroundAsync();
        var kept = toStep is null || !_site.HasCheckpoint(OpenPlayer.Lab, CheckpointBefore(lesson, toStep)) ? null : CheckpointBefore(lesson, toStep);
        await UseAsync(lesson, await _site.RestoreAsync(OpenPlayer.Lab, kept, new ShownProgress(this), cancel));
        if (kept is null)
            await InjectFaultAsync(lesson, cancel);
        var reset = toStep is null ? new LessonReset(null) { At = Now } : ResetTo(lesson, toStep);
        Record(reset with { Lesson = lesson.Id, LessonHash = lesson.ContentHash });
        Change(state => state with
        {
            Results = new Dictionary<string, CheckResult>(),
            Runs = state.Runs.Where(run => reset.StepsBefore?.ContainsKey(run.Key) is true).ToDictionary(),
            Done = false,
        });
        if (toStep is null)
            return;
        if (kept is not null)
        {
            RecordMilestonesBefore(lesson, toStep);
            return;
        }
        var passed = await PlayToAsync(lesson, toStep, cancel);
        // To keep the state stops the servers: no step has done that.
        _justRan = null;
        if (passed && !AsksForCheckpoint(lesson, toStep) && _background.Values.All(open => open.Task.IsCompleted) && !await OnlyInMemory.AnythingInAsync(OpenPlayer.Connections, cancel))
            await UseAsync(lesson, await _site.SaveCheckpointAsync(OpenPlayer.Lab, CheckpointBefore(lesson, toStep), cancel));
    }

    /// <summary>
    /// Where a step asks for a checkpoint, what comes after depends on what was changed since: a page's first change writes the whole page into
    /// the WAL. Stopping a server to keep its state is one more checkpoint.
    /// </summary>
    private static bool AsksForCheckpoint(Lesson lesson, string toStep) =>
        lesson.Steps.TakeWhile(step => step.Id != toStep).Any(step => !step.Optional && Checkpoint().IsMatch(step.Text));

    [GeneratedRegex(@"\bcheckpoint\b", RegexOptions.IgnoreCase)]
    private static partial Regex Checkpoint();

    /// <summary>Of this text of the lesson, and of clusters with these passwords.</summary>
    private string CheckpointBefore(Lesson lesson, string toStep)
    {
        var made = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{lesson.ContentHash}\n{OpenPlayer.Lab.Credentials.SuperuserPassword}")));
        return $"before-{toStep}-{made[..8]}";
    }

    private void RecordMilestonesBefore(Lesson lesson, string toStep)
    {
        var earlier = lesson.Steps.TakeWhile(step => step.Id != toStep).Where(step => !step.Optional).Select(step => step.Id).ToHashSet();
        foreach (var check in lesson.Checks.Where(check => check.Tense is Tense.Milestone && check.Step is { } step && earlier.Contains(step)))
            Record(new CheckAnswered(check.Id, check.Step, "milestone", "passed")
            {
                At = Now,
                Lesson = lesson.Id,
                LessonHash = lesson.ContentHash,
                Reason = "came with the checkpoint",
            });
    }

    private LessonReset ResetTo(Lesson lesson, string toStep)
    {
        var run = State.Progress[lesson.Id].StepsRun;
        var before = lesson.Steps.TakeWhile(step => step.Id != toStep).Where(step => !step.Optional || run.ContainsKey(step.Id)).ToList();
        return new LessonReset(toStep)
        {
            At = Now,
            StepsBefore = before.ToDictionary(step => step.Id, step => run.GetValueOrDefault(step.Id, !step.ExpectFail)),
            Predictions = [.. lesson.Predictions.Where(prediction => prediction.Step is { } step && before.Any(known => known.Id == step)).Select(prediction => prediction.Id)],
        };
    }

    /// <summary>Lets something happen to the host of a node. It is recorded, so that it can be taken back also after a crash.</summary>
    /// <returns>What was done, in a sentence.</returns>
    public async Task<string> BreakAsync(string node, HostTrouble trouble, CancellationToken cancellationToken = default)
    {
        var lab = NodeOf(node).Lab;
        var said = "";
        await WorkAsync($"{trouble} on the host of {node}", canCancel: true, async cancel =>
        {
            Record(new FaultInjected($"{trouble} {node}") { At = Now, Lesson = State.Lesson?.Id, LessonHash = State.Lesson?.ContentHash });
            said = await _site.SufferAsync(lab, lab[node], trouble, cancel);
        }, cancellationToken);
        return said;
    }

    /// <summary>Takes back all that happened to the lab's hosts; gives what was done, a sentence each.</summary>
    public async Task<IReadOnlyList<string>> UndoAsync(CancellationToken cancellationToken = default)
    {
        var lab = OpenPlayer.Lab;
        IReadOnlyList<string> done = [];
        await WorkAsync("Taking back what happened to the hosts", canCancel: true, async cancel => done = await _site.HealAsync(lab, cancel), cancellationToken);
        return done;
    }

    /// <returns>Whether all of their checks passed.</returns>
    private async Task<bool> PlayToAsync(Lesson lesson, string toStep, CancellationToken cancel)
    {
        var passed = true;
        var steps = lesson.Steps.TakeWhile(step => step.Id != toStep).Where(step => !step.Optional).ToList();
        var progress = new ShownProgress(this);
        foreach (var (number, step) in steps.Index())
        {
            progress.Report(new LabProgress($"Playing step {step.Id} again, {number + 1} of {steps.Count}", (double)number / steps.Count));
            Record(new SolutionPlayed(step.Id, "step") { At = Now, Lesson = lesson.Id, LessonHash = lesson.ContentHash });
            await RunStepNowAsync(step, step.Text, null, cancel);
            // A command that was cut short ends like any other; what follows would not be as it should.
            cancel.ThrowIfCancellationRequested();
            Show(State.Runs[step.Id] with { Played = true });
            var checks = lesson.Checks.Where(check => check.Step == step.Id).ToList();
            var results = await CheckRun.UntilAsync(checks, Reached, OpenPlayer.LookAsync, cancellationToken: cancel);
            Answered(results);
            passed &= results.All(result => result.Answer is Answer.Passed);
        }
        return passed;
    }

    /// <summary>Finds the lab of the lesson that was left; removes every other one of this home, unless another program is at work.</summary>
    public Task TakeUpAsync(CancellationToken cancellationToken = default) => TakeUpAsync(goesOn: false, cancellationToken);

    /// <summary>
    /// Takes up the lab of the lesson that was left and begins its live picture, or builds the lab anew where it does not stand any more. It counts
    /// as under way until it is known what is true in that lab: before that nothing can be said of what is next.
    /// </summary>
    public async Task GoOnAsync(CancellationToken cancellationToken = default)
    {
        await TakeUpAsync(goesOn: true, cancellationToken);
        Watch();
        if (State is { Lesson: { } lesson, Lab: null })
            await OpenLessonAsync(lesson.Id, cancellationToken: cancellationToken);
    }

    private async Task TakeUpAsync(bool goesOn, CancellationToken cancellationToken)
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _ending.Token);
        await _working.WaitAsync(cancel.Token);
        var builds = false;
        try
        {
            Change(state => state with { Work = Looking });
            await TakeUpNowAsync(cancel.Token);
            if (goesOn && _player is not null)
                await LookOrTellAsync(cancel.Token);
            builds = goesOn && State is { Lesson: not null, Lab: null };
        }
        finally
        {
            _working.Release();
            // Building follows at once: nobody is to do it in between.
            Change(state => state with { Work = builds ? state.Work : null });
        }
    }

    /// <summary>What taking up says that it does, which takes a moment only.</summary>
    public const string LookingForTheLab = "Looking for the lab that was left";

    private Work Looking => new(LookingForTheLab, null, Now, CanCancel: false);

    /// <summary>How long another program may build, reset or remove the lab before it is looked at as it is then.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private void SayThatOthersWork() =>
        Change(state => state with { Work = state.Work! with { Doing = "Waiting for another tutor, which builds, resets or removes the lab" } });

    /// <summary>The home for this program alone, so that it may build, reset or remove its lab; as it is after what another one did until now.</summary>
    private async Task<HomeLock> HoldAsync(CancellationToken cancellationToken)
    {
        var held = await HomeLock.TakeAsync(_home, _time, cancellationToken);
        try
        {
            if (OthersWrote())
                await TakeInOthersAsync(cancellationToken);
            return held;
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    private async Task TakeUpNowAsync(CancellationToken cancellationToken)
    {
        using var held = await HomeLock.TakeWithinAsync(_home, Patience, _time, SayThatOthersWork, cancellationToken);
        SeeOthers();
        var lesson = State.Progress.CurrentLesson is { } id ? State.Course[id] : null;
        if (lesson is not null)
            _site = SiteThatWasLeft(lesson.Id);
        var sites = new[] { SiteOf(Targets.Local), _site }.Distinct().ToList();
        var done = new List<string>();
        if (held is not null)
        {
            foreach (var site in sites)
                done.AddRange(await site.CleanAsync(cancellationToken));
            done.AddRange(await Verification.CleanAsync(_home, cancellationToken));
        }
        if (done.Count > 0)
            Tell(string.Join('\n', done));
        IReadOnlyList<Lab> labs;
        try
        {
            labs = await FindAsync(sites, cancellationToken);
        }
        catch (HostException unknown)
        {
            IsAway(lesson!.Id, unknown.Message, _site.Target);
            sites = [SiteOf(Targets.Local)];
            labs = await FindAsync(sites, cancellationToken);
        }
        var mine = labs.FirstOrDefault(lab => lesson is not null && lab.LessonId == lesson.Id && lab.Id == State.Progress[lesson.Id].LabId);
        if (mine is null && lesson is not null && State.Progress[lesson.Id].LabId is { } left && _site.IsUnfinished(left))
            IsAway(lesson.Id, string.Join(' ', done));
        if (held is not null)
            foreach (var site in sites)
                foreach (var other in (await site.FindAsync(cancellationToken)).Where(lab => lab.Id != mine?.Id))
                    await RemoveUnknownAsync(site, other, cancellationToken);
        if (lesson is null)
            return;
        if (mine is null)
            Change(state => state with { Lesson = lesson });
        else
            await UseAsync(lesson, mine);
        // Nobody resets it now who could still end that.
        if (mine is not null && held is not null)
            Change(state => state with { BrokenReset = state.Progress[lesson.Id].Resetting });
    }

    /// <summary>A lab that no line of the journal speaks of (it was emptied, or the program ended just before it wrote one).</summary>
    private async Task RemoveUnknownAsync(LabSite site, Lab lab, CancellationToken cancellationToken)
    {
        var survivors = await site.RemoveAsync(lab, cancellationToken);
        if (survivors.Count > 0)
            Tell(string.Join('\n', survivors), isError: true);
        else
            Tell($"Removed a lab of {lab.LessonId} that was left here and that {_home.JournalFile} does not speak of.");
    }

    /// <summary>Where a lesson's lab stands. Where none is remembered there, its hosts are not asked: they may be gone, inventory and all.</summary>
    private LabSite SiteThatWasLeft(string lesson)
    {
        if (State.Progress[lesson].Target is not { } target || !Targets.Remembered(_home).Contains(target))
            return SiteOf(Targets.Local);
        try
        {
            return SiteOf(target);
        }
        catch (SessionException unusable)
        {
            // An inventory that was moved or broken must not keep a learner from everything else; the lab is remembered.
            IsAway(lesson, unusable.Message, target);
            return SiteOf(Targets.Local);
        }
    }

    /// <param name="target">Where its hosts cannot even be named; null where they can.</param>
    private void IsAway(string lesson, string why, string? target = null)
    {
        Away = new LabAway(target ?? _site.Target, target is null, $"The lab of {lesson} stands on {target ?? _site.Target}, which cannot be used now, so it was left as it is. {why}");
        Tell(Away.Why, isError: true);
    }

    private static async Task<IReadOnlyList<Lab>> FindAsync(IEnumerable<LabSite> sites, CancellationToken cancellationToken) =>
        [.. (await Task.WhenAll(sites.Select(site => site.FindAsync(cancellationToken)))).SelectMany(labs => labs)];

    private static async Task<Installation> ChooseAsync(LabSite site, Lesson lesson, int? pgMajor, CancellationToken cancel)
    {
        if (!lesson.Targets.Contains(Targets.KindOf(site.Target)))
            throw new SessionException(
                $"“{lesson.Title}” cannot be shown on {(site.Target == Targets.Local ? "this machine alone" : $"the target {Targets.KindOf(site.Target)}")}; it needs {string.Join(" or ", lesson.Targets.Select(Targets.Example))}.", isUsage: true);
        if (lesson.MinimumHosts > site.HostsOf(lesson.Recipe))
            throw new SessionException($"“{lesson.Title}” is about a network between hosts, and on {site.Target} its nodes live on {site.HostsOf(lesson.Recipe)}; it needs {lesson.MinimumHosts}. Name another inventory, or use --target docker.", isUsage: true);
        var installed = await site.InstallationsAsync(cancel);
        if (installed.Count == 0)
            throw new LabException("No PostgreSQL server programs (13 or newer) were found. ./tutor doctor says how to install them.");
        var fitting = installed.Where(one => one.Major >= lesson.MinimumVersion && (lesson.MaximumVersion is null || one.Major <= lesson.MaximumVersion)).ToList();
        var have = string.Join(", ", installed.Select(one => one.Version));
        var claim = $"PostgreSQL {lesson.MinimumVersion}{(lesson.MaximumVersion is { } max ? $" to {max}" : " or newer")}";
        if (pgMajor is { } wanted)
            return fitting.FirstOrDefault(one => one.Major == wanted)
                ?? throw new SessionException(
                    installed.Any(one => one.Major == wanted)
                        ? $"“{lesson.Title}” is for {claim}, not for {wanted}; installed: {have}."
                        : $"PostgreSQL {wanted} is not installed here; installed: {have}.",
                    isUsage: true);
        return fitting.FirstOrDefault()
            ?? throw new LabException($"The lesson needs {claim}; installed: {have}. Install one of those and open it again.");
    }

    private async Task BuildAsync(Lesson lesson, Installation installation, CancellationToken cancel)
    {
        Change(state => state with
        {
            Lesson = lesson,
            Lab = null,
            Observation = null,
            Results = new Dictionary<string, CheckResult>(),
            Runs = new Dictionary<string, StepRun>(),
            Done = false,
        });
        if (State.Progress[lesson.Id] is { StepsRun.Count: > 0, Completed: false })
            Tell($"“{lesson.Title}” begins again from its start, on a new lab. R goes to any of its steps: the program plays those before it. What you did before stays in {_home.JournalFile}.");
        var parameters = ParameterValues.For(lesson, State.Progress.Seed ?? "");
        var lab = await _site.BuildAsync(
            new LabPlan(lesson.Id, lesson.Recipe, installation) { Parameters = parameters }, new ShownProgress(this), cancel);
        await UseAsync(lesson, lab);
        await InjectFaultAsync(lesson, cancel);
        Record(new LessonStarted(lab.Id, _site.Target, installation.Version) { At = Now, Lesson = lesson.Id, LessonHash = lesson.ContentHash });
    }

    private async Task InjectFaultAsync(Lesson lesson, CancellationToken cancel)
    {
        if (lesson.Fault is not { } fault)
            return;
        // Written before it is done: an undo after a crash must know of a fault that may have been half injected.
        Record(new FaultInjected(Path.GetFileName(fault.File)) { At = Now, Lesson = lesson.Id, LessonHash = lesson.ContentHash });
        var output = await OpenPlayer.PlayAsync(fault, cancellationToken: cancel);
        if (!output.Succeeded)
            throw new LabException($"The exercise could not be prepared: {Path.GetFileName(fault.File)} ended with {output.ExitCode}: {output.StandardError.Trim()}. Reset the lesson to try again.");
    }

    private async Task UseAsync(Lesson lesson, Lab lab)
    {
        var before = _player;
        lesson = lesson.On(lab.Hosts.Count > 1 ? HostCount.Several : HostCount.One);
        _attempt = State.Progress[lesson.Id].Attempt;
        _player = new Player(lab, _site, _time);
        Change(state => state with { Lesson = lesson, Lab = lab, Observation = null, BrokenReset = null });
        if (before is not null)
            await before.DisposeAsync();
    }

    /// <summary>Removes what was cut off on hosts that were away; gives what is still there.</summary>
    private async Task<IReadOnlyList<string>> RemoveUnfinishedAsync(CancellationToken cancel)
    {
        var survivors = new List<string>();
        foreach (var target in Targets.Unfinished(_home))
            try
            {
                survivors.AddRange(await SiteOf(target).RemoveUnfinishedAsync(cancel));
            }
            catch (Exception unusable) when (unusable is SessionException or HostException or LabException)
            {
                survivors.Add($"What stands on {target}: {unusable.Message}");
            }
        return survivors;
    }

    /// <summary>Gives up the open lesson and its lab; gives what could not be removed.</summary>
    private async Task<IReadOnlyList<string>> LeaveAsync(CancellationToken cancel)
    {
        await EndBackgroundAsync();
        Away = null;
        IReadOnlyList<string> survivors = [];
        if (_player is { } player)
        {
            _player = null;
            Change(state => state with { Lab = null, Observation = null });
            await player.DisposeAsync();
            survivors = await _site.RemoveAsync(player.Lab, cancel);
        }
        if (State.Progress.CurrentLesson is { } left)
            Record(new LessonLeft { At = Now, Lesson = left, LessonHash = State.Course[left]?.ContentHash });
        Change(state => state with
        {
            Lesson = null,
            Results = new Dictionary<string, CheckResult>(),
            Runs = new Dictionary<string, StepRun>(),
            BrokenReset = null,
            Done = false,
        });
        return survivors;
    }
}
