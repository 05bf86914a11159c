using System.Diagnostics;
using PgHaTutor.Hosts;
using PgHaTutor.Labs;

namespace PgHaTutor.Bench;

/// <summary>
/// A pair on containers against <c>docker run</c> of two and the same commands by <c>docker exec</c>; one command against <c>docker exec</c>.
/// </summary>
/// <remarks>
/// Takes a Docker engine with nothing else to do, by DOCKER_HOST and PGHATUTOR_IMAGE: what <c>tests/hosts/docker.sh up</c> prints. By hand both
/// containers stand on the engine's usual network, so a script saves the two networks that a lab has of its own.
/// </remarks>
internal static class DockerFigures
{
    private const int Rounds = 60;

    private static readonly Recipe Pair = new(
    [
        new NodeRecipe("primary", NodeRole.Primary) { Setup = "create table floor(n int primary key)" },
        new NodeRecipe("standby", NodeRole.Standby) { Of = "primary", Slot = "standby" },
    ]);

    public static async Task<IReadOnlyList<Measurement>> MeasureAsync(BenchFolder folder, int rounds)
    {
        await using var site = new RemoteSite(
            new ContainerFleet("docker", "bench", Path.Combine(folder.Path, "ports"), new ContainerEngine()), Path.Combine(folder.Path, "containers"));
        var installation = (await site.InstallationsAsync())[0];
        var image = Environment.GetEnvironmentVariable("PGHATUTOR_IMAGE") is { Length: > 0 } named ? named : $"postgres:{installation.Major}";
        List<double> hand = [], ours = [];
        IReadOnlyList<Measurement> open = [];
        // The first round compiles code and fills the engine's caches.
        for (var i = 0; i <= rounds; i++)
        {
            hand.Add(await Measurement.TimeAsync(() => ByHandAsync(image)));
            await DockerAsync("rm", "--force", "--volumes", "bench-primary", "bench-standby");
            Lab? lab = null;
            ours.Add(await Measurement.TimeAsync(async () => lab = await site.BuildAsync(new LabPlan("bench", Pair, installation))));
            if (i == rounds)
                open = await OpenAsync(lab!);
            foreach (var survivor in await site.RemoveAsync(lab!))
                throw new InvalidOperationException(survivor);
        }
        return
        [
            new("pair on two containers", Measurement.Median(ours.Skip(1)), Measurement.Median(hand.Skip(1)), 1.5, "floor: docker run of two, then the same commands by docker exec"),
            .. open,
        ];
    }

    private static async Task<IReadOnlyList<Measurement>> OpenAsync(Lab lab)
    {
        var host = (ContainerHost)lab["standby"].Host;
        await using var connections = new LabConnections(lab);
        List<double> plain = [], calm = [], row = [], observed = [];
        for (var i = 0; i < Rounds; i++)
        {
            plain.Add(await Measurement.TimeAsync(() => DockerAsync("exec", "--user", "postgres", host.Container, "bash", "-c", "true")));
            await Task.Delay(300);
            calm.Add(await Measurement.TimeAsync(() => host.RunAsync(new Script("true"))));
        }
        for (var i = 0; i < Rounds; i++)
            row.Add(await Measurement.TimeAsync(() => host.RunAsync(new Script("true"))));
        for (var i = 0; i < Rounds; i++)
            observed.Add(await Measurement.TimeAsync(() => connections.ObserveAsync()));
        var floor = Measurement.Median(plain.Skip(5));
        return
        [
            new("a command in a container", Measurement.Median(calm.Skip(5)), floor, 1, "floor: docker exec"),
            new("commands in a container without a pause", Measurement.Median(row.Skip(5)), floor, 1.3, "the same floor"),
            new("one Observation of two containers", Measurement.Median(observed.Skip(5)), null, 15, "through the engine, on warm connections"),
        ];
    }

    private static async Task ByHandAsync(string image)
    {
        foreach (var name in new[] { "bench-primary", "bench-standby" })
            await DockerAsync("run", "--detach", "--init", "--name", name, "--entrypoint", "sleep", image, "infinity");
        var addresses = (await DockerAsync("inspect", "--format", "{{.NetworkSettings.IPAddress}}", "bench-primary", "bench-standby")).Split('\n');
        await ScriptAsync("bench-primary", $$"""
            set -e; umask 077
            B=/var/lib/postgresql/bench; mkdir $B; cd $B; echo secret >pw
            initdb -D p -k --wal-segsize=1 --locale=C.UTF-8 -A scram-sha-256 --pwfile=pw --no-sync >/dev/null
            printf '%s\n' "listen_addresses = '*'" "unix_socket_directories = '$B'" 'shared_buffers = 16MB' 'max_connections = 30' 'wal_log_hints = on' 'wal_retrieve_retry_interval = 500ms' >>p/postgresql.conf
            echo 'host replication replicator {{addresses[1]}}/32 scram-sha-256' >>p/pg_hba.conf
            pg_ctl -D p -l log -w start >/dev/null
            PGPASSWORD=secret psql -h $B -d postgres -XAtq -c "create role replicator login replication password 'secret'" -c "create table floor(n int primary key)"
            """);
        await ScriptAsync("bench-standby", $$"""
            set -e; umask 077
            B=/var/lib/postgresql/bench; mkdir $B; cd $B; echo '*:*:*:*:secret' >pass; export PGPASSFILE=$B/pass
            pg_basebackup -h {{addresses[0]}} -U replicator -D s -c fast -X stream -R -C -S s
            echo "unix_socket_directories = '$B'" >>s/postgresql.conf
            pg_ctl -D s -l log -w start >/dev/null
            """);
        await ScriptAsync("bench-primary", """
            cd /var/lib/postgresql/bench; until [ "$(PGPASSWORD=secret psql -h $PWD -d postgres -XAtqc "select state from pg_stat_replication")" = streaming ]; do sleep 0.01; done
            """);
    }

    private static Task<string> ScriptAsync(string container, string script) => RunAsync(script, "exec", "--interactive", "--user", "postgres", container, "bash", "-s");

    private static Task<string> DockerAsync(params string[] words) => RunAsync("", words);

    private static async Task<string> RunAsync(string input, params string[] words)
    {
        using var docker = Process.Start(new ProcessStartInfo("docker", words) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        await docker.StandardInput.WriteAsync(input);
        docker.StandardInput.Close();
        var output = docker.StandardOutput.ReadToEndAsync();
        var errors = docker.StandardError.ReadToEndAsync();
        await docker.WaitForExitAsync();
        return docker.ExitCode == 0 ? (await output).Trim() : throw new InvalidOperationException($"docker {string.Join(' ', words)} ended with {docker.ExitCode}: {await errors}");
    }
}
