using System.Net;
using System.Net.Sockets;
using PgHaTutor.Checks;
using PgHaTutor.Labs;
using PgHaTutor.Sessions;

namespace PgHaTutor.LabTests.Checks;

/// <summary>The checks on what a node is, while nodes are stopped, promoted, frozen and broken.</summary>
[Collection("checks")]
public sealed class NodeCheckTests(CheckBench bench) : IAsyncLifetime
{
    private static readonly RoleCheck IsPrimary = new() { Id = "p", Node = "primary", Expect = ServerRole.Primary };
    private static readonly RoleCheck IsStandby = new() { Id = "s", Node = "standby", Expect = ServerRole.Standby };
    private static readonly SingleWritablePrimaryCheck OneWriter = new() { Id = "one-writer" };
    private static readonly TimelineCheck Above = new() { Id = "promoted", Node = "standby", AboveStart = true };
    private static readonly CaughtUpCheck CaughtUp = new() { Id = "caught-up", Node = "standby", From = "primary" };
    private static readonly SameRowsCheck SameRows = new() { Id = "same-rows", Nodes = ["primary", "standby"], Table = ["t"] };
    private static readonly ServerCheck Runs = new() { Id = "runs", Node = "standby", State = ServerState.Running };
    private static readonly SameSystemCheck SameSystem = new() { Id = "same-system", Nodes = ["primary", "standby"] };

    public ValueTask InitializeAsync() => bench.BeginAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Roles_are_told_apart_and_a_lost_signal_is_seen()
    {
        await bench.PassesAtOnceAsync(IsPrimary);
        await bench.PassesAtOnceAsync(IsStandby);
        var wrong = await bench.FailsAsync(IsPrimary with { Node = "standby" });
        Assert.Equal("standby is still in recovery; expected it to accept writes", wrong.Reason);
        await bench.FailsAsync(IsStandby with { Node = "primary" });
        Assert.Equal("there is no data directory of spare", (await bench.FailsAsync(IsPrimary with { Node = "spare" })).Reason);

        await bench.RunAsync("standby", """rm "$PGDATA/standby.signal" """);

        Assert.Equal(false, (await bench.FailsAsync(IsStandby)).Facts["signal"]);
    }

    [Fact]
    public async Task A_primary_whose_default_is_read_only_is_a_primary_all_the_same_and_looking_at_it_writes_once()
    {
        await bench.SqlAsync("primary", "alter system set default_transaction_read_only = on; select pg_reload_conf()");
        await bench.PassesAtOnceAsync(IsPrimary);
        var before = await bench.SqlAsync("primary", "select pg_current_wal_insert_lsn()");

        for (var look = 0; look < 10; look++)
        {
            await bench.PassesAtOnceAsync(IsPrimary);
            await bench.PassesAtOnceAsync(OneWriter);
        }

        Assert.InRange(long.Parse(await bench.SqlAsync("primary", $"select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '{before}')::bigint")), 0, 200);
    }

    [Fact]
    public async Task A_real_promotion_is_told_from_a_lost_signal()
    {
        await bench.FailsAsync(Above);
        await bench.PassesAtOnceAsync(new TimelineCheck { Id = "one", Node = "standby", EqualTo = 1 });
        await bench.StopAsync("standby");
        await bench.RunAsync("standby", """rm "$PGDATA/standby.signal" """);
        await bench.StartAsync("standby");
        await bench.PassesAtOnceAsync(IsPrimary with { Node = "standby" });
        await bench.FailsAsync(Above);
        await bench.StopAsync("standby");
        // A timeline can be forged; its history then ends the old one at a place where it had long been passed.
        await bench.RunAsync("standby", """
            cp -a "$PGDATA" "$PGDATA.real"
            pg_resetwal -f -l 000000020000000000000020 "$PGDATA" > /dev/null
            printf '1\t0/100000\tno recovery target specified\n' > "$PGDATA/pg_wal/00000002.history"
            """);
        await bench.StartAsync("standby");
        await bench.FailsAsync(Above);
        await bench.StopAsync("standby");
        await bench.RunAsync("standby", """rm -rf "$PGDATA"; mv "$PGDATA.real" "$PGDATA"; touch "$PGDATA/standby.signal" """);
        await bench.StartAsync("standby");

        await bench.SqlAsync("standby", "select pg_promote()");

        var promoted = await bench.PassesAtOnceAsync(Above);
        Assert.Equal(1L, promoted.Facts["parent"]);
        Assert.Equal(2L, promoted.Facts["timeline"]);
        await bench.FailsAsync(new TimelineCheck { Id = "one", Node = "standby", EqualTo = 1 });
    }

