using Npgsql;
using PgHaTutor.Hosts;
using PgHaTutor.Labs;
using PgHaTutor.Lessons;

namespace PgHaTutor.Bench;

/// <summary>The start state of a pair on two SSH hosts, against the same commands by a hand-written ssh script, and one Observation against one round trip.</summary>
/// <remarks>Two hosts with nothing else on them, for example of <c>tests/hosts/farm.sh up 2</c>; both sides sync what initdb and pg_basebackup write alike.</remarks>
internal static class SshLabFigures
{
    private static readonly Recipe Pair = new(
    [
        new NodeRecipe("primary", NodeRole.Primary) { Setup = "create table floor(n int primary key)" },
        new NodeRecipe("standby", NodeRole.Standby) { Of = "primary", Slot = "standby" },
    ]);

    public static async Task<IReadOnlyList<Measurement>> MeasureAsync(BenchFolder folder, int rounds)
    {
        using var farm = new BenchFarm(Path.Combine(folder.Path, "pair"));
        var (inventory, problems) = InventoryReader.Read(farm.Inventory);
        if (inventory is null)
            throw new InvalidOperationException(string.Join('\n', problems));
        await using var site = new RemoteSite(new SshFleet(inventory), Path.Combine(folder.Path, "remote"));
        var installation = (await site.InstallationsAsync())[0];
        List<double> hand = [], cold = [], warm = [];
        IReadOnlyList<Measurement> observed = [];
        for (var i = 0; i < rounds; i++)
        {
            hand.Add(await Measurement.TimeAsync(() => ByHandAsync(inventory, installation)));
            await CleanAsync(inventory);
            await site.ForgetTemplatesAsync();
            Lab? lab = null;
            cold.Add(await Measurement.TimeAsync(async () => lab = await site.BuildAsync(new LabPlan("bench", Pair, installation))));
            await site.RemoveAsync(lab!);
            warm.Add(await Measurement.TimeAsync(async () => lab = await site.BuildAsync(new LabPlan("bench", Pair, installation))));
            if (i == rounds - 1)
                observed = [.. await ObserveAsync(lab!, ""), .. await FarAsync(farm, site, installation, lab!)];
            await site.RemoveAsync(lab!);
        }
        await site.ForgetTemplatesAsync();
        return
        [
            new("pair on two SSH hosts, nothing kept there", Measurement.Median(cold), Measurement.Median(hand), 1.3, "floor: the same commands by a hand-written ssh script over open masters"),
            new("the same again", Measurement.Median(warm), Measurement.Median(hand), 1.3, "the same floor"),
            .. observed,
        ];
    }

    /// <summary>The same hosts 50 ms away: one Observation, and a start state, measured and shown without a limit.</summary>
    private static async Task<IReadOnlyList<Measurement>> FarAsync(BenchFarm farm, RemoteSite site, Installation installation, Lab near)
    {
        farm.Run("delay", "h1", "25");
        farm.Run("delay", "h2", "25");
        var observed = await ObserveAsync(near, ", 50 ms round trip");
        Lab? lab = null;
        var built = await Measurement.TimeAsync(async () => lab = await site.BuildAsync(new LabPlan("bench", Pair, installation)));
        await site.RemoveAsync(lab!);
        farm.Run("undelay", "h1");
        farm.Run("undelay", "h2");
        return [.. observed, new("pair on two SSH hosts, 50 ms away", built, null, double.PositiveInfinity, "measured, without a limit; between the hosts 100 ms")];
    }

