using PgHaTutor.Checks;

namespace PgHaTutor.Sessions;

/// <summary>
/// The live answers of one attempt at a lesson: looks at every check, holds back a pass until its stability window is over,
/// keeps milestones that were reached. Used by the watch, which looks again and again.
/// </summary>
internal sealed class LiveChecks(IReadOnlyList<Check> checks, TimeProvider time)
{
    /// <summary>
    /// How soon a check that has passed is looked at again. What has still to become true is looked at in every round, and so is
    /// an invariant; for the rest this halves what an idle picture costs.
    /// </summary>
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(1);

    /// <summary>How soon one that runs a command is, while nobody does anything: it costs a process, and must still tick within a second.</summary>
    private static readonly TimeSpan OnHosts = TimeSpan.FromMilliseconds(700);

    // By the clock that only goes forward: the time of day may be set while somebody learns.
    private readonly Dictionary<string, long> _trueSince = [];
    private readonly Dictionary<string, long> _passed = [];
    private readonly HashSet<string> _answered = [];
    private long? _onHosts;

    /// <summary>Checks whose pass was given before this began: while they go on to hold, nothing has to be waited for.</summary>
    public IReadOnlySet<string> Held { get; init; } = new HashSet<string>();

    /// <param name="busy">Something was just done in the lab, so that every answer may be another one now.</param>
    public async Task<IReadOnlyList<CheckResult>> LookAsync(
        IReadOnlySet<string> reached, Look look, bool busy, CancellationToken cancellationToken)
    {
        var now = time.GetTimestamp();
        var alsoOnHosts = busy || _onHosts is not { } before || time.GetElapsedTime(before, now) >= OnHosts;
        if (alsoOnHosts)
            _onHosts = now;
        var later = alsoOnHosts ? [] : Later(reached);
        var due = checks.Where(check => !later.Contains(check.Id) && (!_passed.TryGetValue(check.Id, out var passed) || time.GetElapsedTime(passed, now) >= Again)).ToList();
        var results = await CheckRun.OnceAsync(due, reached, _ => Task.FromResult(look), cancellationToken);
        // While somebody tries something in the lab, each check keeps the answer that it had.
        return results.Where(result => !result.Finding.IsDisturbed || !_answered.Contains(result.Check.Id))
            .Select(result => reached.Contains(result.Check.Id) || result.Finding.IsDisturbed ? result : HeldBack(result)).Select(Remembered).ToList();
    }

    /// <summary>The open checks that run commands, and all that needs one of them: those keep the answers that they have.</summary>
    private HashSet<string> Later(IReadOnlySet<string> reached)
    {
        var later = checks.Where(check => check.RunsOnHost && !_passed.ContainsKey(check.Id) && !reached.Contains(check.Id)).Select(check => check.Id).ToHashSet();
        while (checks.FirstOrDefault(check => !later.Contains(check.Id) && check.Needs.Any(later.Contains)) is { } further)
            later.Add(further.Id);
        return later;
    }

    private CheckResult Remembered(CheckResult result)
    {
        if (!result.Finding.IsDisturbed)
            _answered.Add(result.Check.Id);
        if (result.Answer is Answer.Passed && result.Check.Tense is not Tense.Invariant)
            _passed[result.Check.Id] = time.GetTimestamp();
        else
            _passed.Remove(result.Check.Id);
        return result;
    }

    private CheckResult HeldBack(CheckResult result)
    {
        var id = result.Check.Id;
        if (result.Answer is not Answer.Passed)
        {
            _trueSince.Remove(id);
            return result;
        }
        if (!_answered.Contains(id) && Held.Contains(id))
            _trueSince[id] = time.GetTimestamp() - (long)(result.Check.Stable.TotalSeconds * time.TimestampFrequency);
        if (!_trueSince.TryGetValue(id, out var since))
            _trueSince[id] = since = time.GetTimestamp();
        var stayed = time.GetElapsedTime(since);
        if (stayed >= result.Check.Stable)
            return result;
        return result with
        {
            Answer = Answer.Failed,
            TrueFor = stayed,
            Finding = result.Finding with
            {
                Answer = Answer.Failed,
                Reason = $"true for {stayed.TotalSeconds:0.0} s of {result.Check.Stable.TotalSeconds:0.#} s, then it counts",
            },
        };
    }
}
