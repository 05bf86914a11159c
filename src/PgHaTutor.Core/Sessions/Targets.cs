using System.Security.Cryptography;
using System.Text;
using PgHaTutor.Hosts;
using PgHaTutor.Labs;
using PgHaTutor.Lessons;

namespace PgHaTutor.Sessions;

/// <summary>Where lessons run, as <c>--target</c> names it, and the site of a home's labs there.</summary>
public static class Targets
{
    public const string Local = "local";
    private const string Ssh = "ssh:";
    private const string Docker = "docker";

    /// <summary>The kind of a target, as lessons claim it: <c>local</c>, <c>docker</c> or <c>ssh</c>.</summary>
    public static string KindOf(string target) => target.Split(':', 2)[0];

    /// <summary>How a learner asks for a kind of target.</summary>
    public static string Example(string kind) => kind == "ssh" ? "--target ssh:INVENTORY" : $"--target {kind}";

    /// <summary>The target that was named, an inventory with its full path; where none was, <c>$PGHATUTOR_TARGET</c>, else this machine.</summary>
    /// <exception cref="SessionException">There is no such target.</exception>
    public static string Named(string? wanted)
    {
        wanted ??= Environment.GetEnvironmentVariable("PGHATUTOR_TARGET") is { Length: > 0 } usual ? usual : Local;
        if (wanted is Local or Docker || (wanted.StartsWith($"{Docker}:", StringComparison.Ordinal) && wanted.Length > Docker.Length + 1))
            return wanted;
        if (wanted.StartsWith(Ssh, StringComparison.Ordinal) && wanted.Length > Ssh.Length)
            return Ssh + Path.GetFullPath(wanted[Ssh.Length..]);
        throw new SessionException($"There is no target '{wanted}'. Targets are local, docker, docker:IMAGE and ssh:INVENTORY (a YAML file; SETUP.md shows one).", isUsage: true);
    }

    /// <summary>The site of a home's labs on a target.</summary>
    /// <param name="part">A part of the home that its labs are kept apart in; the learner's own where empty.</param>
    /// <exception cref="SessionException">The inventory cannot be used; each problem with its line and column.</exception>
    public static LabSite SiteOf(string target, TutorHome home, string part = "")
    {
        if (target == Local)
            return new LocalSite(new LocalHost(), Path.Combine(home.LabsDirectory, part));
        return new RemoteSite(FleetOf(target, home), DirectoryOf(home, part));
    }

    /// <summary>Every target on which labs of this home are known, besides this machine.</summary>
    public static IReadOnlyList<string> Remembered(TutorHome home, string part = "") => RemoteSite.TargetsIn(DirectoryOf(home, part));

    /// <summary>Those of them that something is left on of labs that were half built or half removed.</summary>
    public static IReadOnlyList<string> Unfinished(TutorHome home) => RemoteSite.TargetsIn(DirectoryOf(home, ""), unfinished: true);

    /// <summary>Whether it can be told where its hosts are.</summary>
    public static bool IsUsable(string target) => KindOf(target) != "ssh" || InventoryReader.Read(target[Ssh.Length..]).Inventory is not null;

    /// <summary>Forgets the labs on a target whose hosts are gone for good, and the labs with them.</summary>
    public static void Forget(TutorHome home, string target)
    {
        foreach (var part in new[] { "", "verify" })
            RemoteSite.Forget(DirectoryOf(home, part), target);
    }

    private static string DirectoryOf(TutorHome home, string part) => Path.Combine(home.Directory, "remote", part);

    /// <summary>The inventory of a file.</summary>
    /// <exception cref="SessionException">It cannot be used; each problem with its line and column.</exception>
    public static Inventory InventoryOf(string file)
    {
        var (inventory, problems) = InventoryReader.Read(file);
        return inventory ?? throw new SessionException($"The inventory cannot be used.\n{string.Join('\n', problems)}", isUsage: true);
    }

    /// <summary>What in a target's inventory can hardly be meant, each with its line and column: nodes that no lesson has. One that cannot be used is refused elsewhere.</summary>
    public static IReadOnlyList<Problem> DoubtsOf(string target, Course course) =>
        KindOf(target) == "ssh"
        && InventoryReader.Read(target[Ssh.Length..], [.. course.Lessons.SelectMany(lesson => lesson.Recipe.Nodes).Select(node => node.Name).Distinct()]) is { Inventory: not null, Problems: var doubts }
            ? doubts
            : [];

    /// <summary>What tells this home's containers from those of others.</summary>
    private static string KeyOf(TutorHome home) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(home.Directory)))[..12];

    /// <summary>The containers of a home's labs, <c>docker</c> or <c>docker:IMAGE</c>.</summary>
    public static ContainerFleet ContainersOf(string target, TutorHome home) =>
        new(target, KeyOf(home), Path.Combine(home.Directory, "remote", "ports"), new ContainerEngine());

    /// <summary>Where the nodes of labs on a target live; nothing is reached for it.</summary>
    /// <exception cref="SessionException">The inventory cannot be used; each problem with its line and column.</exception>
    public static Func<Recipe, IReadOnlyDictionary<string, Place>> PlacesOn(string target)
    {
        switch (KindOf(target))
        {
            case "ssh":
                var inventory = InventoryOf(target[Ssh.Length..]);
                return recipe => RemoteSite.WithNeighbours(recipe, inventory.Place(RemoteSite.Placed(recipe)).ToDictionary(
                    one => one.Key, one => new Place(one.Value.Name == one.Value.Destination ? one.Value.Name : $"{one.Value.Name}, {one.Value.Destination}", inventory.Become)));
            case Docker:
                return recipe => RemoteSite.WithNeighbours(recipe, RemoteSite.Placed(recipe).ToDictionary(node => node, node => new Place($"the container of {node}", ContainerHost.ServersUser)));
            default:
                var here = new LocalHost();
                return recipe => recipe.Nodes.ToDictionary(node => node.Name, _ => new Place(here.Name, here.User));
        }
    }

    private static Fleet FleetOf(string target, TutorHome home) => KindOf(target) switch
    {
        "ssh" => new SshFleet(InventoryOf(target[Ssh.Length..])),
        _ => ContainersOf(target, home),
    };
}
