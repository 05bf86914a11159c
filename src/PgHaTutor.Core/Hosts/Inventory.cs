namespace PgHaTutor.Hosts;

/// <summary>The SSH hosts that a learner names for labs, as an inventory file has them. Paths are full.</summary>
/// <param name="File">The file that it was read from.</param>
public sealed record Inventory(string File, IReadOnlyList<InventoryHost> Hosts)
{
    public const string UsualRoot = "/var/lib/pghatutor";
    public const string UsualUser = "postgres";

    /// <summary>The folder on every host below which labs live.</summary>
    public string Root { get; init; } = UsualRoot;

    /// <summary>The major version of PostgreSQL to use; the newest that all hosts have where null.</summary>
    public int? Major { get; init; }

    /// <summary>The OS user that servers run as.</summary>
    public string Become { get; init; } = UsualUser;

    /// <summary>Used in place of ~/.ssh/config.</summary>
    public string? ConfigFile { get; init; }

    /// <summary>Used in place of ~/.ssh/known_hosts.</summary>
    public string? KnownHosts { get; init; }

    /// <summary>The host of each node: the one that names it; nodes that none names are dealt to the hosts in turn.</summary>
    public IReadOnlyDictionary<string, InventoryHost> Place(IReadOnlyList<string> nodes)
    {
        var places = new Dictionary<string, InventoryHost>();
        var turn = 0;
        foreach (var node in nodes)
        {
            var named = Hosts.FirstOrDefault(host => host.Nodes.Contains(node));
            // A host that was named for others is dealt nodes only where no host is free of names.
            places[node] = named ?? (Hosts.Where(host => host.Nodes.Count == 0).ToList() is { Count: > 0 } free ? free[turn++ % free.Count] : Hosts[turn++ % Hosts.Count]);
        }
        return places;
    }
}

/// <summary>One host of an inventory. What is null, ssh's own configuration says.</summary>
/// <param name="Name">Its name in the lab.</param>
/// <param name="Destination">What ssh is asked for.</param>
public sealed record InventoryHost(string Name, string Destination)
{
    public string? User { get; init; }
    public int? Port { get; init; }

    /// <summary>The file of the private key.</summary>
    public string? Key { get; init; }

    /// <summary>How the lab's other hosts reach it.</summary>
    public string? Address { get; init; }

    /// <summary>The lessons' nodes that live here.</summary>
    public IReadOnlyList<string> Nodes { get; init; } = [];

    /// <summary>A command of this machine, run by sh in the inventory's folder, that takes the host's power; null where there is none.</summary>
    public string? PowerOff { get; init; }

    /// <summary>A command that gives it back.</summary>
    public string? PowerOn { get; init; }
}
