using System.Globalization;

namespace PgHaTutor.LabTests.Hosts;

/// <summary>
/// Hosts h1, h2… on this machine that behave like EC2 instances, reached by ssh; see <c>tests/hosts/farm.sh</c>.
/// Gone when disposed, and swept by the next farm where the tests were killed.
/// </summary>
/// <remarks>Two hosts take about 0.3 s, so a test that cuts or switches off has a farm of its own.</remarks>
public sealed class SshFarm : IAsyncDisposable
{
    private readonly TestHostScript _script;

    private SshFarm(string folder, TestHostScript script) => (Folder, _script) = (folder, script);

    /// <summary>Holds <c>ssh_config</c>, <c>known_hosts</c>, <c>id_ed25519</c>, <c>unknown_ed25519</c> (a key that no host knows) and the inventories.</summary>
    public string Folder { get; }

    /// <summary>All hosts: the primary on h1, the standby on h2, what else a lesson has in turn on all.</summary>
    public string Inventory => Path.Combine(Folder, "inventory.yaml");

    /// <summary>Both nodes on h1.</summary>
    public string OneHostInventory => Path.Combine(Folder, "one.yaml");

    /// <summary>As <c>ssh -F</c> takes it: the hosts by name, strict host keys, the account <c>ubuntu</c>, which may become anybody.</summary>
    public string SshConfig => Path.Combine(Folder, "ssh_config");

    public string KnownHosts => Path.Combine(Folder, "known_hosts");

    /// <summary>Logs in as <c>ubuntu</c>, and as <c>asked</c>, whose sudo asks for a password.</summary>
    public string Key => Path.Combine(Folder, "id_ed25519");

    /// <summary>Boots hosts h1 to h<paramref name="hosts"/> (at most 20); skips the test where this machine cannot.</summary>
    public static async Task<SshFarm> StartAsync(int hosts = 2)
    {
        await TestHostScript.NeedOrSkipAsync("host", "ip", "nft", "python3", "mmdebstrap", "unshare", "nsenter", "ssh", "ssh-keygen");
        var folder = $"/tmp/pght-farm-{Guid.NewGuid():N}"[..22];
        var script = new TestHostScript("farm.sh", new Dictionary<string, string>
        {
            ["FARM"] = folder,
            ["OWNER"] = Environment.ProcessId.ToString(CultureInfo.InvariantCulture),
        });
        await script.RunAsync(["up", $"{hosts}"], TestContext.Current.CancellationToken);
        return new SshFarm(folder, script);
    }

    /// <summary>The inventory of the n-th pair, from 1: h1 and h2, h3 and h4…</summary>
    public string PairInventory(int pair) => Path.Combine(Folder, $"pair-{pair}.yaml");

    public Task<string> AddressAsync(string host) => RunAsync("ip", host);

    /// <summary>Boots one host more, with keys of the caller's where named; gives its name and its address.</summary>
    /// <param name="systemd">It boots as a Debian machine does, and runs the distribution's own cluster on port 5432.</param>
    public async Task<(string Name, string Address)> AddAsync(string? hostKey = null, string? authorizedKeys = null, bool systemd = false)
    {
        if (systemd)
            await TestHostScript.NeedOrSkipAsync("systemd", "systemd-nspawn");
        List<string> words = systemd ? ["add", "--systemd"] : ["add"];
        if (hostKey is not null)
            words.AddRange(["--host-key", hostKey]);
        if (authorizedKeys is not null)
            words.AddRange(["--authorized-keys", authorizedKeys]);
        var answer = (await RunAsync([.. words])).Split(' ');
        return (answer[0], answer[1]);
    }

    public Task RemoveAsync(string host) => RunAsync("remove", host);

    /// <summary>Runs a command on the host as root, by no network.</summary>
    public Task<string> OnAsync(string host, params string[] words) => RunAsync(["run", host, .. words]);

    /// <summary>Pulls the plug: every process is gone at once, and nobody answers.</summary>
    public Task PowerOffAsync(string host) => RunAsync("off", host);

    public Task PowerOnAsync(string host) => RunAsync("on", host);

    /// <summary>Nothing comes or goes any more; this machine is cut off from it, too.</summary>
    public Task CutAsync(string host) => RunAsync("cut", host);

    /// <summary>The farm's other hosts and this one reach each other by ssh only; this machine reaches all.</summary>
    public Task CutPostgresAsync(string host) => RunAsync("cut-postgres", host);

    /// <summary>Undoes <see cref="CutAsync"/> and <see cref="CutPostgresAsync"/>.</summary>
    public Task HealAsync(string host) => RunAsync("heal", host);

    /// <summary>Each frame to and from the host takes so much longer, once each way.</summary>
    public Task DelayAsync(string host, double milliseconds) => RunAsync("delay", host, milliseconds.ToString(CultureInfo.InvariantCulture));

    public Task UndelayAsync(string host) => RunAsync("undelay", host);

    /// <summary>Each frame is lost with that probability, in each direction.</summary>
    public Task LoseAsync(string host, int percent) => RunAsync("loss", host, $"{percent}");

    public Task LoseNothingAsync(string host) => RunAsync("noloss", host);

    public async ValueTask DisposeAsync() => await _script.RunAsync(["down"]);

    private Task<string> RunAsync(params string[] words) => _script.RunAsync(words, TestContext.Current.CancellationToken);
}
