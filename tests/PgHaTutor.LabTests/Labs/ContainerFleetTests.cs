using System.Diagnostics;
using System.Globalization;
using Npgsql;
using PgHaTutor.Hosts;
using PgHaTutor.LabTests.Hosts;
using PgHaTutor.Labs;
using static PgHaTutor.LabTests.ASiteOnContainers;

namespace PgHaTutor.LabTests.Labs;

/// <summary>Labs on containers of real Docker engines: this machine's own (Debian 12 has an old one, of API 1.41), and a newer one.</summary>
[Trait("Needs", "hosts")]
public sealed class ContainerFleetTests(SharedDockerEngine shared)
{
    private const int Limit = 240_000;

    private static CancellationToken TestEnd => TestContext.Current.CancellationToken;

    [Fact(Timeout = Limit)]
    public async Task I_get_a_pair_that_streams_and_whose_commits_are_durable()
    {
        await using var home = new ASiteOnContainers(await shared.StartedAsync());
        var lab = await home.BuildPairAsync();

        await using var connections = new LabConnections(lab);
        var seen = await connections.ObserveAsync(TestEnd);
        Assert.Equal(("streaming", "standby"), (seen["standby"]!.Receiver!.Status, seen["primary"]!.Slots.Single().Name));
        Assert.Equal(["primary", "standby"], lab.Nodes.Select(node => node.Host.Name));
        foreach (var node in new[] { "primary", "standby" })
            Assert.Equal(
                "fsync on, full_page_writes on, synchronous_commit on",
                await AskAsync(lab, node, "select string_agg(name || ' ' || setting, ', ' order by name) from pg_settings where name in ('fsync', 'full_page_writes', 'synchronous_commit')"));
    }

    [Fact(Timeout = Limit)]
    public async Task A_cluster_as_initdb_leaves_it_is_reached_too()
    {
        await using var home = new ASiteOnContainers(await shared.StartedAsync());
        var lab = await home.BuildAsync(new NodeRecipe("mine", NodeRole.Empty));
        await RunAsync(lab, "mine", """
            initdb -D "$PGDATA" -U "$PGUSER" -A scram-sha-256 --pwfile="$SUPERUSER_PWFILE" >/dev/null
            pg_ctl -D "$PGDATA" -l "$PGLOG" -o "-p $PGPORT -k $SOCKET_DIR" -w start >/dev/null
            """);

        await using var connections = new LabConnections(lab);

        Assert.Equal(NodeState.Running, (await connections.ObserveAsync(TestEnd))["mine"]!.State);
    }

    [Fact(Timeout = Limit)]
    public async Task A_later_start_finds_the_lab_and_starts_what_stopped_with_docker()
    {
        await using var home = new ASiteOnContainers(await shared.StartedAsync());
        var lab = await home.BuildPairAsync();
        await DockerAsync("stop", "--time", "0", ContainerOf(lab, "standby"));

        await using var later = home.NewSite();
        Assert.Empty(await later.CleanAsync(TestEnd));
        var found = Assert.Single(await later.FindAsync(TestEnd));

        Assert.Equal(lab.Nodes.Select(node => (node.Host.Address, node.Port)), found.Nodes.Select(node => (node.Host.Address, node.Port)));
        Assert.Equal("f", await AskAsync(found, "primary", "select pg_is_in_recovery()"));
        await RunAsync(found, "standby", "pg_ctl -D \"$PGDATA\" -l \"$PGLOG\" -w start >/dev/null");
        Assert.Equal("streaming", await AskUntilAsync(found, "standby", "select status from pg_stat_wal_receiver", "streaming"));
    }

