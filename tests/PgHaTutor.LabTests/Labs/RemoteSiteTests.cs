using System.Diagnostics;
using PgHaTutor.Hosts;
using PgHaTutor.Labs;

namespace PgHaTutor.LabTests.Labs;

/// <summary>Labs that are built by scripts, as on hosts that are not this machine.</summary>
public sealed class RemoteSiteTests : IAsyncDisposable
{
    private readonly string _folder = ATemporarySite.NewFolder();
    private readonly LocalHost _host = new();
    private readonly RemoteSite _site;

    public RemoteSiteTests() => _site = Site();

    private static CancellationToken TestEnd => TestContext.Current.CancellationToken;

    private string Root => Path.Combine(_folder, "root of 'labs'");

    [Fact]
    public async Task I_get_a_pair_that_streams_through_its_slot()
    {
        var lab = await BuildPairAsync();

        await using var connections = new LabConnections(lab);
        var seen = await connections.ObserveAsync(TestEnd);
        Assert.Equal(("streaming", "standby"), (seen["standby"]!.Receiver!.Status, seen["primary"]!.Slots.Single().Name));
        Assert.Equal(seen["primary"]!.SystemIdentifier, seen["standby"]!.SystemIdentifier);
        Assert.Equal(seen["standby"]!.StartedAt, lab.Baseline.Nodes["standby"].StartedAt);
        Assert.True(lab.Baseline.Nodes["primary"].LogLength > 0);
        Assert.Equal("on", await AskAsync(lab, "primary", "select string_agg(distinct setting, ',') from pg_settings where name in ('fsync', 'full_page_writes', 'synchronous_commit')"));
    }

    [Fact]
    public async Task Unrelated_and_empty_nodes_are_what_the_recipe_says()
    {
        var lab = await BuildAsync(
            new NodeRecipe("one", NodeRole.Primary) { Setup = "create table t as select 42 as answer;\ninsert into t values (7);" },
            new NodeRecipe("other", NodeRole.Primary),
            new NodeRecipe("initialised", NodeRole.Initialised),
            new NodeRecipe("empty", NodeRole.Empty));

        await using var connections = new LabConnections(lab);
        var seen = await connections.ObserveAsync(TestEnd);
        Assert.Equal([NodeState.Running, NodeState.Running, NodeState.Stopped, NodeState.Absent], seen.Nodes.Select(node => node.State));
        Assert.NotEqual(seen["one"]!.SystemIdentifier, seen["other"]!.SystemIdentifier);
        Assert.Equal("49", await AskAsync(lab, "one", "select sum(answer) from t"));
    }

    [Fact]
    public async Task Clusters_that_do_not_follow_each_other_are_never_of_one_system()
    {
        var lab = await BuildAsync(
            new NodeRecipe("one", NodeRole.Primary), new NodeRecipe("other", NodeRole.Primary),
            new NodeRecipe("still", NodeRole.Initialised), new NodeRecipe("silent", NodeRole.Initialised));
        var systems = await SystemsAsync(lab);
        Assert.Equal(systems.Distinct(), systems);

        systems = await SystemsAsync(await _site.RestoreAsync(lab, cancellationToken: TestEnd));
        Assert.Equal(systems.Distinct(), systems);

        static async Task<IReadOnlyList<string>> SystemsAsync(Lab lab) => await Task.WhenAll(lab.Nodes.Select(async node =>
        {
            var output = await node.Host.RunAsync(new Script("pg_controldata \"$PGDATA\" | grep 'system identifier'") { Environment = Variables.For(lab, node) }, cancellationToken: TestEnd);
            Assert.True(output.Succeeded, output.StandardError);
            return output.StandardOutput;
        }));
    }