    private static async Task<IReadOnlyList<Measurement>> ObserveAsync(Lab lab, string where)
    {
        await using var connections = new LabConnections(lab);
        await connections.ObserveAsync();
        var route = await lab["standby"].Host.RouteAsync(lab["standby"].Port);
        await using var plain = new NpgsqlConnection(new NpgsqlConnectionStringBuilder
        {
            Host = route.Host, Port = route.Port, Username = lab.Credentials.Superuser, Password = lab.Credentials.SuperuserPassword, Database = "postgres",
        }.ConnectionString);
        await plain.OpenAsync();
        await using var one = new NpgsqlCommand("select 1", plain);
        List<double> ours = [], trips = [];
        for (var i = 0; i < 200; i++)
        {
            trips.Add(await Measurement.TimeAsync(() => one.ExecuteScalarAsync()));
            ours.Add(await Measurement.TimeAsync(() => connections.ObserveAsync()));
        }
        return [new($"one Observation of two SSH nodes{where}", Measurement.Median(ours), Measurement.Median(trips), where.Length > 0 ? 1.3 : 3, "floor: one round trip, a plain select 1 over the same forward" + (where.Length > 0 ? "" : "; with no network to speak of it counts the servers' work"))];
    }

    private static async Task ByHandAsync(Inventory inventory, Installation installation)
    {
        var (primary, standby) = (inventory.Hosts[0], inventory.Hosts[1]);
        await RunAsync(inventory, primary, $$"""
            set -e; umask 077; export PATH={{installation.BinDirectory}}:$PATH
            B=/var/lib/postgresql/bench; mkdir $B; cd $B; echo secret >pw
            initdb -D p -k --wal-segsize=1 --locale=C.UTF-8 -A scram-sha-256 --pwfile=pw --no-sync >/dev/null
            printf '%s\n' "port = 5640" "listen_addresses = '*'" "unix_socket_directories = '$B'" 'shared_buffers = 16MB' 'max_connections = 30' 'wal_log_hints = on' 'wal_retrieve_retry_interval = 500ms' >>p/postgresql.conf
            echo 'host replication replicator {{standby.Address}}/32 scram-sha-256' >>p/pg_hba.conf
            pg_ctl -D p -l log -w start >/dev/null
            PGPASSWORD=secret psql -h $B -p 5640 -d postgres -XAtq -c "create role replicator login replication password 'secret'" -c "create table floor(n int primary key)"
            """);
        await RunAsync(inventory, standby, $$"""
            set -e; umask 077; export PATH={{installation.BinDirectory}}:$PATH
            B=/var/lib/postgresql/bench; mkdir $B; cd $B; echo '*:*:*:*:secret' >pass; export PGPASSFILE=$B/pass
            pg_basebackup -h {{primary.Address}} -p 5640 -U replicator -D s -c fast -X stream -R -C -S s
            pg_ctl -D s -l log -w start >/dev/null
            """);
        await RunAsync(inventory, primary, """
            cd /var/lib/postgresql/bench; until [ "$(PGPASSWORD=secret psql -h $PWD -p 5640 -d postgres -XAtqc "select state from pg_stat_replication")" = streaming ]; do sleep 0.01; done
            """);
    }

    private static async Task CleanAsync(Inventory inventory)
    {
        foreach (var host in inventory.Hosts.Take(2))
            await RunAsync(inventory, host, """
                cd /var/lib/postgresql/bench; for data in p s; do [ ! -d $data ] || /usr/lib/postgresql/*/bin/pg_ctl -D $data -m immediate -w stop >/dev/null; done; cd /; rm -rf /var/lib/postgresql/bench
                """);
    }

    /// <summary>As a person would: one ssh call a script, over a master of ssh's own.</summary>
    private static async Task RunAsync(Inventory inventory, InventoryHost host, string script)
    {
        string[] config = inventory.ConfigFile is { } file ? ["-F", file] : [];
        var start = new System.Diagnostics.ProcessStartInfo("ssh",
            [.. config, "-o", "ControlMaster=auto", "-o", $"ControlPath=/tmp/pght-bench-%C", "-o", "ControlPersist=60", host.Destination, $"sudo -n -u {inventory.Become} bash -s"])
        {
            RedirectStandardInput = true,
            // The master that ssh leaves behind would hold a pipe open.
            RedirectStandardError = false,
        };
        using var ssh = System.Diagnostics.Process.Start(start)!;
        await ssh.StandardInput.WriteAsync(script);
        ssh.StandardInput.Close();
        await ssh.WaitForExitAsync();
        if (ssh.ExitCode != 0)
            throw new InvalidOperationException($"The hand-made script failed on {host.Name}.");
    }
}
