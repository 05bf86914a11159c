using PgHaTutor.Labs;

namespace PgHaTutor.Checks;

/// <summary>Evaluates checks: their order by needs, the wait with its deadline, the stability window, the explanation.</summary>
public static class CheckRun
{
    /// <summary>
    /// Looks at each check once, in the order of their needs. Milestones in <paramref name="reached"/> are passed as they are.
    /// A need that is not among <paramref name="checks"/> holds nothing back: nobody looked at it.
    /// </summary>
    public static async Task<IReadOnlyList<CheckResult>> OnceAsync(
        IReadOnlyList<Check> checks, IReadOnlySet<string> reached, Func<CancellationToken, Task<Look>> look, CancellationToken cancellationToken = default)
    {
        var looks = new SharedLook(look);
        return await InOrderAsync(checks, reached, looks, check => LookAsync(check, looks, new Memory(), cancellationToken));
    }

    /// <summary>
    /// Polls until every check has passed (and stayed so for its window) or its time is over: 100 ms for 5 s, 250 ms to 15 s, then 1 s.
    /// All wait at once; the time of one that needs another begins when that one has passed. A violated invariant is final at once.
    /// A time-out is said in the reason. Each result is reported as soon as it is final.
    /// </summary>
    public static async Task<IReadOnlyList<CheckResult>> UntilAsync(
        IReadOnlyList<Check> checks, IReadOnlySet<string> reached, Func<CancellationToken, Task<Look>> look,
        IProgress<CheckResult>? progress = null, CancellationToken cancellationToken = default)
    {
        var looks = new SharedLook(look);
        return await InOrderAsync(checks, reached, looks, check => WaitAsync(check, looks, cancellationToken), progress);
    }

    private static async Task<IReadOnlyList<CheckResult>> InOrderAsync(
        IReadOnlyList<Check> checks, IReadOnlySet<string> reached, SharedLook looks,
        Func<Check, Task<CheckResult>> answer, IProgress<CheckResult>? progress = null)
    {
        var begun = new Dictionary<string, Task<CheckResult>>();
        return await Task.WhenAll(checks.Select(check => Begin(check, [])));

        Task<CheckResult> Begin(Check check, IReadOnlyList<string> above)
        {
            if (!begun.TryGetValue(check.Id, out var task))
                begun[check.Id] = task = ReportAsync(check, [.. above, check.Id]);
            return task;
        }

        async Task<CheckResult> ReportAsync(Check check, IReadOnlyList<string> path)
        {
            var result = await AnswerAsync(check, path);
            progress?.Report(result);
            return result;
        }

        async Task<CheckResult> AnswerAsync(Check check, IReadOnlyList<string> path)
        {
            if (check.Tense is Tense.Milestone && reached.Contains(check.Id))
                return Answered(check, looks, new Finding(Answer.Passed, "was reached before"));
            if (check.Needs.FirstOrDefault(path.Contains) is { } circle)
                return Answered(check, looks, new Finding(Answer.CannotTell, $"it needs {circle}, which needs this one in turn"));
            var needed = checks.Where(other => check.Needs.Contains(other.Id)).Select(other => Begin(other, path)).ToList();
            var missing = (await Task.WhenAll(needed)).FirstOrDefault(result => result.Answer is not Answer.Passed);
            if (missing is not null)
                return Answered(check, looks, new Finding(Answer.Blocked, $"waits for “{Called(missing.Check)}”") { IsDisturbed = missing.Finding.IsDisturbed });
            return await answer(check);
        }
    }

    private static readonly TimeSpan DisturbedAtMost = TimeSpan.FromMinutes(1);

