using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using PgHaTutor.Hosts;
using PgHaTutor.Labs;

namespace PgHaTutor.LabTests.Labs;

/// <summary>Nothing foreign is touched, and nothing of ours is left.</summary>
public sealed class LabSafetyTests
{
    private static readonly NodeRecipe Primary = new("primary", NodeRole.Primary);

    private static CancellationToken TestEnd => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_foreign_cluster_and_foreign_files_beside_the_lab_stay_as_they_are()
    {
        await using var site = new ATemporarySite(cold: true);
        await using var foreign = await AForeignCluster.StartAsync(site, "labs/foreign");
        var port = foreign.Port;
        await site.Host.RunAsync(new Script($"cd {site.Site.Directory}; mkdir 0123abcd; echo mine >0123abcd/file; echo '{{}}' >note.json; mkdir torn; echo '{{' >torn/pghatutor-lab.json"), cancellationToken: TestEnd);
        var before = Fingerprint.Of(site.Site.Directory);

        var lab = await site.BuildPairAsync();
        Assert.DoesNotContain(port, lab.Nodes.Select(node => node.Port));
        await site.Site.RestoreAsync(lab, cancellationToken: TestEnd);
        await site.Site.CleanAsync(TestEnd);
        Assert.Empty(await site.Site.RemoveAsync(lab, TestEnd));

        Assert.True(foreign.IsRunning);
        Directory.Delete(Path.Combine(site.Site.Directory, "templates"), recursive: true);
        Assert.Equal(before, Fingerprint.Of(site.Site.Directory));
    }

    [Fact]
    public async Task A_lab_that_was_copied_elsewhere_is_not_taken_for_the_lab()
    {
        await using var site = new ATemporarySite();
        var lab = await site.BuildAsync(Primary);
        await site.Host.RunAsync(new Script($"cp -a {lab.Directory} {site.Site.Directory}/copy"), cancellationToken: TestEnd);
        Assert.Equal([lab.Directory], (await site.Site.FindAsync(TestEnd)).Select(found => found.Directory));
        Assert.NotEmpty(await site.Site.RemoveAsync(lab with { Directory = $"{site.Site.Directory}/copy" }, TestEnd));
        Assert.True(Directory.Exists($"{site.Site.Directory}/copy"));
        Assert.Equal("f", await lab.SqlAsync("primary", "select pg_is_in_recovery()"));
    }

    [Fact]
    public async Task A_stale_postmaster_pid_that_names_a_living_process_ends_nobody()
    {
        await using var site = new ATemporarySite();
        var lab = await site.BuildAsync(Primary);
        var pid = int.Parse(await lab.RunAsync("primary", """
            pg_ctl stop -m fast -w >/dev/null
            cd "$PGDATA"; setsid sleep 60 >/dev/null 2>&1 & echo $!
            printf '%s\n%s\n' $! "$PGDATA" >"$PGDATA/postmaster.pid"
            """), CultureInfo.InvariantCulture);
        try
        {
            Assert.Equal(NodeState.Stopped, (await lab.UntilAsync(_ => true))["primary"]!.State);
            await site.Site.RestoreAsync(lab, cancellationToken: TestEnd);
            Assert.Empty(await site.Site.RemoveAsync(lab, TestEnd));
            Assert.NotNull(site.Host.FindProcess(pid));
        }
        finally
        {
            site.Host.Send(Signal.Kill, pid);
        }
    }

    [Fact]
    public async Task Two_homes_that_build_at_once_never_collide()
    {
        await using var one = new ATemporarySite();
        await using var other = new ATemporarySite();
        var labs = await Task.WhenAll(one.BuildPairAsync(), other.BuildPairAsync(), one.BuildAsync(Primary), other.BuildAsync(Primary));
        Assert.Distinct(labs.SelectMany(lab => lab.Nodes).Select(node => node.Port));
        foreach (var lab in labs)
            Assert.Equal(lab["primary"].DataDirectory, await lab.SqlAsync("primary", "show data_directory"));
    }

    [Fact]
    public async Task The_ports_of_a_stopped_lab_stay_its_own()
    {
        await using var site = new ATemporarySite();
        var lab = await site.BuildPairAsync();
        await lab.RunAsync("primary", "pg_ctl stop -m fast -w; pg_ctl -D \"$STANDBY_DATA\" stop -m fast -w");
        var other = await site.BuildPairAsync();
        Assert.Empty(lab.Nodes.Select(node => node.Port).Intersect(other.Nodes.Select(node => node.Port)));
    }

    [Fact]
    public async Task A_port_that_is_taken_between_pick_and_start_makes_the_lab_pick_others()
    {
        await using var site = new ATemporarySite();
        using var squatter = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        var taken = 0;
        var progress = new OnProgress("Starting the servers", () =>
        {
            if (taken != 0)
                return;
            var marker = Directory.EnumerateFiles(site.Site.Directory, "pghatutor-lab.json", SearchOption.AllDirectories).Single();
            using var json = JsonDocument.Parse(File.ReadAllText(marker));
            taken = json.RootElement.GetProperty("ports")[0].GetInt32();
            squatter.Bind(new IPEndPoint(IPAddress.Loopback, taken));
            squatter.Listen();
        });
        var lab = await site.Site.BuildAsync(new LabPlan("test.lesson", new Recipe([Primary]), await site.NewestAsync()), progress, TestEnd);
        Assert.NotEqual(0, taken);
        Assert.NotEqual(taken, lab["primary"].Port);
        Assert.Equal("f", await lab.SqlAsync("primary", "select pg_is_in_recovery()"));
    }

