using PgHaTutor.Checks;

namespace PgHaTutor.LabTests.Checks;

[Collection("checks")]
public sealed class StreamingFromCheckTests(CheckBench bench) : IAsyncLifetime
{
    private static readonly StreamingFromCheck Follows = new() { Id = "follows", Node = "standby", From = "primary", Slot = "any" };

    public ValueTask InitializeAsync() => bench.BeginAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_standby_that_streams_passes()
    {
        var finding = await bench.PassesAsync(Follows);

        Assert.Null(finding.Facts["failed"]);
        Assert.Contains("standby follows primary", finding.Reason);
    }

    [Fact]
    public async Task Looking_again_at_an_idle_pair_writes_no_wal()
    {
        await bench.PassesAsync(Follows);
        var before = await bench.SqlAsync("primary", "checkpoint; select pg_current_wal_insert_lsn()");

        for (var look = 0; look < 20; look++)
            Assert.Equal(Answer.Passed, (await bench.LookAsync(Follows)).Answer);

        // The server itself logs its running transactions now and then.
        Assert.InRange(long.Parse(await bench.SqlAsync("primary", $"select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '{before}')::bigint")), 0, 200);
    }

    [Fact]
    public async Task A_dump_that_refuses_writes_does_not_pass()
    {
        await bench.StopAsync("standby");
        await bench.RunAsync("standby", """
            rm -rf "$PGDATA"; initdb -N --wal-segsize=1 -A trust > /dev/null
            cp "$PRIMARY_DATA/postgresql.conf" "$PGDATA/"; printf '%s\n' "port = $PGPORT" "default_transaction_read_only = on" >> "$PGDATA/postgresql.conf"
            """);
        await bench.StartAsync("standby");
        await bench.RunAsync("standby", """pg_dump -h "$PRIMARY_HOST" -p "$PRIMARY_PORT" | PGOPTIONS="-c default_transaction_read_only=off" psql -qX > /dev/null""");

        Assert.Equal("role", (await bench.NeverPassesAsync(Follows)).Facts["failed"]);
    }

    [Fact]
    public async Task Pg_receivewal_under_the_standbys_name_and_slot_does_not_pass()
    {
        await bench.SqlAsync("standby", "alter system set primary_conninfo = ''; select pg_reload_conf()");
        await bench.RunAsync("primary", """
            mkdir wal
            for i in 1 2 3 4 5 6 7 8 9 10; do
                setsid pg_receivewal -d "host=$PGHOST port=$PGPORT user=$REPL_USER application_name=standby" -S standby1 -D wal > /dev/null 2>&1 & echo $! > receivewal.pid
                for j in 1 2 3 4 5; do [ "$(psql -qXAtc "select state from pg_stat_replication")" = streaming ] && exit 0; sleep 0.1; done
            done
            exit 1
            """);
        try
        {
            Assert.Equal("receiver", (await bench.NeverPassesAsync(Follows)).Facts["failed"]);
        }
        finally
        {
            await bench.RunAsync("primary", "kill $(cat receivewal.pid)");
        }
    }

    [Fact]
    public async Task A_standby_that_streams_from_itself_does_not_pass()
    {
        await bench.PassesAsync(Follows);
        await bench.RunAsync("standby", """
            psql -qX -c "alter system set primary_slot_name = ''" -c "alter system set primary_conninfo = 'host=$PGHOST port=$PGPORT user=$REPL_USER password=$REPL_PASSWORD application_name=standby'" -c "select pg_reload_conf()" > /dev/null
            """);
        await bench.PassesAsync(new SqlCheck { Id = "loop", Node = "standby", Query = "select status, sender_port from pg_stat_wal_receiver", Rows = [["streaming", "$STANDBY_PORT"]] });

        var finding = await bench.NeverPassesAsync(Follows with { Slot = null });

        Assert.Equal("upstream", finding.Facts["failed"]);
        Assert.Contains("itself", finding.Reason);
    }

