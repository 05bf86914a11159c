using PgHaTutor.Checks;
using PgHaTutor.Hosts;
using PgHaTutor.Labs;

namespace PgHaTutor.LabTests.Checks;

/// <summary>
/// A real primary and its standby (slot standby1, a table t of 1000 rows), with a third place where nothing is yet,
/// for checks to look at: from one template, new for every test that breaks it.
/// </summary>
[CollectionDefinition("checks")]
public sealed class CheckBench : IAsyncDisposable, ICollectionFixture<CheckBench>
{
    private readonly ATemporarySite _site = new();
    private Lab? _lab;
    private LabConnections? _connections;
    private bool _isWhole;

    public Lab Lab => _lab!;

    public LabConnections Connections => _connections!;

    /// <summary>A lab that the test leaves as it found it.</summary>
    public async ValueTask StandAsync()
    {
        if (!_isWhole)
            await BeginAsync();
        _isWhole = true;
    }

    /// <summary>A new lab, to be broken.</summary>
    public async ValueTask BeginAsync()
    {
        _isWhole = false;
        if (_connections is not null)
            await _connections.DisposeAsync();
        if (_lab is not null)
            await _site.Site.RemoveAsync(_lab, TestContext.Current.CancellationToken);
        _lab = await _site.BuildAsync(
            new NodeRecipe("primary", NodeRole.Primary) { Setup = "create table t as select generate_series(1, 1000) id" },
            new NodeRecipe("standby", NodeRole.Standby) { Of = "primary", Slot = "standby1" },
            new NodeRecipe("spare", NodeRole.Empty));
        _connections = new LabConnections(_lab);
    }

    public async Task<Look> LookAsync(CancellationToken cancellationToken = default) =>
        new(Lab, Connections, await Connections.ObserveAsync(cancellationToken), TimeProvider.System);

    public async Task<Finding> LookAsync(Check check) =>
        await check.LookAsync(await LookAsync(TestContext.Current.CancellationToken), TestContext.Current.CancellationToken);

    /// <summary>One look that must end so, and in time, with all its evidence.</summary>
    public Task<Finding> PassesAtOnceAsync(Check check) => SaysAsync(Answer.Passed, check);

    public Task<Finding> FailsAsync(Check check) => SaysAsync(Answer.Failed, check);

    public Task<Finding> CannotTellAsync(Check check) => SaysAsync(Answer.CannotTell, check);

    /// <summary>Waits until the check passes; fails with what it said last where it does not.</summary>
    public async Task<Finding> PassesAsync(Check check)
    {
        var results = await CheckRun.UntilAsync([check], new HashSet<string>(), LookAsync, cancellationToken: TestContext.Current.CancellationToken);
        Assert.True(results[0].Answer is Answer.Passed, $"{results[0].Answer}: {results[0].Finding.Reason}");
        return results[0].Finding;
    }

    /// <summary>Looks again and again for a while: never may it pass, and at the end it must say Failed.</summary>
    public async Task<Finding> NeverPassesAsync(Check check, double seconds = 2.5)
    {
        var results = await CheckRun.UntilAsync(
            [check with { Within = TimeSpan.FromSeconds(seconds) }], new HashSet<string>(), LookAsync, cancellationToken: TestContext.Current.CancellationToken);
        Assert.True(results[0].Answer is Answer.Failed, $"{results[0].Answer}: {results[0].Finding.Reason}");
        return results[0].Finding;
    }

    public async Task<string> RunAsync(string node, string text)
    {
        var script = new Script($"set -e\n{text}") { Environment = Variables.For(Lab, Lab[node]), WorkingDirectory = Lab.Directory };
        var output = await Lab[node].Host.RunAsync(script, cancellationToken: TestContext.Current.CancellationToken);
        Assert.True(output.Succeeded, $"{text}\n{output.StandardOutput}{output.StandardError}");
        return output.StandardOutput.Trim();
    }

    public Task<string> SqlAsync(string node, string sql) =>
        RunAsync(node, $"psql -qXAt -v ON_ERROR_STOP=1 <<'END'\n{sql}\nEND");

    public Task StartAsync(string node) =>
        RunAsync(node, """pg_ctl -l "$PGLOG" -w start > /dev/null || { tail -n 5 "$PGLOG"; exit 1; }""");

    public Task StopAsync(string node, string mode = "fast") => RunAsync(node, $"pg_ctl -w -m {mode} stop > /dev/null");

    public async Task RestartAsync(string node)
    {
        await StopAsync(node);
        await StartAsync(node);
    }

    /// <summary>Freezes a server with all its processes, until what is given back is disposed.</summary>
    public async Task<IAsyncDisposable> FreezeAsync(string node)
    {
        const string all = """pid=$(head -n 1 "$PGDATA/postmaster.pid"); ps -o pid= --ppid "$pid" | tr -d ' '; echo "$pid" """;
        var pids = (await RunAsync(node, all)).Split('\n');
        await RunAsync(node, $"kill -STOP {string.Join(' ', pids)}");
        return new Thaw(() => RunAsync(node, $"kill -CONT {string.Join(' ', pids)}"));
    }

    private async Task<Finding> SaysAsync(Answer answer, Check check)
    {
        var look = await LookAsync(TestContext.Current.CancellationToken);
        var started = TimeProvider.System.GetTimestamp();
        var finding = await check.LookAsync(look, TestContext.Current.CancellationToken);
        var took = TimeProvider.System.GetElapsedTime(started);
        TestContext.Current.TestOutputHelper?.WriteLine($"{check.GetType().Name} {took.TotalMilliseconds:0.0} ms {finding.Answer}: {finding.Reason} [{finding.Observed}]");
        Assert.True(finding.Answer == answer, $"{finding.Answer}: {finding.Reason} [{finding.Observed}]");
        Assert.NotEqual("", finding.Reason);
        Assert.NotEqual("", finding.Node + string.Concat(check.Node));
        Assert.True(finding.Facts.ContainsKey("observed"));
        return finding;
    }

    public async ValueTask DisposeAsync()
    {
        if (_connections is not null)
            await _connections.DisposeAsync();
        await _site.DisposeAsync();
    }

    private sealed class Thaw(Func<Task> thaw) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await thaw();
    }
}
