using System.Globalization;
using PgHaTutor.Labs;

namespace PgHaTutor.LabTests.Labs;

/// <summary>What a look at a lab says, also when a node cannot be asked: unknown is never false.</summary>
public sealed class LabObservationTests
{
    private static CancellationToken TestEnd => TestContext.Current.CancellationToken;

    [Fact]
    public async Task I_can_see_a_healthy_pair_in_one_look()
    {
        await using var site = new ATemporarySite();
        var lab = await site.BuildPairAsync();
        var seen = await lab.UntilAsync(seen => seen["primary"]!.Senders is [{ LagBytes: 0 }]);
        var (primary, standby) = (seen["primary"]!, seen["standby"]!);
        Assert.Equal(("primary", 1, lab["primary"].Port), (primary.Role, primary.Timeline, primary.Port));
        Assert.Equal(("standby", 1, "not paused"), (standby.Role, standby.Timeline, standby.PauseState));
        Assert.Equal(primary.SystemIdentifier, standby.SystemIdentifier);
        Assert.Equal(primary.Lsn, standby.ReplayLsn);
        Assert.Equal(new ReceiverObservation("streaming", "127.0.0.1", lab["primary"].Port, "standby", 1), standby.Receiver);
        var sender = Assert.Single(primary.Senders);
        Assert.Equal(("standby", "streaming", "async", "standby"), (sender.ApplicationName, sender.State, sender.SyncState, sender.Slot));
        var slot = Assert.Single(primary.Slots);
        Assert.Equal(("standby", "physical", true, sender.Pid, "reserved"), (slot.Name, slot.Type, slot.Active, slot.ActivePid, slot.WalStatus));
        Assert.NotNull(primary.StartedAt);
        Assert.StartsWith($"{lab["primary"].Installation.Major}", primary.Version);
        Assert.Empty(seen.Contradictions);
    }

    [Fact]
    public async Task A_restart_is_not_seen_as_an_unknown_state()
    {
        await using var site = new ATemporarySite();
        var lab = await site.BuildAsync(new NodeRecipe("primary", NodeRole.Primary));
        await using var connections = new LabConnections(lab);
        var before = (await connections.ObserveAsync(TestEnd))["primary"]!;
        await lab.RunAsync("primary", "pg_ctl restart -m immediate -w -l \"$PGLOG\"");
        var after = (await connections.ObserveAsync(TestEnd))["primary"]!;
        Assert.Equal(NodeState.Running, after.State);
        Assert.NotEqual(before.StartedAt, after.StartedAt);

        await lab.SqlAsync("primary", "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'pghatutor' and pid <> pg_backend_pid()");
        Assert.Equal(NodeState.Running, (await connections.ObserveAsync(TestEnd))["primary"]!.State);
        await using var connection = await connections.OpenAsync(lab["primary"], cancellationToken: TestEnd);
    }

    [Fact]
    public async Task I_can_see_that_a_postmaster_was_killed_and_that_a_data_directory_is_gone()
    {
        await using var site = new ATemporarySite();
        var lab = await site.BuildPairAsync();
        await using var connections = new LabConnections(lab);
        await connections.ObserveAsync(TestEnd);
        await lab.RunAsync("primary", "kill -9 $(head -1 \"$PGDATA/postmaster.pid\"); rm -r \"$STANDBY_DATA\"");
        var seen = await LabBench.EventuallyAsync(() => connections.ObserveAsync(TestEnd), seen => seen["primary"]!.State is NodeState.Stopped);
        Assert.Null(seen["primary"]!.Role);
        Assert.Equal(NodeState.Absent, seen["standby"]!.State);
        Assert.Contains("still runs", seen["standby"]!.Problem);
        Assert.NotNull(seen["standby"]!.OrphanPid);
        Assert.Contains("No server runs", (await Assert.ThrowsAsync<Npgsql.NpgsqlException>(() => connections.OpenAsync(lab["primary"], cancellationToken: TestEnd))).Message);
    }

    [Fact]
    public async Task A_server_whose_files_were_deleted_is_seen_until_it_ends_also_where_its_folder_is_there_again()
    {
        await using var site = new ATemporarySite();
        var lab = await site.BuildAsync(new NodeRecipe("primary", NodeRole.Primary));
        await using var connections = new LabConnections(lab);
        var pid = (await connections.ObserveAsync(TestEnd))["primary"]!.PostmasterPid;
        await lab.RunAsync("primary", "rm -r \"$PGDATA\"; mkdir -m 700 \"$PGDATA\"");

        var seen = (await connections.ObserveAsync(TestEnd))["primary"]!;
        Assert.Equal((NodeState.Stopped, pid), (seen.State, seen.OrphanPid));
        // A program that was started only now has to find it as well.
        await using var others = new LabConnections(lab);
        Assert.Equal(pid, (await others.ObserveAsync(TestEnd))["primary"]!.OrphanPid);

        await lab.RunAsync("primary", $"kill -QUIT {pid}");
        await lab.UntilAsync(seen => seen["primary"]!.OrphanPid is null);
    }

    [Fact]
    public async Task A_server_that_starts_is_not_asked_so_that_its_log_has_no_FATAL_of_ours()
    {
        await using var site = new ATemporarySite();
        var lab = await site.BuildAsync(new NodeRecipe("primary", NodeRole.Primary));
        for (var round = 0; round < 5; round++)
        {
            // With something to recover, so that it takes its time.
            await lab.RunAsync("primary", "psql -qc 'create table if not exists much as select generate_series(1, 100000)'; pg_ctl stop -m immediate -w");
            await using var connections = new LabConnections(lab);
            var starting = lab.RunAsync("primary", "pg_ctl start -w -l \"$PGLOG\"");
            while (!starting.IsCompleted)
                await connections.ObserveAsync(TestEnd);
            await starting;
        }
        Assert.Equal("0", await lab.RunAsync("primary", "grep -c 'FATAL.*starting up' \"$PGLOG\" || true"));
    }