    [Fact]
    public async Task A_diverged_node_that_got_its_standby_signal_back_does_not_pass()
    {
        await bench.PassesAsync(Follows);
        await bench.StopAsync("standby");
        await bench.RunAsync("standby", """rm "$PGDATA/standby.signal" """);
        await bench.StartAsync("standby");
        await bench.SqlAsync("standby", "insert into t select generate_series(200001, 205000)");
        Assert.Equal("role", (await bench.NeverPassesAsync(Follows, 0.5)).Facts["failed"]);
        await bench.StopAsync("standby");
        await bench.RunAsync("standby", """touch "$PGDATA/standby.signal" """);
        await bench.StartAsync("standby");

        await bench.NeverPassesAsync(Follows, 4);
    }

    [Fact]
    public async Task An_independent_cluster_with_a_standby_signal_does_not_pass()
    {
        await bench.StopAsync("standby");
        await bench.RunAsync("standby", """
            cp "$PGDATA/postgresql.auto.conf" auto.conf; rm -rf "$PGDATA"
            initdb -N --wal-segsize=1 -A trust > /dev/null; cp "$PRIMARY_DATA/postgresql.conf" "$PGDATA/"; echo "port = $PGPORT" >> "$PGDATA/postgresql.conf"
            """);
        // A primary's life first, so that its control file demands no more connections than the copied settings allow.
        await bench.StartAsync("standby");
        await bench.StopAsync("standby");
        await bench.RunAsync("standby", """cp auto.conf "$PGDATA/postgresql.auto.conf"; touch "$PGDATA/standby.signal" """);
        await bench.StartAsync("standby");

        Assert.Equal("system", (await bench.NeverPassesAsync(Follows)).Facts["failed"]);
    }

    [Fact]
    public async Task A_paused_replay_does_not_pass_and_writes_no_wal_either()
    {
        await bench.PassesAsync(Follows);
        await bench.SqlAsync("standby", "select pg_wal_replay_pause()");
        await bench.SqlAsync("primary", "insert into t values (0)");

        var finding = await bench.NeverPassesAsync(Follows, 1);

        Assert.Equal("nonce", finding.Facts["failed"]);
        Assert.Contains("paused", finding.Reason);
        await bench.SqlAsync("standby", "select pg_wal_replay_resume()");
        await bench.PassesAsync(Follows);
    }

    [Fact]
    public async Task A_delayed_replay_does_not_pass_while_anything_is_outstanding()
    {
        await bench.SqlAsync("standby", "alter system set recovery_min_apply_delay = '1h'; select pg_reload_conf()");

        Assert.Equal("nonce", (await bench.NeverPassesAsync(Follows)).Facts["failed"]);
        var rows = await bench.SqlAsync("primary", "select count(*) from lab_canary.probe");
        Assert.True(int.Parse(rows) <= 1, $"{rows} rows for one stream");
    }

    [Fact]
    public async Task A_row_that_was_copied_by_hand_proves_nothing()
    {
        await bench.PassesAsync(Follows);
        await bench.SqlAsync("standby", "select pg_promote()");
        await bench.SqlAsync("standby", "delete from lab_canary.probe");
        await bench.RunAsync("standby", """psql -h "$PRIMARY_HOST" -p "$PRIMARY_PORT" -qXAtc "copy lab_canary.probe to stdout" | psql -qXc "copy lab_canary.probe from stdin" """);

        Assert.Equal("role", (await bench.NeverPassesAsync(Follows)).Facts["failed"]);
    }

    [Fact]
    public async Task A_frozen_receiver_does_not_pass_although_it_says_streaming()
    {
        await bench.PassesAsync(Follows);
        var pid = await bench.SqlAsync("standby", "select pid from pg_stat_wal_receiver");
        await bench.RunAsync("standby", $"kill -STOP {pid}");
        try
        {
            await bench.SqlAsync("primary", "insert into t values (0)");
            await bench.NeverPassesAsync(Follows, 1);
        }
        finally
        {
            await bench.RunAsync("standby", $"kill -CONT {pid}");
        }
        await bench.PassesAsync(Follows);
    }

