using PgHaTutor.Hosts;
using PgHaTutor.Labs;

namespace PgHaTutor.Bench;

/// <summary>The floor: the same pair, made by the best shell script that we could write, on the same host as the same user.</summary>
internal sealed class HandMade(Host host, Installation installation, string folder, int primaryPort, int standbyPort)
{
    private const string Prelude = """
        set -e
        umask 077
        S=$B/sock
        start() { pg_ctl -D "$B/$1" -l "$B/$1.log" -W -o "-c cluster_name=$1" start >/dev/null; }
        ready() { until [ "$(sed -n 8p "$B/$1/postmaster.pid" 2>/dev/null | tr -d ' ')" = ready ]; do sleep 0.01; done; }
        visible() { until [ "$(psql -h "$S" -p $SP -d postgres -XAtqc "select 1 from floor where n = $1" 2>/dev/null)" = 1 ]; do sleep 0.01; done; }
        put() { psql -h "$S" -p $PP -d postgres -XAtqc "insert into floor values ($1)" >/dev/null; }
        gone() { [ -f "$B/$1/postmaster.pid" ] && pg_ctl -D "$B/$1" -m immediate -w stop >/dev/null || true; }
        """;

    private const string Cold = """
        rm -rf "$B/p" "$B/s"; mkdir -p "$S"; echo secret > "$B/pw"; echo "*:*:*:*:secret" > "$B/pass"; chmod 600 "$B/pass"
        initdb -D "$B/p" -k --wal-segsize=1 --locale=C.UTF-8 -A scram-sha-256 --pwfile="$B/pw" --no-sync >/dev/null
        cat >> "$B/p/postgresql.conf" <<C
        port = $PP
        listen_addresses = '127.0.0.1'
        unix_socket_directories = '$S'
        shared_buffers = 16MB
        max_connections = 30
        max_wal_senders = 8
        wal_log_hints = on
        wal_retrieve_retry_interval = 500ms
        C
        echo 'host replication replicator 127.0.0.1/32 scram-sha-256' >> "$B/p/pg_hba.conf"
        start p; ready p
        psql -h "$S" -p $PP -d postgres -XAtq -c "create role replicator login replication password 'secret'" -c "create table floor(n int primary key)"
        pg_basebackup -h 127.0.0.1 -p $PP -U replicator -D "$B/s" -c fast -X stream -R -C -S s --no-sync
        sed -i "s/^port = .*/port = $SP/" "$B/s/postgresql.conf"
        start s; put 1; visible 1
        """;

    private const string Warm = """
        rm -rf "$B/p" "$B/s"
        cp -a --reflink=auto "$B/golden/p" "$B/golden/s" "$B/"
        start p & start s & wait
        ready p; put 2; visible 2
        """;

    private const string Keep = """
        pg_ctl -D "$B/s" -m fast -w stop >/dev/null; pg_ctl -D "$B/p" -m fast -w stop >/dev/null
        rm -rf "$B/golden"; mkdir "$B/golden"; cp -a "$B/p" "$B/s" "$B/golden/"
        """;

    private const string Reset = """
        gone p & gone s & wait
        """ + "\n" + Warm;

    public Task ColdAsync() => RunAsync(Cold);

    public Task KeepAsync() => RunAsync(Keep);

    public Task WarmAsync() => RunAsync(Warm);

    public Task ResetAsync() => RunAsync(Reset);

    public Task StopAsync() => RunAsync("gone s; gone p");

    private async Task RunAsync(string script)
    {
        var output = await host.RunAsync(new Script(Prelude + "\n" + script)
        {
            WorkingDirectory = folder,
            Environment = new Dictionary<string, string>
            {
                ["B"] = folder,
                ["PP"] = $"{primaryPort}",
                ["SP"] = $"{standbyPort}",
                ["PGPASSFILE"] = Path.Combine(folder, "pass"),
                ["PATH"] = $"{installation.BinDirectory}:{Environment.GetEnvironmentVariable("PATH")}",
            },
        });
        if (!output.Succeeded)
            throw new InvalidOperationException($"The hand-made script failed: {output.StandardError}{output.StandardOutput}");
    }
}