    [Fact]
    public async Task A_timeline_is_known_where_replication_connections_are_refused_and_asked_for_once()
    {
        var one = new TimelineCheck { Id = "one", Node = "primary", EqualTo = 1 };
        var offset = (await bench.RunAsync("primary", """grep -c "received replication command: IDENTIFY_SYSTEM" "$PGLOG" """)).Trim();
        for (var look = 0; look < 5; look++)
            await bench.PassesAtOnceAsync(one);
        Assert.Equal(int.Parse(offset) + 1, int.Parse(await bench.RunAsync("primary", """grep -c "received replication command: IDENTIFY_SYSTEM" "$PGLOG" """)));

        await bench.RunAsync("standby", """sed -i /replication/d "$PGDATA/pg_hba.conf"; pg_ctl reload > /dev/null""");

        await bench.PassesAtOnceAsync(one with { Node = "standby" });
    }

    [Fact]
    public async Task Catching_up_is_seen_and_a_paused_replay_is_told_in_bytes()
    {
        await bench.PassesAsync(CaughtUp);
        await bench.FailsAsync(CaughtUp with { Node = "primary", From = "standby" });
        await bench.SqlAsync("standby", "select pg_wal_replay_pause()");
        await bench.SqlAsync("primary", "insert into t select generate_series(1001, 2000)");

        var behind = await bench.FailsAsync(CaughtUp);
        await bench.FailsAsync(SameRows);

        Assert.True((long)behind.Facts["behind"]! > 1000);
        await bench.SqlAsync("standby", "select pg_wal_replay_resume()");
        await bench.PassesAsync(CaughtUp);
        await bench.PassesAsync(SameRows);
    }

    [Fact]
    public async Task A_record_that_is_written_in_part_does_not_look_like_a_lag()
    {
        var follows = new StreamingFromCheck { Id = "f", Node = "standby", From = "primary" };
        await bench.PassesAsync(follows);
        await bench.SqlAsync("primary", "insert into t select generate_series(1001, 3000); checkpoint");
        // Reading the new rows sets hint bits, and these are logged; nothing commits them.
        for (var look = 0; look < 10; look++)
        {
            await bench.SqlAsync("primary", "select count(*) from t");
            await bench.PassesAtOnceAsync(CaughtUp);
            await bench.PassesAtOnceAsync(SameRows);
            await bench.PassesAtOnceAsync(follows);
            await bench.SqlAsync("primary", $"update t set id = id where id <= {(look + 1) * 200}");
        }
    }

    [Fact]
    public async Task One_wait_waits_for_one_lsn_although_the_upstream_moves_on()
    {
        await bench.SqlAsync("standby", "alter system set recovery_min_apply_delay = '1500ms'; select pg_reload_conf()");
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var load = bench.RunAsync("primary", """
            touch loading; while [ -e loading ]; do echo "insert into t values (0);"; echo "select pg_sleep(0.02);"; done | psql -qX > /dev/null || true
            """);
        try
        {
            await bench.PassesAsync(CaughtUp);
        }
        finally
        {
            await bench.RunAsync("primary", "rm loading");
            await load;
        }
    }

    [Fact]
    public async Task The_same_rows_are_compared_row_by_row()
    {
        var same = await bench.PassesAsync(SameRows);
        Assert.Equal((1000L, 1000L), (same.Facts["left"], same.Facts["right"]));
        await bench.FailsAsync(SameRows with { Table = ["t", "nowhere"] });
        await bench.SqlAsync("standby", "select pg_promote()");

        await bench.SqlAsync("standby", "update t set id = -1 where id = 1");
        Assert.Contains("not the same", (await bench.FailsAsync(SameRows)).Reason);

        await bench.SqlAsync("primary", "delete from t where id = 2");
        var counts = await bench.FailsAsync(SameRows);
        Assert.Equal((999L, 1000L), (counts.Facts["left"], counts.Facts["right"]));
    }