    [Fact(Timeout = Limit)]
    public async Task A_removed_lab_leaves_no_container_no_network_and_no_volume()
    {
        await using var home = new ASiteOnContainers(await shared.StartedAsync());
        var lab = await home.BuildPairAsync();
        var before = await EverythingAsync(lab);
        Assert.Equal(4, before.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        var volumes = (await DockerAsync("inspect", "--format", "{{range .Mounts}}{{.Name}}{{end}}", ContainerOf(lab, "primary"), ContainerOf(lab, "standby"))).Split('\n');

        Assert.Empty(await home.Site.RemoveAsync(lab, TestEnd));

        Assert.Equal("", await EverythingAsync(lab));
        var left = await DockerAsync("volume", "ls", "--quiet");
        Assert.All(volumes, volume => Assert.DoesNotContain(volume, left));
        Assert.Empty(await home.Site.FindAsync(TestEnd));
    }

    [Fact(Timeout = Limit)]
    public async Task What_a_crash_left_half_made_goes_too()
    {
        await using var home = new ASiteOnContainers(await shared.StartedAsync());
        var engine = await shared.StartedAsync();
        await using var fleet = home.NewFleet();
        var id = Guid.NewGuid().ToString("N")[..8];
        await DockerAsync("network", "create", "--label", $"pghatutor.lab={id}", $"pghatutor-{id}-data");
        await DockerAsync("create", "--label", $"pghatutor.lab={id}", "--label", "pghatutor.node=primary", engine.Image, "sleep", "infinity");
        await DockerAsync("volume", "create", "--label", $"pghatutor.lab={id}", $"pghatutor-{id}");

        // Its hosts can be named, or nobody could go on to remove them.
        Assert.Equal(["primary", "standby"], (await fleet.FindAsync(id, ["primary", "standby"], new Dictionary<string, string>(), TestEnd)).Keys);
        Assert.Empty(await fleet.ReleaseAsync(id, TestEnd));

        Assert.Equal("", await DockerAsync("ps", "--all", "--quiet", "--filter", $"label=pghatutor.lab={id}"));
        Assert.Equal("", await DockerAsync("network", "ls", "--quiet", "--filter", $"label=pghatutor.lab={id}"));
        Assert.Equal("", await DockerAsync("volume", "ls", "--quiet", "--filter", $"label=pghatutor.lab={id}"));
    }

    [Fact(Timeout = Limit)]
    public async Task What_somebody_left_who_removed_a_container_by_hand_goes_too()
    {
        await using var home = new ASiteOnContainers(await shared.StartedAsync());
        var lab = await home.BuildPairAsync();
        var volume = await DockerAsync("inspect", "--format", "{{range .Mounts}}{{.Name}}{{end}}", ContainerOf(lab, "standby"));
        await DockerAsync("rm", "--force", ContainerOf(lab, "standby"));
        Assert.Contains(volume, await DockerAsync("volume", "ls", "--quiet"));

        Assert.Empty(await home.Site.RemoveAsync(lab, TestEnd));

        Assert.DoesNotContain(volume, await DockerAsync("volume", "ls", "--quiet"));
    }

    [Fact(Timeout = Limit)]
    public async Task Ports_are_published_for_this_machine_alone_and_taken_ones_are_told_apart()
    {
        await using var home = new ASiteOnContainers(await shared.StartedAsync());
        var lab = await home.BuildAsync(new NodeRecipe("only", NodeRole.Primary));
        var published = await DockerAsync("port", ContainerOf(lab, "only"), "5432");
        Assert.StartsWith("127.0.0.1:", published);
        var port = int.Parse(published.Split(':')[^1], CultureInfo.InvariantCulture);
        await using (var source = NpgsqlDataSource.Create($"Host=127.0.0.1;Port={port};Username={lab.Credentials.Superuser};Password={lab.Credentials.SuperuserPassword};Database=postgres"))
        await using (var command = source.CreateCommand("select 42"))
            Assert.Equal(42, await command.ExecuteScalarAsync(TestEnd));

        using var engine = new ContainerEngine(new Uri((await shared.StartedAsync()).Host));
        var other = new ContainerSet(engine, new ContainerNames(Guid.NewGuid().ToString("N")[..8]), "test");
        var image = await engine.ImageAsync((await shared.StartedAsync()).Image, null, TestEnd);
        try
        {
            await Assert.ThrowsAsync<PortsTakenException>(() => other.MakeAsync(image, [("one", port - 1)], "/var/lib/pghatutor", TestEnd));
        }
        finally
        {
            Assert.Empty(await other.RemoveAsync(CancellationToken.None));
        }
    }

    [Fact(Timeout = Limit)]
    public async Task A_cut_stops_replication_but_not_the_lab_and_heals()
    {
        await using var home = new ASiteOnContainers(await shared.StartedAsync());
        var lab = await home.BuildPairAsync();

        Assert.Contains("cut off", await home.Site.SufferAsync(lab, lab["standby"], new HostTrouble(TroubleKind.Cut), TestEnd));
        await home.Site.SufferAsync(lab, lab["standby"], new HostTrouble(TroubleKind.Cut), TestEnd);
        await AskAsync(lab, "primary", "create table while_cut()");
        Assert.Equal("shut", await RunAsync(lab, "standby", "timeout 2 bash -c 'exec 3<>\"/dev/tcp/$PRIMARY_HOST/$PRIMARY_PORT\"' 2>/dev/null && echo open || echo shut"));
        Assert.Equal("shut", await RunAsync(lab, "primary", "timeout 2 bash -c 'exec 3<>\"/dev/tcp/$STANDBY_HOST/$STANDBY_PORT\"' 2>/dev/null && echo open || echo shut"));
        Assert.Equal("", await AskAsync(lab, "standby", "select to_regclass('while_cut')"));
        // Its routes stay in the container, and must not keep it from being joined again.
        await home.Site.SufferAsync(lab, lab["standby"], new HostTrouble(TroubleKind.Delay, 50), TestEnd);

        await home.Site.HealAsync(lab, TestEnd);

        Assert.Equal("while_cut", await AskUntilAsync(lab, "standby", "select to_regclass('while_cut')", "while_cut"));
        Assert.Equal("streaming", await AskUntilAsync(lab, "standby", "select status from pg_stat_wal_receiver", "streaming"));
    }

    [Fact(Timeout = Limit)]
    public async Task Lost_power_is_told_by_name_and_stays_lost_until_it_is_given_back()
    {
        await using var home = new ASiteOnContainers(await shared.StartedAsync());
        var lab = await home.BuildPairAsync();
        var running = lab["primary"].Host.RunAsync(new Script("sleep 60"), cancellationToken: TestEnd);

        await home.Site.SufferAsync(lab, lab["primary"], new HostTrouble(TroubleKind.PowerOff), TestEnd);

        var lost = await Assert.ThrowsAsync<HostUnreachableException>(() => running);
        Assert.Contains("primary was lost while a command ran there", lost.Message);
        await using var later = home.NewSite();
        var found = Assert.Single(await later.FindAsync(TestEnd));
        var off = await Assert.ThrowsAsync<HostUnreachableException>(() => AskAsync(found, "primary", "select 1"));
        Assert.Contains("primary is powered off", off.Message);
        Assert.Equal("t", await AskAsync(found, "standby", "select pg_is_in_recovery()"));

        await home.Site.HealAsync(lab, TestEnd);

        Assert.Equal("no server", await RunAsync(lab, "primary", "pg_ctl -D \"$PGDATA\" status >/dev/null && echo server || echo no server"));
        await RunAsync(lab, "primary", "pg_ctl -D \"$PGDATA\" -l \"$PGLOG\" -w start >/dev/null");
        Assert.Equal("streaming", await AskUntilAsync(lab, "standby", "select status from pg_stat_wal_receiver", "streaming"));
        Assert.Contains("up again", await home.Site.SufferAsync(lab, lab["primary"], new HostTrouble(TroubleKind.Reboot), TestEnd));
        Assert.Equal("up", await RunAsync(lab, "primary", "echo up"));
    }

    [Fact(Timeout = Limit)]
    public async Task Packets_are_lost_and_round_trips_take_longer_until_it_is_taken_back()
    {
        await using var home = new ASiteOnContainers(await shared.StartedAsync());
        var lab = await home.BuildPairAsync();
        var before = await RoundTripAsync(lab);

        await home.Site.SufferAsync(lab, lab["standby"], new HostTrouble(TroubleKind.Loss, 100), TestEnd);
        Assert.Equal("shut", await RunAsync(lab, "standby", "timeout 2 bash -c 'exec 3<>\"/dev/tcp/$PRIMARY_HOST/$PRIMARY_PORT\"' 2>/dev/null && echo open || echo shut"));
        await home.Site.HealAsync(lab, TestEnd);
        Assert.Equal("open", await RunAsync(lab, "standby", "timeout 9 bash -c 'exec 3<>\"/dev/tcp/$PRIMARY_HOST/$PRIMARY_PORT\"' 2>/dev/null && echo open || echo shut"));

        Assert.Contains("200 ms more", await home.Site.SufferAsync(lab, lab["standby"], new HostTrouble(TroubleKind.Delay, 200), TestEnd));
        Assert.InRange(await RoundTripAsync(lab) - before, TimeSpan.FromMilliseconds(190), TimeSpan.FromMilliseconds(390));
        await home.Site.HealAsync(lab, TestEnd);
        Assert.InRange(await RoundTripAsync(lab), TimeSpan.Zero, TimeSpan.FromMilliseconds(190));
    }

    [Fact(Timeout = Limit)]
    public async Task Packets_are_lost_also_where_the_image_has_no_nft_and_what_it_lacks_is_told()
    {
        await using var home = new ASiteOnContainers(await shared.StartedAsync());
        var lab = await home.BuildPairAsync();
        await DockerAsync("exec", "--user", "0", ContainerOf(lab, "standby"), "rm", "/usr/sbin/nft", "/usr/sbin/tc");
        await home.Site.SufferAsync(lab, lab["standby"], new HostTrouble(TroubleKind.Loss, 100), TestEnd);
        Assert.Equal("shut", await RunAsync(lab, "standby", "timeout 2 bash -c 'exec 3<>\"/dev/tcp/$PRIMARY_HOST/$PRIMARY_PORT\"' 2>/dev/null && echo open || echo shut"));
        await home.Site.HealAsync(lab, TestEnd);

        await DockerAsync("exec", "--user", "0", ContainerOf(lab, "standby"), "rm", "/usr/bin/perl");
        var cannot = await Assert.ThrowsAsync<HostException>(() => home.Site.SufferAsync(lab, lab["standby"], new HostTrouble(TroubleKind.Delay, 200), TestEnd));
        Assert.Contains("“delay 200ms” could not be done on standby: this kernel has no netem", cannot.Message);
    }

    /// <summary>From the standby to the primary, at best: a busy machine only adds to it.</summary>
    private static async Task<TimeSpan> RoundTripAsync(Lab lab) => TimeSpan.FromMicroseconds(double.Parse(await RunAsync(lab, "standby", """
        best=
        for turn in {1..8}; do
          began=${EPOCHREALTIME/./}
          exec 3<>"/dev/tcp/$PRIMARY_HOST/$PRIMARY_PORT"
          took=$((${EPOCHREALTIME/./} - began))
          [ "${best:-$took}" -lt "$took" ] || best=$took
          exec 3>&-
        done
        echo "$best"
        """), CultureInfo.InvariantCulture));

    [Fact(Timeout = Limit)]
    public async Task A_newer_engine_serves_a_lab_as_well()
    {
        await using var engine = await DockerEngine.StartAsync(newer: true);
        using (var asked = new ContainerEngine(new Uri(engine.Host)))
            Assert.Equal("1.44", (await asked.AskAsync(TestEnd)).ApiVersion);
        await using var home = new ASiteOnContainers(engine);
        var lab = await home.BuildPairAsync();

        await home.Site.SufferAsync(lab, lab["standby"], new HostTrouble(TroubleKind.Cut), TestEnd);
        await AskAsync(lab, "primary", "create table while_cut()");
        await home.Site.HealAsync(lab, TestEnd);
        Assert.Equal("while_cut", await AskUntilAsync(lab, "standby", "select to_regclass('while_cut')", "while_cut"));
        lab = await home.Site.RestoreAsync(lab, cancellationToken: TestEnd);
        Assert.Equal("", await AskAsync(lab, "primary", "select to_regclass('while_cut')"));

        Assert.Empty(await home.Site.RemoveAsync(lab, TestEnd));
        using var own = new ContainerEngine(new Uri(engine.Host));
        Assert.Empty(await own.AskAsync("look", client => client.Containers.ListContainersAsync(new() { All = true }, TestEnd), TestEnd));
    }

    private static string ContainerOf(Lab lab, string node) => ((ContainerHost)lab[node].Host).Container;

    private async Task<string> EverythingAsync(Lab lab)
    {
        var label = $"label=pghatutor.lab={lab.Id}";
        return await DockerAsync("ps", "--all", "--format", "{{.Names}}", "--filter", label) + "\n" + await DockerAsync("network", "ls", "--format", "{{.Name}}", "--filter", label) is var all && all.Trim().Length == 0 ? "" : all;
    }

    private async Task<string> DockerAsync(params string[] words)
    {
        var engine = await shared.StartedAsync();
        var start = new ProcessStartInfo("docker", words) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (variable, value) in engine.Environment)
            start.Environment[variable] = value;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestEnd);
        var errors = process.StandardError.ReadToEndAsync(TestEnd);
        await process.WaitForExitAsync(TestEnd);
        Assert.True(process.ExitCode == 0, $"docker {string.Join(' ', words)}: {await errors}");
        return (await output).Trim();
    }
}
