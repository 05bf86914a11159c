using PgHaTutor.Labs;

namespace PgHaTutor.LabTests.Labs;

public sealed class LabResetTests
{
    private static CancellationToken TestEnd => TestContext.Current.CancellationToken;

    [Fact]
    public async Task I_can_go_back_to_the_start_whatever_I_did_to_the_lab()
    {
        await using var site = new ATemporarySite();
        var lab = await site.BuildPairAsync();
        await lab.RunAsync("standby", """
            pg_ctl promote -w
            pg_basebackup -D "$BACKUP_DIR/copy" -c fast -U "$REPL_USER"
            sed -i 's/^port = .*/port = 1/' "$BACKUP_DIR/copy/postgresql.conf"
            pg_ctl -D "$BACKUP_DIR/copy" -o "-c listen_addresses= -p 5" -l copy.log -w start
            touch "$ARCHIVE_DIR/000000010000000000000001" notes.txt "$PRIMARY_DATA/extra"; chmod 644 pgpass
            pg_ctl stop -m fast -w; rm -r "$PGDATA"; chmod 000 "$PRIMARY_DATA/base"
            """);

        var again = await site.Site.RestoreAsync(lab, cancellationToken: TestEnd);

        await again.SqlAsync("primary", "insert into lab_canary.probe (nonce) values ('after')");
        await LabBench.EventuallyAsync(() => again.SqlAsync("standby", "select nonce from lab_canary.probe"), nonce => nonce == "after");
        Assert.Equal("1", await again.SqlAsync("standby", "select received_tli from pg_stat_wal_receiver"));
        Assert.Equal(2, Postmaster.Below(site.Host, lab.Directory).Count);
        Assert.Equal(["archive", "backup", "log", "nodes", "pghatutor-lab.json", "pgpass", "superuser.pw"], Names(lab.Directory));
        Assert.Empty(Names(lab.ArchiveDirectory));
        Assert.Empty(Names(lab.BackupDirectory));
        Assert.False(File.Exists(Path.Combine(lab["primary"].DataDirectory, "extra")));
        Assert.Equal(lab.Nodes.Select(node => node.Port), again.Nodes.Select(node => node.Port));
        Assert.NotEqual(lab.Baseline.Nodes["primary"].StartedAt, again.Baseline.Nodes["primary"].StartedAt);
        Assert.Equal(again.Baseline.At, (await site.Site.FindAsync(TestEnd)).Single().Baseline.At);
    }

    [Fact]
    public async Task I_can_go_back_although_I_deleted_the_whole_lab_under_its_running_servers()
    {
        await using var site = new ATemporarySite();
        var lab = await site.BuildPairAsync();
        Directory.Delete(lab.Directory, recursive: true);
        Directory.Delete(lab.SocketDirectory, recursive: true);
        var again = await site.Site.RestoreAsync(lab, cancellationToken: TestEnd);
        Assert.Equal("f", await again.SqlAsync("primary", "select pg_is_in_recovery()"));
        Assert.Equal(2, Postmaster.Below(site.Host, lab.Directory).Count);
    }

    [Fact]
    public async Task A_server_waits_while_an_outgoing_connection_holds_its_port()
    {
        await using var site = new ATemporarySite();
        var lab = await site.BuildPairAsync();
        await lab.RunAsync("primary", "pg_ctl stop -m fast -w");
        using var held = new AnOutgoingConnection();

        var starting = StartAsync(site, lab, held.Port);
        await LabBench.EventuallyAsync(() => File.ReadAllTextAsync(lab["primary"].LogFile, TestEnd), text => text.Contains("Address already in use", StringComparison.Ordinal));
        held.Dispose();

        Assert.Null(await starting);
    }

    [Fact]
    public async Task I_am_told_what_holds_a_port_for_good()
    {
        await using var site = new ATemporarySite();
        var lab = await site.BuildPairAsync();
        await lab.RunAsync("primary", "pg_ctl stop -m fast -w");
        using var held = new AnOutgoingConnection();

        var byClient = await StartAsync(site, lab, held.Port);
        var byServer = await StartAsync(site, lab, lab["standby"].Port);

        Assert.Contains("an outgoing connection of this machine holds it", byClient);
        Assert.Contains("set PGHATUTOR_PORT_BASE", byClient);
        Assert.EndsWith($"Another program listens on port {lab["standby"].Port}.", byServer);
    }

    private static Task<string?> StartAsync(ATemporarySite site, Lab lab, int port) => new Postmaster(site.Host, lab["primary"].DataDirectory)
        .StartAsync(lab["primary"].Installation, lab["primary"].LogFile, $"-c port={port}", TestEnd);

    [Fact]
    public async Task I_can_save_a_checkpoint_and_come_back_to_it()
    {
        await using var site = new ATemporarySite();
        var lab = await site.BuildPairAsync();
        await lab.RunAsync("standby", "pg_ctl promote -w; echo kept >notes.txt; pg_ctl -D \"$PRIMARY_DATA\" stop -m fast -w");
        await lab.SqlAsync("standby", "create table later (id int)");
        Assert.False(site.Site.HasCheckpoint(lab, "before-next"));

        var saved = await site.Site.SaveCheckpointAsync(lab, "before-next", TestEnd);
        Assert.True(site.Site.HasCheckpoint(lab, "before-next"));
        Assert.Equal("0", await saved.SqlAsync("standby", "select count(*) from later"));
        var start = await site.Site.RestoreAsync(saved, cancellationToken: TestEnd);
        Assert.Equal("t", await start.SqlAsync("standby", "select pg_is_in_recovery()"));
        var back = await site.Site.RestoreAsync(start, "before-next", cancellationToken: TestEnd);

        Assert.Equal("0", await back.SqlAsync("standby", "select count(*) from later"));
        var seen = await back.UntilAsync(seen => seen["standby"]!.State is NodeState.Running);
        Assert.Equal((NodeState.Stopped, "primary", 2), (seen["primary"]!.State, seen["standby"]!.Role, seen["standby"]!.Timeline));
        Assert.Equal("kept", await back.RunAsync("standby", "cat notes.txt"));
        Assert.Equal(1, back.Baseline.Nodes["standby"].Timeline);
        Assert.Equal(seen["standby"]!.StartedAt, back.Baseline.Nodes["standby"].StartedAt);
    }

    [Fact]
    public async Task A_checkpoint_that_is_not_there_is_told_and_nothing_is_stopped()
    {
        await using var site = new ATemporarySite();
        var lab = await site.BuildAsync(new NodeRecipe("primary", NodeRole.Primary));
        Assert.Contains("'no-such'", (await Assert.ThrowsAsync<LabException>(() => site.Site.RestoreAsync(lab, "no-such", cancellationToken: TestEnd))).Message);
        Assert.Equal("f", await lab.SqlAsync("primary", "select pg_is_in_recovery()"));
    }

    private static IEnumerable<string> Names(string folder) => Directory.EnumerateFileSystemEntries(folder).Select(entry => Path.GetFileName(entry)).Order(StringComparer.Ordinal);
}