    [Fact]
    public async Task Two_writers_are_seen_and_nobody_is_taken_for_harmless_unseen()
    {
        Assert.Equal(1L, (await bench.PassesAtOnceAsync(OneWriter)).Facts["writable"]);
        await using (await bench.FreezeAsync("standby"))
            await bench.CannotTellAsync(OneWriter);
        await bench.SqlAsync("standby", "select pg_promote()");
        var split = await bench.FailsAsync(OneWriter);
        Assert.Equal(2L, split.Facts["writable"]);
        await using (await bench.FreezeAsync("primary"))
            await bench.CannotTellAsync(OneWriter);
        await bench.StopAsync("primary");
        await bench.PassesAtOnceAsync(OneWriter);
        await bench.StopAsync("standby");
        await bench.FailsAsync(OneWriter);
        await bench.PassesAtOnceAsync(OneWriter with { AtMost = true });
        await bench.PassesAtOnceAsync(OneWriter with { Tense = Tense.Invariant });
    }

    [Fact]
    public async Task A_system_is_known_also_where_its_server_does_not_answer()
    {
        var still = new SameSystemCheck { Id = "still", Node = "primary", Baseline = true };
        await bench.PassesAtOnceAsync(SameSystem);
        await bench.PassesAtOnceAsync(still);
        await bench.FailsAsync(SameSystem with { Nodes = ["primary", "spare"] });
        await bench.RunAsync("spare", "initdb -N -A trust > /dev/null");
        var other = await bench.FailsAsync(SameSystem with { Nodes = ["primary", "spare"] });
        Assert.Contains("a cluster of its own", other.Reason);
        await using (await bench.FreezeAsync("standby"))
            await bench.PassesAtOnceAsync(SameSystem);
        await bench.StopAsync("primary");
        await bench.PassesAtOnceAsync(still);

        await bench.RunAsync("primary", """rm -rf "$PGDATA"; initdb -N -A trust > /dev/null""");

        await bench.FailsAsync(still);
    }

    [Fact]
    public async Task A_server_is_running_stopped_or_another_one_than_at_the_start()
    {
        var stopped = Runs with { State = ServerState.Stopped };
        await bench.PassesAtOnceAsync(Runs with { SinceStart = true });
        await bench.FailsAsync(stopped);
        await using (await bench.FreezeAsync("standby"))
        {
            await bench.CannotTellAsync(Runs);
            await bench.FailsAsync(stopped);
        }
        await bench.StopAsync("standby");
        await bench.FailsAsync(Runs);
        await bench.PassesAtOnceAsync(stopped);
        await bench.StartAsync("standby");
        await bench.PassesAtOnceAsync(Runs);
        await bench.FailsAsync(Runs with { SinceStart = true });
        await bench.FailsAsync(Runs with { Node = "spare" });
        await bench.PassesAtOnceAsync(stopped with { Node = "spare" });
    }

    [Fact]
    public async Task A_node_that_hangs_or_starts_is_never_failed()
    {
        Check[] all =
        [
            IsStandby, new TimelineCheck { Id = "t", Node = "standby", EqualTo = 7 }, CaughtUp, SameRows, OneWriter,
            new StreamingFromCheck { Id = "f", Node = "standby", From = "primary", Slot = "wrong" },
            new SqlCheck { Id = "q", Node = "standby", Query = "select 1", Expect = "2" },
            new SlotCheck { Id = "slot", Node = "standby", Slot = "x" },
            new SettingCheck { Id = "set", Node = "standby", Name = "port", Value = "1" },
            new RefusesCheck { Id = "refuses", Node = "standby", Query = "select 1", SqlState = ["25006"] },
            new TriggeredCheck { Id = "trigger", Node = "standby", Sql = "select 1", Then = IsStandby },
            Runs,
        ];
        await using (await bench.FreezeAsync("standby"))
            foreach (var check in all)
                await bench.CannotTellAsync(check);
        await bench.RunAsync("standby", """echo "hot_standby = off" >> "$PGDATA/postgresql.conf"; pg_ctl -w stop > /dev/null; pg_ctl -l "$PGLOG" -W start > /dev/null""");
        await LabBench.EventuallyAsync(() => bench.LookAsync(Runs), finding => finding.Answer is Answer.CannotTell);

        foreach (var check in all)
            await bench.CannotTellAsync(check);
    }