    [Fact]
    public async Task An_old_proof_does_not_outlive_its_stream()
    {
        await bench.PassesAsync(Follows);
        var first = await bench.SqlAsync("primary", "select nonce from lab_canary.probe order by at desc limit 1");

        await bench.SqlAsync("primary", "select pg_terminate_backend(pid) from pg_stat_replication");
        await bench.PassesAsync(Follows with { Within = TimeSpan.FromSeconds(5), Stable = TimeSpan.FromSeconds(1) });

        Assert.NotEqual(first, await bench.SqlAsync("primary", "select nonce from lab_canary.probe order by at desc limit 1"));
    }

    [Fact]
    public async Task The_wrong_slot_and_no_slot_are_told()
    {
        var other = await bench.NeverPassesAsync(Follows with { Slot = "other" }, 0.3);
        await bench.SqlAsync("standby", "alter system set primary_slot_name = ''; select pg_reload_conf()");
        await bench.PassesAsync(Follows with { Slot = null });
        var none = await bench.NeverPassesAsync(Follows, 0.3);

        Assert.Equal(("slot", "slot"), (other.Facts["failed"], none.Facts["failed"]));
        Assert.Contains("standby1, not other", other.Reason);
        Assert.Contains("without a slot", none.Reason);
    }

    [Fact]
    public async Task A_standby_that_lost_its_signal_does_not_follow_for_long()
    {
        await bench.PassesAsync(Follows);
        await bench.RunAsync("standby", """rm "$PGDATA/standby.signal" """);

        var lost = await bench.FailsAsync(Follows);

        Assert.Equal("role", lost.Facts["failed"]);
        Assert.Contains("standby.signal", lost.Reason);
    }

    [Fact]
    public async Task Of_a_stopped_or_frozen_standby_nothing_can_be_told_and_it_is_named()
    {
        await using (await bench.FreezeAsync("standby"))
            Assert.Equal(Answer.CannotTell, (await bench.LookAsync(Follows)).Answer);
        await bench.StopAsync("standby");

        var stopped = await bench.LookAsync(Follows);

        Assert.Equal((Answer.CannotTell, "standby", "the server of standby is stopped"), (stopped.Answer, stopped.Node, stopped.Reason));
    }

    [Fact]
    public async Task A_standby_that_waits_for_synchronous_replication_of_nobody_still_gets_the_row()
    {
        await bench.SqlAsync("primary", "alter system set synchronous_standby_names = 'nobody'; select pg_reload_conf()");

        await bench.PassesAsync(Follows);
    }

    [Fact]
    public async Task A_cascade_is_proved_by_a_row_of_its_primary()
    {
        await bench.RunAsync("spare", """
            pg_basebackup -d "host=$STANDBY_HOST port=$STANDBY_PORT user=$REPL_USER application_name=spare" -D "$PGDATA" -c fast -R -X stream -N
            echo "port = $PGPORT" >> "$PGDATA/postgresql.conf"
            echo "primary_slot_name = ''" >> "$PGDATA/postgresql.auto.conf"
            """);
        await bench.StartAsync("spare");
        var leaf = Follows with { Node = "spare", From = "standby", Slot = null };

        await bench.PassesAsync(leaf);

        Assert.Equal("upstream", (await bench.NeverPassesAsync(leaf with { From = "primary" }, 0.3)).Facts["failed"]);
        await bench.SqlAsync("standby", "select pg_promote()");
        await bench.PassesAsync(leaf);
    }

    [Fact]
    public async Task A_cluster_that_the_learner_built_needs_no_table_of_ours()
    {
        await bench.SqlAsync("primary", "drop schema lab_canary cascade");

        await bench.PassesAsync(Follows);
    }

    [Fact]
    public async Task A_healthy_look_takes_under_50_ms()
    {
        await bench.PassesAsync(Follows);
        var look = await bench.LookAsync(TestContext.Current.CancellationToken);
        var times = new List<double>();
        for (var i = 0; i < 20; i++)
        {
            var started = TimeProvider.System.GetTimestamp();
            await Follows.LookAsync(look, TestContext.Current.CancellationToken);
            times.Add(TimeProvider.System.GetElapsedTime(started).TotalMilliseconds);
        }
        times.Sort();
        TestContext.Current.TestOutputHelper?.WriteLine($"median {times[10]:0.0} ms, worst {times[^1]:0.0} ms");
        Assert.True(times[10] < 50, $"median {times[10]:0.0} ms");
    }
}
