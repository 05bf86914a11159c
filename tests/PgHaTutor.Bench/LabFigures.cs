using PgHaTutor.Hosts;
using PgHaTutor.Labs;

namespace PgHaTutor.Bench;

/// <summary>Start state and reset of a streaming pair, and one Observation of it, each against the same by hand.</summary>
internal static class LabFigures
{
    private static readonly Recipe Pair = new(
    [
        new NodeRecipe("primary", NodeRole.Primary) { Setup = "create table floor(n int primary key)" },
        new NodeRecipe("standby", NodeRole.Standby) { Of = "primary", Slot = "standby" },
    ]);

    public static async Task<IReadOnlyList<Measurement>> MeasureAsync(BenchFolder folder, int rounds)
    {
        var site = new LocalSite(folder.Host, Path.Combine(folder.Path, "site"));
        var installation = (await site.InstallationsAsync())[0];
        var hand = new HandMade(folder.Host, installation, folder.Make("hand"), 57310, 57311);
        var templates = Path.Combine(site.Directory, "templates");

        List<double> coldHand = [], cold = [], warmHand = [], warm = [], resetHand = [], reset = [];
        for (var i = 0; i < rounds; i++)
        {
            coldHand.Add(await Measurement.TimeAsync(hand.ColdAsync));
            if (i == rounds - 1)
                await hand.KeepAsync();
            await hand.StopAsync();
            if (Directory.Exists(templates))
                Directory.Delete(templates, recursive: true);
            Lab? lab = null;
            cold.Add(await Measurement.TimeAsync(async () => lab = await BuildAndSeeAsync(site, installation, i)));
            await site.RemoveAsync(lab!);
        }
        for (var i = 0; i < rounds; i++)
        {
            warmHand.Add(await Measurement.TimeAsync(hand.WarmAsync));
            resetHand.Add(await Measurement.TimeAsync(hand.ResetAsync));
            await hand.StopAsync();
            Lab? lab = null;
            warm.Add(await Measurement.TimeAsync(async () => lab = await BuildAndSeeAsync(site, installation, i)));
            reset.Add(await Measurement.TimeAsync(async () =>
            {
                lab = await site.RestoreAsync(lab!);
                await SeeAsync(lab, i);
            }));
            await site.RemoveAsync(lab!);
        }
        return
        [
            new("pair, cold template, row on the standby", Measurement.Median(cold), Measurement.Median(coldHand), 1.1, "floor: initdb, pg_basebackup -c fast by script"),
            new("pair, warm template, row on the standby", Measurement.Median(warm), Measurement.Median(warmHand), 1.3, "floor: copy both directories, start both by script"),
            new("reset of a pair, row on the standby", Measurement.Median(reset), Measurement.Median(resetHand), 1.2, "floor: stop, copy, start by script"),
            .. await ObserveAsync(site, installation),
        ];
    }

    private static async Task<Lab> BuildAndSeeAsync(LocalSite site, Installation installation, int row)
    {
        var lab = await site.BuildAsync(new LabPlan("bench", Pair, installation));
        await SeeAsync(lab, row);
        return lab;
    }

    private static async Task SeeAsync(Lab lab, int row)
    {
        await using var connections = new LabConnections(lab);
        await using (var primary = await connections.OpenAsync(lab["primary"], new ConnectionOptions(ReadWrite: true)))
        await using (var insert = new Npgsql.NpgsqlCommand($"insert into floor values ({row})", primary))
            await insert.ExecuteNonQueryAsync();
        while (true)
        {
            await using var standby = await connections.OpenAsync(lab["standby"]);
            await using var select = new Npgsql.NpgsqlCommand($"select count(*) from floor where n = {row}", standby);
            if (await select.ExecuteScalarAsync() is 1L)
                return;
        }
    }

    private static async Task<IReadOnlyList<Measurement>> ObserveAsync(LocalSite site, Installation installation)
    {
        var lab = await site.BuildAsync(new LabPlan("bench", Pair, installation));
        try
        {
            await using var connections = new LabConnections(lab);
            var warm = await Task.WhenAll(lab.Nodes.Select(node => connections.OpenAsync(node)));
            List<double> ours = [], floor = [], psql = [];
            for (var i = 0; i < 220; i++)
            {
                var one = await Measurement.TimeAsync(() => connections.ObserveAsync());
                var other = await Measurement.TimeAsync(() => Task.WhenAll(warm.Select(BatchAsync)));
                if (i < 20)
                    continue; // The first rounds compile code and fill caches.
                ours.Add(one);
                floor.Add(other);
            }
            for (var i = 0; i < 10; i++)
                psql.Add(await Measurement.TimeAsync(() => Task.WhenAll(lab.Nodes.Select(node => node.Host.RunAsync(
                    new Script("psql -XAtqc 'select * from pg_stat_replication' >/dev/null") { Environment = Variables.For(lab, node) })))));
            foreach (var connection in warm)
                await connection.DisposeAsync();
            return
            [
                new("Observation of two nodes", Measurement.Median(ours), Measurement.Median(floor), 1.3, "floor: one warm batch of the same views a node, in parallel"),
                new("Observation against one psql a node", Measurement.Median(ours), Measurement.Median(psql), 0.1, "floor: one psql a node, in parallel"),
            ];
        }
        finally
        {
            await site.RemoveAsync(lab);
        }
    }

    /// <summary>The same views as an Observation reads, asked by hand over a connection that is already open.</summary>
    private static async Task BatchAsync(Npgsql.NpgsqlConnection connection)
    {
        await using var batch = new Npgsql.NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new("select pg_is_in_recovery(), (select system_identifier from pg_control_system()), (select timeline_id from pg_control_checkpoint()), case when pg_is_in_recovery() then null else pg_current_wal_lsn()::text end, pg_last_wal_receive_lsn()::text, pg_last_wal_replay_lsn()::text, pg_postmaster_start_time(), r.status, r.sender_host, r.sender_port, r.slot_name, r.received_tli from (select 1) one left join pg_stat_wal_receiver r on true"),
                new("select pid, application_name, state, sync_state, sent_lsn::text, write_lsn::text, flush_lsn::text, replay_lsn::text from pg_stat_replication"),
                new("select slot_name, slot_type, active, active_pid, wal_status, restart_lsn::text from pg_replication_slots"),
            },
        };
        await using var reader = await batch.ExecuteReaderAsync();
        do
        {
            while (await reader.ReadAsync())
                for (var i = 0; i < reader.FieldCount; i++)
                    _ = reader.GetValue(i);
        }
        while (await reader.NextResultAsync());
    }
}