    [Fact]
    public async Task A_server_that_hangs_or_refuses_us_is_unknown_and_says_why()
    {
        await using var site = new ATemporarySite();
        var lab = await site.BuildPairAsync();
        await lab.RunAsync("primary", "kill -STOP $(head -1 \"$PGDATA/postmaster.pid\"); sed -i 1i'local all all reject\\nhost all all all reject' \"$STANDBY_DATA/pg_hba.conf\"; pg_ctl -D \"$STANDBY_DATA\" reload");
        var seen = await lab.UntilAsync(seen => seen["standby"]!.State is NodeState.Unknown);
        await lab.RunAsync("primary", "kill -CONT $(head -1 \"$PGDATA/postmaster.pid\")");
        Assert.Equal((NodeState.Unknown, null), (seen["primary"]!.State, seen["primary"]!.Role));
        Assert.Contains("does not answer", seen["primary"]!.Problem);
        Assert.Contains("pg_hba.conf rejects connection", seen["standby"]!.Problem);
    }

    [Fact]
    public async Task A_standby_that_takes_no_connections_is_starting()
    {
        await using var site = new ATemporarySite();
        var lab = await site.BuildPairAsync();
        await lab.RunAsync("standby", "echo 'hot_standby = off' >>\"$PGDATA/postgresql.conf\"; pg_ctl restart -m fast -W -l \"$PGLOG\"");
        var seen = await lab.UntilAsync(seen => seen["standby"] is { State: NodeState.Starting, PostmasterPid: not null, Problem: not null });
        Assert.Null(seen["standby"]!.InRecovery);
    }

    [Fact]
    public async Task Another_server_on_a_nodes_port_is_never_taken_for_the_node()
    {
        await using var site = new ATemporarySite();
        var lab = await site.BuildPairAsync();
        // The standby listens on its socket only, under the very number that the primary has on TCP.
        await lab.RunAsync("standby", "pg_ctl stop -m fast -w; mkdir \"$SOCKET_DIR/2\"; pg_ctl start -w -l \"$PGLOG\" -o \"-p $PRIMARY_PORT -c listen_addresses= -c unix_socket_directories=$SOCKET_DIR/2\"");
        var seen = await lab.UntilAsync(seen => seen["standby"]!.PostmasterPid is not null);
        Assert.Equal((NodeState.Unknown, null), (seen["standby"]!.State, seen["standby"]!.SystemIdentifier));
        Assert.Contains("another server", seen["standby"]!.Problem);
        await using var connections = new LabConnections(lab);
        Assert.Contains("another server", (await Assert.ThrowsAsync<Npgsql.NpgsqlException>(() => connections.OpenAsync(lab["standby"], cancellationToken: TestEnd))).Message);
    }

    [Fact]
    public async Task Two_writable_nodes_of_one_system_are_a_contradiction_and_a_promotion_shows_its_timeline_at_once()
    {
        await using var site = new ATemporarySite();
        var lab = await site.BuildPairAsync();
        await lab.RunAsync("standby", "pg_ctl promote -w");
        var seen = await lab.UntilAsync(seen => seen["standby"]!.Role == "primary");
        Assert.Equal((1, 2), (seen["primary"]!.Timeline, seen["standby"]!.Timeline));
        Assert.Contains("primary and standby", Assert.Single(seen.Contradictions));
    }

    [Fact]
    public async Task A_standby_that_diverged_is_seen_ahead_of_its_primary()
    {
        await using var site = new ATemporarySite();
        var lab = await site.BuildPairAsync();
        await lab.RunAsync("standby", "rm \"$PGDATA/standby.signal\"; pg_ctl restart -m fast -w -l \"$PGLOG\"");
        await lab.SqlAsync("standby", "insert into lab_canary.probe (nonce) select 'mine' || n from generate_series(1, 2000) n");
        await lab.RunAsync("standby", "pg_ctl stop -m fast -w; touch \"$PGDATA/standby.signal\"; pg_ctl start -w -l \"$PGLOG\"");
        var seen = await lab.UntilAsync(seen => seen.Contradictions.Count > 0);
        Assert.Contains("diverged", seen.Contradictions[0]);
    }

    [Fact]
    public async Task A_standby_of_itself_and_one_of_a_foreign_system_are_contradictions()
    {
        await using var site = new ATemporarySite();
        var lab = await site.BuildAsync(
            new NodeRecipe("primary", NodeRole.Primary), new NodeRecipe("other", NodeRole.Primary), new NodeRecipe("standby", NodeRole.Standby) { Of = "primary" });
        await FollowAsync(lab, lab["other"].Port);
        Assert.Contains("another system", (await lab.UntilAsync(seen => seen.Contradictions.Count > 0)).Contradictions[0]);
        await FollowAsync(lab, lab["standby"].Port);
        Assert.Contains("streams from itself", (await lab.UntilAsync(seen => seen.Contradictions.Count > 0 && seen["standby"]!.Receiver is not null)).Contradictions[0]);

        static Task<string> FollowAsync(Lab lab, int port) => lab.RunAsync(
            "standby", $"sed -i \"s/port=[0-9]*/port={port.ToString(CultureInfo.InvariantCulture)}/\" \"$PGDATA/postgresql.auto.conf\"; pg_ctl reload");
    }
}
