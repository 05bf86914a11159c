using PgHaTutor.Hosts;

namespace PgHaTutor.Labs;

/// <summary>The hosts of an inventory: they are there before a lab and after it.</summary>
public sealed class SshFleet(Inventory inventory) : Fleet
{
    private readonly Dictionary<string, Task<SshHost>> _hosts = [];
    private readonly Lock _lock = new();

    public override string Target => $"ssh:{inventory.File}";

    public override string Root => inventory.Root;

    public override bool HostsEndWithLab => false;

    public override async Task<IReadOnlyList<Installation>> InstallationsAsync(CancellationToken cancellationToken = default)
    {
        var found = await Task.WhenAll(inventory.Hosts.Select(async host => await Installations.OfAsync(await HostOfAsync(host), cancellationToken)));
        var shared = found[0].Where(one => found.All(others => others.Any(other => other.Major == one.Major)) && (inventory.Major is null || one.Major == inventory.Major));
        if (shared.DistinctBy(one => one.Major).ToList() is { Count: > 0 } installed)
            return installed;
        var have = inventory.Hosts.Zip(found, (host, there) => $"{host.Name} has {(there.Count == 0 ? "none" : string.Join(", ", there.Select(one => one.Version)))}");
        throw new LabException($"{(inventory.Major is { } major ? $"PostgreSQL {major}, which the inventory asks for," : "No version of PostgreSQL (13 or newer)")} is {(inventory.Major is null ? "" : "not ")}on every host: {string.Join("; ", have)}. How to install it, says: tutor doctor --target {Bash.Word(Target)}");
    }

    public override int HostsOf(IReadOnlyList<string> nodes) => inventory.Place(nodes).Values.Distinct().Count();

    public override async Task<IReadOnlyDictionary<string, Host>> ProvideAsync(
        string labId, IReadOnlyList<string> nodes, Installation programs, IProgress<LabProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        var places = await FindAsync(labId, nodes, new Dictionary<string, string>(), cancellationToken);
        await Task.WhenAll(places.Values.Distinct().Cast<SshHost>().Select(host => Task.WhenAll(MakeRootAsync(host, cancellationToken), NeedForwardingAsync(host, cancellationToken))));
        return places;
    }

    private static async Task NeedForwardingAsync(SshHost host, CancellationToken cancellationToken)
    {
        if (await host.ForwardingTroubleAsync(cancellationToken) is { } trouble)
            throw new LabException($"No lab can be on {host.Name}: {trouble}");
    }

    public override async Task<IReadOnlyDictionary<string, Host>> FindAsync(
        string labId, IReadOnlyList<string> nodes, IReadOnlyDictionary<string, string> homes, CancellationToken cancellationToken = default)
    {
        var places = new Dictionary<string, Host>();
        foreach (var (node, host) in inventory.Place(nodes))
            places[node] = await HostOfAsync(homes.TryGetValue(node, out var home) ? Known(node, home) : host);
        return places;
    }

    private InventoryHost Known(string node, string name) => inventory.Hosts.FirstOrDefault(host => host.Name == name)
        ?? throw new HostException($"{node} lives on the host {name}, which {inventory.File} does not name any more. Put {name} back there until the lab is removed (tutor down).");

    public override Task<IReadOnlyList<string>> ReleaseAsync(string labId, CancellationToken cancellationToken = default) =>
        Task.FromResult<IReadOnlyList<string>>([]);

    public override async Task<IReadOnlyList<string>> OnStandingHostsAsync(Script script, CancellationToken cancellationToken = default)
    {
        var told = await Task.WhenAll(inventory.Hosts.Select(async entry =>
        {
            try
            {
                var output = await (await HostOfAsync(entry)).RunAsync(script, cancellationToken: cancellationToken);
                return output.Succeeded ? null : $"{entry.Name}: {LabScript.Reason(output)}";
            }
            catch (HostException away)
            {
                return away.Message;
            }
        }));
        return [.. told.OfType<string>()];
    }

    /// <summary>All hosts of the inventory; none has been reached for it.</summary>
    /// <exception cref="HostException">There is no ssh here, or its configuration is wrong.</exception>
    public async Task<IReadOnlyList<SshHost>> HostsAsync() => await Task.WhenAll(inventory.Hosts.Select(HostOfAsync));

    public override async ValueTask DisposeAsync()
    {
        List<Task<SshHost>> hosts;
        lock (_lock)
            hosts = [.. _hosts.Values];
        foreach (var host in hosts)
            if (await Task.WhenAny(host) is { IsCompletedSuccessfully: true } known)
                await (await known).DisposeAsync();
    }

    /// <summary>One object a host, so that its connection serves all that is done there.</summary>
    internal Task<SshHost> HostOfAsync(InventoryHost host)
    {
        lock (_lock)
        {
            if (_hosts.TryGetValue(host.Name, out var known) && !known.IsFaulted)
                return known;
            return _hosts[host.Name] = MakeAsync(host);
        }
    }

    private async Task<SshHost> MakeAsync(InventoryHost entry)
    {
        var target = new SshTarget(entry.Destination)
        {
            User = entry.User,
            Port = entry.Port,
            Key = entry.Key,
            ConfigFile = inventory.ConfigFile,
            KnownHosts = inventory.KnownHosts,
        };
        var host = await SshHost.OfAsync(entry.Name, target, inventory.Become, entry.Address);
        host.Power = new SshPower(entry.PowerOff, entry.PowerOn, Path.GetDirectoryName(inventory.File) ?? "/");
        return host;
    }

    /// <summary>The folder for labs is below one of the system's own, where only root may make it.</summary>
    private async Task MakeRootAsync(SshHost host, CancellationToken cancellationToken)
    {
        var root = inventory.Root;
        if (await IsWritableAsync())
            return;
        // One that is there and belongs to somebody else is left to them. Another lab may be making it at this very moment.
        var made = await host.RunAsRootAsync($"root={Bash.Quote(root)}; [ -e \"$root\" ] || install -d -m 755 -o {Bash.Quote(host.User)} -g \"$(id -gn {Bash.Quote(host.User)})\" -- \"$root\"", cancellationToken);
        // Who makes it gives it to the servers' user a moment later.
        var mine = await IsWritableAsync();
        for (var attempt = 0; made.Succeeded && !mine && attempt < 20; attempt++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), cancellationToken);
            mine = await IsWritableAsync();
        }
        if (!mine)
            throw new LabException($"On {host.Name} the folder for labs, {root}, is not there or not {host.User}'s to write, and it could not be made: {LabScript.Reason(made)} Make it there: sudo install -d -o {host.User} '{root}', or name another as 'root' in the inventory.");

        async Task<bool> IsWritableAsync()
        {
            var output = await host.RunAsync(
                new Script("mkdir -p \"$ROOT\" 2>/dev/null; [ -w \"$ROOT\" ]") { Environment = new Dictionary<string, string> { ["ROOT"] = root } }, cancellationToken: cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
            return output.Succeeded;
        }
    }
}