    [Fact]
    public async Task A_port_that_is_taken_between_the_look_and_the_start_costs_nothing()
    {
        var before = await BuildPairAsync();
        Assert.Empty(await _site.RemoveAsync(before, TestEnd));
        // Bound and not listening, it is in no list, and yet nobody else can have it. (.NET's own sockets can be bound beside.) What the lab's
        // connections left of the port goes by itself within a minute.
        using var squatter = Process.Start(new ProcessStartInfo(
            "perl", ["-e", "use Socket; socket S, PF_INET, SOCK_STREAM, 0; $end = time + 90; until (bind S, sockaddr_in($ARGV[0], INADDR_LOOPBACK)) { die if time > $end; select undef, undef, undef, 0.2 } close STDOUT; <STDIN>", $"{before["standby"].Port}"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        await squatter.StandardOutput.ReadToEndAsync(TestEnd);
        Assert.False(squatter.HasExited);

        var lab = await BuildPairAsync();

        squatter.StandardInput.Close();
        Assert.DoesNotContain(lab.Nodes, node => node.Port == before["standby"].Port);
        Assert.Equal("t", await AskAsync(lab, "standby", "select pg_is_in_recovery()"));
    }

    [Fact]
    public async Task A_reset_puts_the_start_state_back_on_the_same_ports()
    {
        var lab = await BuildPairAsync();
        await RunAsync(lab, "primary", """
            psql -Xqc "create table mine()"
            pg_ctl -D "$STANDBY_DATA" promote >/dev/null
            touch "$LAB_DIR/a file of mine"; mkdir "$LAB_DIR/locked"; touch "$LAB_DIR/locked/x"; chmod 500 "$LAB_DIR/locked"
            """);

        var again = await _site.RestoreAsync(lab, cancellationToken: TestEnd);

        Assert.Equal(lab.Nodes.Select(node => node.Port), again.Nodes.Select(node => node.Port));
        Assert.Equal("", await AskAsync(again, "primary", "select coalesce(to_regclass('mine')::text, '')"));
        Assert.Equal("t", await AskAsync(again, "standby", "select pg_is_in_recovery()"));
        Assert.False(File.Exists(Path.Combine(lab.Directory, "a file of mine")));
        Assert.NotEqual(lab.Baseline.Nodes["standby"].StartedAt, again.Baseline.Nodes["standby"].StartedAt);
    }

    [Fact]
    public async Task A_checkpoint_brings_back_what_was_there_and_what_ran_with_its_options()
    {
        var lab = await BuildPairAsync();
        await RunAsync(lab, "primary", """
            psql -Xqc "create table mine()"
            pg_ctl -D "$PGDATA" -w stop >/dev/null
            pg_ctl -D "$PGDATA" -l "$PGLOG" -o "-c work_mem=7MB" -w start >/dev/null
            """);
        lab = await _site.SaveCheckpointAsync(lab, "before-x", TestEnd);
        await RunAsync(lab, "primary", "psql -Xqc 'drop table mine'; pg_ctl -D \"$PGDATA\" -m immediate -w stop >/dev/null");

        Assert.True(_site.HasCheckpoint(lab, "before-x"));
        lab = await _site.RestoreAsync(lab, "before-x", cancellationToken: TestEnd);

        Assert.Equal("mine 7MB", await AskAsync(lab, "primary", "select to_regclass('mine')::text || ' ' || current_setting('work_mem')"));
        Assert.Equal("streaming", await AskUntilAsync(lab, "standby", "select status from pg_stat_wal_receiver", "streaming"));
        Assert.NotEqual(lab.Baseline.Nodes["primary"].StartedAt, await StartedAsync(lab, "primary"));
        Assert.Equal(lab.Baseline.Nodes["standby"].StartedAt, await StartedAsync(lab, "standby"));
    }

    [Fact]
    public async Task A_removed_lab_leaves_nothing()
    {
        var lab = await BuildPairAsync();

        Assert.Empty(await _site.RemoveAsync(lab, TestEnd));
        Assert.Empty(await _site.LeftOfAsync(lab, TestEnd));
        Assert.Empty(await _site.ForgetTemplatesAsync(TestEnd));

        Assert.Empty(Directory.EnumerateFileSystemEntries(Root));
        Assert.Empty(await _site.FindAsync(TestEnd));
        Assert.Empty(_host.ProcessesBelow(_folder));
    }

    [Fact]
    public async Task What_does_not_carry_the_labs_marker_is_left_alone()
    {
        var lab = await BuildPairAsync();
        var marker = Path.Combine(lab.Directory, LabMarker.FileName);
        var kept = await File.ReadAllTextAsync(marker, TestEnd);
        await File.WriteAllTextAsync(marker, kept.Replace(lab.Id, "ffffffff"), TestEnd);

        var survivor = Assert.Single(await _site.RemoveAsync(lab, TestEnd));

        Assert.Contains("does not carry the marker", survivor);
        Assert.Equal(2, Postmaster.Below(_host, lab.Directory).Count);
        await File.WriteAllTextAsync(marker, kept, TestEnd);
    }

    [Fact]
    public async Task A_later_start_takes_the_lab_up_and_finishes_what_was_cut_off()
    {
        var lab = await BuildPairAsync();
        await using (var later = Site())
        {
            Assert.Empty(await later.CleanAsync(TestEnd));
            var found = Assert.Single(await later.FindAsync(TestEnd));
            Assert.Equal((lab.Id, lab.Baseline.At), (found.Id, found.Baseline.At));
        }
        var record = Path.Combine(_site.Directory, $"{lab.Id}.json");
        await File.WriteAllTextAsync(record, (await File.ReadAllTextAsync(record, TestEnd)).Replace("\"complete\": true", "\"complete\": false"), TestEnd);

        await using var next = Site();

        Assert.Contains("Removed a half-built", Assert.Single(await next.CleanAsync(TestEnd)));
        Assert.Empty(_host.ProcessesBelow(lab.Directory));
        Assert.False(Directory.Exists(lab.Directory));
    }

    [Theory]
    [InlineData(new[] { 80 }, 5432)]
    [InlineData(new[] { 5433 }, 55432)]
    [InlineData(new[] { 5432, 55432, 55434 }, 55435)]
    public void Ports_are_5432_and_up_where_nobody_else_has_any_of_them(int[] taken, int first)
    {
        if (Environment.GetEnvironmentVariable("PGHATUTOR_PORT_BASE") is { } start)
            first += first < 55432 ? 0 : int.Parse(start) - 55432;
        Assert.Equal(first, RemoteSite.FirstPort(taken.Select(port => port < 55432 ? port : port + (PortBook.Wished ?? 55432) - 55432).ToHashSet(), 2));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var lab in await _site.FindAsync())
            await _site.RemoveAsync(lab);
        await _site.CleanAsync();
        await _site.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private RemoteSite Site() => new(new AFleetOnThisMachine(_host, Root), Path.Combine(_folder, "remembered"));

    private Task<Lab> BuildPairAsync() => BuildAsync(
        new NodeRecipe("primary", NodeRole.Primary),
        new NodeRecipe("standby", NodeRole.Standby) { Of = "primary", Slot = "standby" });

    private async Task<Lab> BuildAsync(params NodeRecipe[] nodes)
    {
        var installed = await _site.InstallationsAsync(TestEnd);
        return await _site.BuildAsync(new LabPlan("test.lesson", new Recipe(nodes), installed[0]), cancellationToken: TestEnd);
    }

    private static async Task RunAsync(Lab lab, string node, string text)
    {
        var output = await lab[node].Host.RunAsync(new Script($"set -e\n{text}") { Environment = Variables.For(lab, lab[node]) }, cancellationToken: TestEnd);
        Assert.True(output.Succeeded, output.StandardError);
    }

    private static async Task<string> AskAsync(Lab lab, string node, string sql)
    {
        var output = await lab[node].Host.RunAsync(
            new Script("exec psql -XAtq -v ON_ERROR_STOP=1 -f -") { Environment = Variables.For(lab, lab[node]), StandardInput = sql }, cancellationToken: TestEnd);
        Assert.True(output.Succeeded, output.StandardError);
        return output.StandardOutput.Trim();
    }

    private static async Task<string> AskUntilAsync(Lab lab, string node, string sql, string wanted)
    {
        var deadline = DateTimeOffset.UtcNow.AddSeconds(20);
        string answer;
        while ((answer = await AskAsync(lab, node, sql)) != wanted && DateTimeOffset.UtcNow < deadline)
            await Task.Delay(50, TestEnd);
        return answer;
    }

    private static async Task<DateTimeOffset?> StartedAsync(Lab lab, string node)
    {
        await using var connections = new LabConnections(lab);
        return (await connections.ObserveAsync(TestEnd))[node]!.StartedAt;
    }
}