    [Fact]
    public async Task A_hanging_backend_behind_a_picture_that_is_still_good_cannot_be_told_either()
    {
        var look = await bench.LookAsync(TestContext.Current.CancellationToken);
        await using (await bench.FreezeAsync("standby"))
            Assert.Equal(Answer.CannotTell, (await IsStandby.LookAsync(look, TestContext.Current.CancellationToken)).Answer);
        await bench.PassesAtOnceAsync(IsStandby);
    }

    [Fact]
    public async Task A_restarted_server_answers_the_very_next_look()
    {
        await bench.PassesAtOnceAsync(IsStandby);
        await bench.RestartAsync("standby");

        await bench.PassesAtOnceAsync(IsStandby);
        await bench.SqlAsync("standby", "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'pghatutor'");
        await bench.PassesAtOnceAsync(IsStandby);
    }

    [Fact]
    public async Task The_holder_of_a_port_is_told()
    {
        var port = new PortCheck { Id = "port", Node = "standby" };
        Assert.Equal("own", (await bench.PassesAtOnceAsync(port)).Facts["holder"]);
        await bench.FailsAsync(port with { Listening = false });
        await bench.StopAsync("standby");
        Assert.Equal("nobody", (await bench.FailsAsync(port)).Facts["holder"]);

        using var squatter = new TcpListener(IPAddress.Loopback, bench.Lab["standby"].Port);
        squatter.Start();

        Assert.Equal("other", (await bench.FailsAsync(port)).Facts["holder"]);
        await bench.PassesAtOnceAsync(port with { Listening = false });
    }

    [Fact]
    public async Task Only_what_the_log_gained_since_the_start_counts_and_a_truncated_log_is_all_new()
    {
        var ready = new LogCheck { Id = "log", Node = "primary", Contains = "database system is ready to accept" };
        await bench.FailsAsync(ready);
        await bench.PassesAtOnceAsync(ready with { Absent = true });
        await bench.RestartAsync("primary");

        Assert.Contains("ready to accept", (await bench.PassesAtOnceAsync(ready)).Observed);
        await bench.FailsAsync(ready with { Absent = true });
        await bench.RunAsync("primary", """echo "begun anew: FATAL" > "$PGLOG" """);
        await bench.FailsAsync(ready);
        await bench.PassesAtOnceAsync(ready with { Contains = "^begun anew" });
        await bench.FailsAsync(ready with { Node = "spare" });
        await bench.PassesAtOnceAsync(ready with { Node = "spare", Absent = true });
    }

    [Fact]
    public async Task A_backup_is_verified_once_and_again_when_anything_in_it_changes()
    {
        var valid = new BackupValidCheck { Id = "backup", Node = "primary", Path = "$BACKUP_DIR/one" };
        await bench.FailsAsync(valid);
        await bench.RunAsync("primary", """pg_basebackup -D "$BACKUP_DIR/one" -c fast -X stream -N""");
        await bench.PassesAtOnceAsync(valid);
        await bench.PassesAtOnceAsync(valid);

        await bench.RunAsync("primary", """echo "# edited" >> "$BACKUP_DIR/one/postgresql.conf" """);
        Assert.Contains("postgresql.conf", (string)(await bench.FailsAsync(valid)).Facts["output"]!);
        await bench.PassesAtOnceAsync(valid with { Ignore = ["postgresql.conf"] });

        await bench.RunAsync("primary", """
            cd "$BACKUP_DIR/one"; touch -r PG_VERSION stamp; f=$(ls base/1/1259); printf x | dd of="$f" bs=1 seek=100 conv=notrunc status=none; touch -r stamp "$f"; rm stamp
            """);
        await bench.FailsAsync(valid with { Ignore = ["postgresql.conf"] });
    }