    [Fact]
    public async Task A_build_that_fails_or_is_cancelled_leaves_nothing()
    {
        await using var site = new ATemporarySite(cold: true);
        var failing = Primary with { Setup = "select no_such_function()" };
        var failure = await Assert.ThrowsAsync<LabException>(() => site.BuildAsync(failing));
        Assert.Contains("no_such_function", failure.Message);
        using var cancel = new CancellationTokenSource();
        var plan = new LabPlan("test.lesson", new Recipe([Primary]), await site.NewestAsync());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => site.Site.BuildAsync(plan, new OnProgress(plan.Recipe.Awaits, cancel.Cancel), cancel.Token));
        var wrong = Primary with { Settings = new Dictionary<string, string> { ["archive_command"] = "$LAB_DIR", ["no_such_setting"] = "$LAB_DIR" } };
        Assert.Contains("no_such_setting", (await Assert.ThrowsAsync<LabException>(() => site.BuildAsync(wrong))).Message);
        Assert.Equal(["templates"], Directory.EnumerateFileSystemEntries(site.Site.Directory).Select(Path.GetFileName));
        Assert.Empty(Directory.EnumerateDirectories(Path.Combine(site.Site.Directory, "templates"), "making-*"));
        Assert.Empty(Postmaster.Below(site.Host, site.Folder));
    }

    [Fact]
    public async Task A_lab_that_lost_its_marker_is_left_alone_and_told()
    {
        await using var site = new ATemporarySite();
        var lab = await site.BuildAsync(Primary);
        var marker = Path.Combine(lab.Directory, "pghatutor-lab.json");
        var text = await File.ReadAllTextAsync(marker, TestEnd);
        File.Delete(marker);
        var pid = Postmaster.Below(site.Host, lab.Directory).Single().Pid;

        var told = Assert.Single(await site.Site.RemoveAllAsync(TestEnd));

        Assert.StartsWith($"{lab.Directory} has no marker", told);
        Assert.Contains($"kill -INT {pid})", told);
        Assert.Equal("t", await lab.SqlAsync("primary", "select true"));
        await File.WriteAllTextAsync(marker, text, TestEnd);
        Assert.Empty(await site.Site.RemoveAllAsync(TestEnd));
    }

    [Fact]
    public async Task What_a_crash_left_half_built_is_removed_and_said()
    {
        await using var site = new ATemporarySite();
        var lab = await site.BuildPairAsync();
        await EditMarkerAsync(lab, "\"complete\": true", "\"complete\": false");
        Assert.Empty(await site.Site.FindAsync(TestEnd));
        var said = Assert.Single(await site.Site.CleanAsync(TestEnd));
        Assert.Contains("half-built", said);
        Assert.False(Directory.Exists(lab.Directory));
        Assert.Empty(Postmaster.Below(site.Host, site.Folder));
        Assert.Empty(await site.Site.CleanAsync(TestEnd));
    }

    [Fact]
    public async Task A_reset_that_a_crash_cut_off_is_finished_at_the_next_start()
    {
        await using var site = new ATemporarySite();
        var lab = await site.BuildPairAsync();
        await lab.RunAsync("primary", "pg_ctl stop -m immediate -w; mkdir .next .old; mv nodes .old; touch .next/file");
        await EditMarkerAsync(lab, "\"restoring\": null", "\"restoring\": \"(start)\"");
        Assert.Contains("Finished the reset", Assert.Single(await site.Site.CleanAsync(TestEnd)));
        var found = Assert.Single(await site.Site.FindAsync(TestEnd));
        Assert.Equal("t", await found.SqlAsync("standby", "select pg_is_in_recovery()"));
    }

    [Fact]
    public async Task Servers_whose_whole_lab_was_deleted_are_found_and_ended()
    {
        await using var site = new ATemporarySite();
        var lab = await site.BuildPairAsync();
        Directory.Delete(lab.Directory, recursive: true);
        // A server may notice by itself, and end a moment later; so how many are left to be ended is not certain.
        Assert.NotEmpty(Postmaster.Below(site.Host, lab.Directory));
        await site.Site.CleanAsync(TestEnd);
        Assert.Empty(Postmaster.Below(site.Host, lab.Directory));
        Assert.False(Directory.Exists(lab.SocketDirectory));
    }

    [Fact]
    public async Task A_lab_is_found_again_with_all_that_it_knows()
    {
        await using var site = new ATemporarySite();
        var lab = await site.BuildPairAsync();
        var found = Assert.Single(await new LocalSite(site.Host, site.Site.Directory).FindAsync(TestEnd));
        Assert.Equal(lab.Credentials, found.Credentials);
        Assert.Equal(lab.Nodes, found.Nodes);
        Assert.Equal(lab.Baseline.At, found.Baseline.At);
        Assert.Equal(lab.Baseline.Nodes, found.Baseline.Nodes);
        Assert.Equal(lab.Recipe["standby"]!.Slot, found.Recipe["standby"]!.Slot);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(lab.Directory, "pghatutor-lab.json")));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(lab.PasswordFile));
    }

    private static async Task EditMarkerAsync(Lab lab, string from, string to)
    {
        var file = Path.Combine(lab.Directory, "pghatutor-lab.json");
        var text = await File.ReadAllTextAsync(file, TestEnd);
        Assert.Contains(from, text);
        await File.WriteAllTextAsync(file, text.Replace(from, to), TestEnd);
    }

    /// <summary>Every file below a folder with its time, rights and content.</summary>
    private sealed class OnProgress(string doing, Action act) : IProgress<LabProgress>
    {
        public void Report(LabProgress value)
        {
            if (value.Doing == doing)
                act();
        }
    }
}