    private static async Task<CheckResult> WaitAsync(Check check, SharedLook looks, CancellationToken cancellationToken)
    {
        var memory = new Memory();
        var result = await LookAsync(check, looks, memory, cancellationToken);
        var time = looks.Time;
        var begun = time.GetTimestamp();
        var started = begun;
        var lookedAt = begun;
        long? trueSince = null;
        var wasTrue = false;
        while (true)
        {
            // Time in which nothing can be seen is not the check's; but nobody may disturb for ever.
            if (result.Finding.IsDisturbed && time.GetElapsedTime(begun) < check.Within + DisturbedAtMost)
            {
                await Task.Delay(Interval(time.GetElapsedTime(begun)), time, cancellationToken);
                var at = time.GetTimestamp();
                started += at - lookedAt;
                lookedAt = at;
                result = await LookAsync(check, looks, memory, cancellationToken);
                continue;
            }
            trueSince = result.Answer is Answer.Passed ? trueSince ?? lookedAt : null;
            wasTrue |= trueSince is not null;
            var left = trueSince is { } since
                ? check.Stable - time.GetElapsedTime(since, lookedAt)
                : check.Within - time.GetElapsedTime(started, lookedAt);
            if (left <= TimeSpan.Zero)
                return trueSince is null ? TimedOut(result, wasTrue) : result;
            if (check.Tense is Tense.Invariant && result.Answer is Answer.Failed)
                return result;
            var pause = Interval(time.GetElapsedTime(started));
            await Task.Delay(pause < left ? pause : left, time, cancellationToken);
            lookedAt = time.GetTimestamp();
            result = await LookAsync(check, looks, memory, cancellationToken);
        }
    }

    private static TimeSpan Interval(TimeSpan elapsed) => TimeSpan.FromMilliseconds(elapsed.TotalSeconds switch { < 5 => 100, < 15 => 250, _ => 1000 });

    private static CheckResult TimedOut(CheckResult last, bool wasTrue)
    {
        var check = last.Check;
        if (check.Within == TimeSpan.Zero && !wasTrue)
            return last; // Asked for now: nothing was waited for.
        var seen = last.Finding.Observed is "" ? "" : $"; last seen: {last.Finding.Observed}";
        var lead = wasTrue ? $"it was true, but did not stay so for {Seconds(check.Stable)}: " : "";
        var reason = $"{lead}{last.Finding.Reason} (timed out after {Seconds(check.Within)}{seen})";
        return last with { Finding = last.Finding with { Reason = reason } };
    }

    private static async Task<CheckResult> LookAsync(Check check, SharedLook looks, Memory memory, CancellationToken cancellationToken)
    {
        Look look;
        try
        {
            look = await looks.NextAsync(cancellationToken);
        }
        // The lab as a whole could not be looked at: that is our fault, not the learner's.
        catch (Exception fault) when (!cancellationToken.IsCancellationRequested)
        {
            return Answered(check, looks, new Finding(Answer.CannotTell, $"the lab could not be observed: {fault.Message}"));
        }
        var finding = await check.LookAsync(look with { Memory = memory }, cancellationToken);
        // Neither a red nor a green answer is the learner's while a stream is cut to see whether it comes back.
        if (check is not TriggeredCheck && Turn.WasTaken(look.Lab, look.Observation.At))
            finding = new Finding(Answer.CannotTell, "another check is trying something in this lab; this is looked at when that is over") { IsDisturbed = true, Node = finding.Node, Query = finding.Query };
        return new CheckResult(check, finding.Answer, finding, look.Time.GetUtcNow()) { Explanation = Explain(check, finding, look) };
    }

    private static string? Explain(Check check, Finding finding, Look look)
    {
        if (finding.Answer is Answer.Passed || finding.IsDisturbed)
            return null;
        var said = check.OnFail.FirstOrDefault(explanation => explanation.When.Holds(finding.Facts))?.Say;
        return said is null ? null : look.Expand(said, look.Lab.Nodes.Any(node => node.Name == check.Node) ? check.Node : null);
    }

    private static CheckResult Answered(Check check, SharedLook looks, Finding finding) =>
        new(check, finding.Answer, finding with { Node = check.Node, Expected = check.Title }, looks.Time.GetUtcNow());

    private static string Called(Check check) => check.Title is "" ? check.Id : check.Title;

    private static string Seconds(TimeSpan time) => $"{time.TotalSeconds:0.#} s";
}