    [Fact]
    public async Task A_backup_of_another_cluster_or_of_nothing_is_none_of_this_lab()
    {
        var valid = new BackupValidCheck { Id = "backup", Node = "primary", Path = "$BACKUP_DIR/other" };
        await bench.RunAsync("primary", """
            initdb -D "$LAB_DIR/other" -A trust -N > /dev/null
            pg_ctl -D "$LAB_DIR/other" -o "-p 0 -c listen_addresses='' -k $LAB_DIR/other" -l "$LAB_DIR/other.log" -w start > /dev/null || true
            """.Replace("-p 0", "-p 5999"));
        try
        {
            await bench.RunAsync("primary", """pg_basebackup -h "$LAB_DIR/other" -p 5999 -D "$BACKUP_DIR/other" -c fast -N""");
        }
        finally
        {
            await bench.RunAsync("primary", """pg_ctl -D "$LAB_DIR/other" -m immediate -w stop > /dev/null""");
        }
        Assert.Contains("another cluster", (await bench.FailsAsync(valid)).Reason);

        await bench.RunAsync("primary", """
            mkdir "$BACKUP_DIR/empty"; cd "$BACKUP_DIR/empty"
            printf '{ "PostgreSQL-Backup-Manifest-Version": 1,\n"Files": [],\n"WAL-Ranges": [],\n' > backup_manifest
            printf '"Manifest-Checksum": "%s"}\n' "$(sha256sum backup_manifest | cut -d ' ' -f 1)" >> backup_manifest
            """);
        Assert.Contains("no cluster", (await bench.FailsAsync(valid with { Path = "$BACKUP_DIR/empty" })).Reason);
    }

    [Fact]
    public async Task Two_observers_who_both_cut_the_stream_never_take_it_for_the_learners_fault()
    {
        var follows = new StreamingFromCheck { Id = "follows", Node = "standby", From = "primary", Slot = "standby1" };
        var reconnects = new TriggeredCheck
        {
            Id = "reconnects", Node = "primary", Needs = ["follows"], Sql = "select pg_terminate_backend(pid) from pg_stat_replication", Then = follows, Within = TimeSpan.FromSeconds(30),
        };
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var watch = WatchAsync();
        for (var round = 0; round < 5; round++)
        {
            await using var second = new LabConnections(bench.Lab);
            var results = await CheckRun.UntilAsync(
                [follows with { Within = TimeSpan.Zero }, reconnects], new HashSet<string>(), cancel => SeenByAsync(second, cancel), cancellationToken: TestContext.Current.CancellationToken);
            Assert.All(results, result => Assert.True(result.Answer is Answer.Passed, $"{result.Check.Id} {result.Answer}: {result.Finding.Reason}"));
        }
        await ending.CancelAsync();
        var seen = await watch;

        Assert.Contains(seen, result => result.Check == reconnects && result.Answer is Answer.Passed);
        Assert.DoesNotContain(seen, result => result.Answer is Answer.Failed);

        async Task<List<CheckResult>> WatchAsync()
        {
            var live = new LiveChecks([follows, reconnects], TimeProvider.System);
            var all = new List<CheckResult>();
            while (!ending.IsCancellationRequested)
            {
                all.AddRange(await live.LookAsync(new HashSet<string>(), await bench.LookAsync(), busy: true, CancellationToken.None));
                await Task.Delay(TimeSpan.FromMilliseconds(100), CancellationToken.None);
            }
            return all;
        }

        async Task<Look> SeenByAsync(LabConnections connections, CancellationToken cancellationToken) =>
            new(bench.Lab, connections, await connections.ObserveAsync(cancellationToken), TimeProvider.System);
    }

    [Fact]
    public async Task A_reconnect_is_asked_for_once_and_shows_a_fix_that_worked_only_once()
    {
        var follows = new StreamingFromCheck { Id = "f", Node = "standby", From = "primary", Within = TimeSpan.FromSeconds(3) };
        var reconnects = new TriggeredCheck { Id = "again", Node = "primary", Sql = "select pg_terminate_backend(pid) from pg_stat_replication", Then = follows };
        await bench.PassesAsync(reconnects);
        await bench.PassesAsync(follows);
        var sender = await bench.SqlAsync("primary", "select pid from pg_stat_replication");
        for (var look = 0; look < 5; look++)
            await bench.PassesAtOnceAsync(reconnects);
        Assert.Equal(sender, await bench.SqlAsync("primary", "select pid from pg_stat_replication"));

        await bench.RunAsync("primary", """sed -i '/^host.*replication/d' "$PGDATA/pg_hba.conf"; pg_ctl reload > /dev/null""");
        await bench.PassesAtOnceAsync(follows);
        await bench.NeverPassesAsync(reconnects with { Id = "for-the-first-time" }, 4);
    }
}
