using System.Globalization;
using PgHaTutor.Hosts;

namespace PgHaTutor.LabTests;

/// <summary>
/// Somebody's server that is none of ours: it holds its port, and is frozen, so that whatever changes in its files was not its own doing.
/// </summary>
public sealed class AForeignCluster : IAsyncDisposable
{
    private readonly ATemporarySite _site;
    private readonly string _data;
    private readonly string _bin;

    private AForeignCluster(ATemporarySite site, string data, string bin) => (_site, _data, _bin) = (site, data, bin);

    public int Port => int.Parse(File.ReadAllLines(Path.Combine(_data, "postmaster.pid"))[3], CultureInfo.InvariantCulture);

    public bool IsRunning => _site.Host.FindProcess(int.Parse(File.ReadAllLines(Path.Combine(_data, "postmaster.pid"))[0], CultureInfo.InvariantCulture)) is not null;

    /// <summary>Starts one in a folder below the site's, on the first port that a lab would take next.</summary>
    public static async Task<AForeignCluster> StartAsync(ATemporarySite site, string folder)
    {
        var bin = (await site.NewestAsync()).BinDirectory;
        var data = Path.Combine(site.Folder, folder);
        await site.Host.MakeFolderAsync(Path.GetDirectoryName(data)!);
        var cluster = new AForeignCluster(site, data, bin);
        var output = await site.Host.RunAsync(new Script($"""
            set -e
            {bin}/initdb -D {data} -A trust --no-sync >/dev/null
            for port in $(seq 55432 55932); do
              [ ! -e /tmp/pghatutor-ports/$port ] || continue # A lab of another test owns it, also while it does not listen.
              {bin}/pg_ctl -D {data} -l {data}.log -o "-c listen_addresses=127.0.0.1 -c unix_socket_directories= -c autovacuum=off -p $port" -w start >/dev/null && exit
            done
            exit 1
            """));
        Assert.True(output.Succeeded, output.StandardError);
        await cluster.SignalAsync("STOP");
        return cluster;
    }

    public async ValueTask DisposeAsync()
    {
        await SignalAsync("CONT");
        await _site.Host.RunAsync(new Script($"{_bin}/pg_ctl -D {_data} -m immediate -w stop"));
    }

    private Task SignalAsync(string signal) =>
        _site.Host.RunAsync(new Script($"kill -{signal} {string.Join(' ', _site.Host.ProcessesBelow(_data).Select(process => process.Pid))}"));
}
