namespace PgHaTutor.Checks;

/// <summary>Evaluates checks: their order by needs, the wait with its deadline, the stability window, the explanation.</summary>
public static class CheckRun
{
    /// <summary>Looks at each check once, in the order of their needs. Milestones in <paramref name="reached"/> are passed as they are.</summary>
    public static Task<IReadOnlyList<CheckResult>> OnceAsync(
        IReadOnlyList<Check> checks, IReadOnlySet<string> reached, Func<CancellationToken, Task<Look>> look, CancellationToken cancellationToken = default) =>
        throw new NotImplementedException();

    /// <summary>
    /// Polls until every check has passed (and stayed so for its window) or its time is over: 100 ms for 5 s, 250 ms to 15 s, then 1 s.
    /// A time-out is said in the reason. Each result is reported as soon as it is final.
    /// </summary>
    public static Task<IReadOnlyList<CheckResult>> UntilAsync(
        IReadOnlyList<Check> checks, IReadOnlySet<string> reached, Func<CancellationToken, Task<Look>> look,
        IProgress<CheckResult>? progress = null, CancellationToken cancellationToken = default) =>
        throw new NotImplementedException();
}
