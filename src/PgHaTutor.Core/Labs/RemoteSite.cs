using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using PgHaTutor.Hosts;

namespace PgHaTutor.Labs;

/// <summary>The labs of one home on other hosts. All that is done there is done by scripts, one a host and phase.</summary>
/// <param name="fleet">The target's hosts; disposed with the site.</param>
/// <param name="directory">Where this machine remembers the labs, so that they are known while a host is away.</param>
public sealed partial class RemoteSite(Fleet fleet, string directory) : LabSite
{
    private const int FirstChoice = 5432;
    private const int SecondChoice = 55432;

    /// <summary>How often other ports are tried, where somebody took one between our look and the server's start.</summary>
    private const int Tries = 5;

    public override string Directory => directory;

    public override string Target => fleet.Target;

    public override Task<IReadOnlyList<Installation>> InstallationsAsync(CancellationToken cancellationToken = default) =>
        fleet.InstallationsAsync(cancellationToken);

    public override int HostsOf(Recipe recipe) => fleet.HostsOf(Placed(recipe));

    public override async Task<Lab> BuildAsync(LabPlan plan, IProgress<LabProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        LocalSite.Refuse(plan.Recipe);
        var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4));
        MakeDirectory();
        var recipe = Template.Expanded(plan);
        var marker = new LabMarker
        {
            Target = fleet.Target,
            Id = id,
            LessonId = plan.LessonId,
            Directory = $"{fleet.Root}/{id}",
            SocketDirectory = SocketsOf(id),
            Recipe = recipe,
            Installation = plan.Installation,
            Ports = [.. recipe.Nodes.Select(_ => 0)],
            Credentials = CredentialsOfHome(),
            Parameters = plan.Parameters,
        };
        new RemoteRecord { Marker = marker, Installations = [.. recipe.Nodes.Select(_ => plan.Installation)] }.Write(FileOf(id));
        Lab? lab = null;
        try
        {
            progress?.Report(new LabProgress("Reaching the hosts", 0.05));
            var hosts = WithNeighbours(recipe, await fleet.ProvideAsync(id, Placed(recipe), plan.Installation, progress, cancellationToken));
            var programs = await ProgramsAsync(hosts, plan.Installation, cancellationToken);
            lab = new Lab
            {
                Id = id,
                LessonId = plan.LessonId,
                Directory = marker.Directory,
                SocketDirectory = marker.SocketDirectory,
                TurnFile = TurnFileOf(id),
                Recipe = recipe,
                Nodes = [.. recipe.Nodes.Select(node => LabMarker.NodeOf(node.Name, hosts[node.Name], marker.Directory, 0, programs[hosts[node.Name]]))],
                Credentials = marker.Credentials with { Superuser = SuperuserOf(hosts.Values.First()) },
                Parameters = plan.Parameters,
            };
            lab = await StartedAsync(lab, progress, cancellationToken);
            progress?.Report(new LabProgress(recipe.Awaits, 0.9));
            lab = await WithBaselineAsync(lab, cancellationToken);
            await KeepAsync(lab, cancellationToken);
            progress?.Report(new LabProgress("The lab stands", 1));
            return lab;
        }
        catch
        {
            await GiveUpAsync(id, lab);
            throw;
        }
    }

    public override async Task<IReadOnlyList<Lab>> FindAsync(CancellationToken cancellationToken = default)
    {
        var labs = new List<Lab>();
        foreach (var record in Records().Where(record => record.IsFinished))
            labs.Add(await LabOfAsync(record, cancellationToken));
        return labs;
    }

    public override async Task KeepAsync(Lab lab, CancellationToken cancellationToken = default)
    {
        Remember(lab, marker => marker);
        await OnEachHostAsync(lab, "write the lab's marker", _ => RemoteScripts.Mark, cancellationToken);
    }

    public override bool HasCheckpoint(Lab lab, string name) =>
        RemoteRecord.Read(FileOf(lab.Id))?.Checkpoints.ContainsKey(name) is true;

    public override async ValueTask DisposeAsync() => await fleet.DisposeAsync();

    /// <summary>The targets of the labs that a folder remembers.</summary>
    /// <param name="unfinished">Only of those that something was cut off on.</param>
    public static IReadOnlyList<string> TargetsIn(string directory, bool unfinished = false) => [.. RecordsIn(directory).Where(record => !unfinished || !record.IsFinished).Select(record => record.Marker.Target).OfType<string>().Distinct()];

    /// <summary>Forgets the labs on a target that is gone for good.</summary>
    public static void Forget(string directory, string target)
    {
        foreach (var lab in RecordsIn(directory).Where(record => record.Marker.Target == target).ToList())
        {
            File.Delete(Path.Combine(directory, $"{lab.Marker.Id}.json"));
            File.Delete(Path.Combine(directory, $"{lab.Marker.Id}{LabMarker.TurnFileName}"));
        }
    }

    /// <summary>As initdb would name it; it cannot make one whose name has quotes in it, and password files end a name at a colon.</summary>
    private static string SuperuserOf(Host host) => host.User.AsSpan().ContainsAny("\"'\\:") ? SignIn.UsualSuperuser : host.User;

    private string FileOf(string id) => Path.Combine(directory, $"{id}.json");

    private string TurnFileOf(string id) => Path.Combine(directory, $"{id}{LabMarker.TurnFileName}");

    private IEnumerable<RemoteRecord> Records() => RecordsIn(directory).Where(record => record.Marker.Target == fleet.Target);

    private static IEnumerable<RemoteRecord> RecordsIn(string directory) => System.IO.Directory.Exists(directory)
        ? System.IO.Directory.EnumerateFiles(directory, "????????.json").Select(RemoteRecord.Read).OfType<RemoteRecord>()
        : [];

    private void MakeDirectory()
    {
        if (OperatingSystem.IsWindows())
            System.IO.Directory.CreateDirectory(directory);
        else
            System.IO.Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>The passwords of this home's labs on other hosts: made once, so that templates there can be used again.</summary>
    private Credentials CredentialsOfHome()
    {
        var file = Path.Combine(directory, "credentials.json");
        try
        {
            using var known = File.OpenRead(file);
            if (JsonSerializer.Deserialize(known, LabJson.Default.Credentials) is { SuperuserPassword.Length: > 0, ReplicationPassword.Length: > 0 } credentials)
                return credentials;
        }
        catch (Exception unknown) when (unknown is IOException or JsonException)
        {
            // The first lab of this home on other hosts, or a file that a crash left half written.
        }
        var made = new Credentials("", Password(), "replicator", Password());
        File.WriteAllText(file, JsonSerializer.Serialize(made, LabJson.Default.Credentials));
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return made;

        static string Password() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
    }

    /// <summary>Within the lab, so that it outlives a reboot, which empties /tmp; there only where its path would be too long for a socket.</summary>
    private string SocketsOf(string id) => $"{fleet.Root}/{id}/sockets" is { Length: <= 80 } within ? within : SocketFolder.Prefix + id;

    /// <summary>The nodes that the fleet finds a place for; the others live beside one of them.</summary>
    internal static IReadOnlyList<string> Placed(Recipe recipe) => [.. recipe.Nodes.Where(node => node.Beside is null).Select(node => node.Name)];

    internal static Dictionary<string, T> WithNeighbours<T>(Recipe recipe, IReadOnlyDictionary<string, T> placed) =>
        recipe.Nodes.ToDictionary(node => node.Name, node => placed[node.Beside ?? node.Name]);

    /// <summary>Where the programs of the wished version lie on each host.</summary>
    private async Task<IReadOnlyDictionary<Host, Installation>> ProgramsAsync(
        IReadOnlyDictionary<string, Host> hosts, Installation wished, CancellationToken cancellationToken)
    {
        var distinct = hosts.Values.Distinct().ToList();
        var found = await Task.WhenAll(distinct.Select(host => Installations.OfAsync(host, cancellationToken)));
        return distinct.Zip(found).ToDictionary(pair => pair.First, pair =>
            pair.Second.FirstOrDefault(one => one.Major == wished.Major)
            ?? throw new LabException(fleet.HostsEndWithLab ? Installations.NoneInImage(wished) : $"{pair.First.Name} has no PostgreSQL {wished.Major}; it has {(pair.Second.Count == 0 ? "none" : string.Join(", ", pair.Second.Select(one => one.Version)))}. Install it there, or ask for a version that every host has: --pg N."));
    }

    private async Task<Lab> LabOfAsync(RemoteRecord record, CancellationToken cancellationToken)
    {
        var marker = record.Marker;
        var homes = marker.Recipe.Nodes.Zip(record.Hosts).ToDictionary(pair => pair.First.Name, pair => pair.Second);
        var hosts = WithNeighbours(marker.Recipe, await fleet.FindAsync(marker.Id, Placed(marker.Recipe), homes, cancellationToken));
        return new Lab
        {
            Id = marker.Id,
            LessonId = marker.LessonId,
            Directory = marker.Directory,
            SocketDirectory = marker.SocketDirectory,
            TurnFile = TurnFileOf(marker.Id),
            Recipe = marker.Recipe,
            Nodes =
            [
                .. marker.Recipe.Nodes.Select((node, index) => LabMarker.NodeOf(
                    node.Name, hosts[node.Name], marker.Directory, marker.Ports.ElementAtOrDefault(index), record.Installations.ElementAtOrDefault(index) ?? marker.Installation)),
            ],
            Credentials = marker.Credentials,
            Parameters = marker.Parameters,
            Baseline = marker.Baseline,
        };
    }

    /// <summary>Writes what this machine knows of the lab.</summary>
    private void Remember(Lab lab, Func<LabMarker, LabMarker> change, IReadOnlyDictionary<string, IReadOnlyList<string>>? checkpoints = null) => new RemoteRecord
    {
        Marker = change(LabMarker.Of(lab) with { Target = fleet.Target }),
        Installations = [.. lab.Nodes.Select(node => node.Installation)],
        Hosts = [.. lab.Nodes.Select(node => node.Host.Name)],
        Checkpoints = checkpoints ?? RemoteRecord.Read(FileOf(lab.Id))?.Checkpoints ?? new Dictionary<string, IReadOnlyList<string>>(),
        Troubled = RemoteRecord.Read(FileOf(lab.Id))?.Troubled ?? [],
    }.Write(FileOf(lab.Id));

    /// <summary>
    /// Makes the lab's folder on each host and its clusters in it, on ports that are free on every host, the same for a node wherever it lives;
    /// on other ones where somebody took one between our look and the server's start.
    /// </summary>
    private async Task<Lab> StartedAsync(Lab lab, IProgress<LabProgress>? progress, CancellationToken cancellationToken)
    {
        var lost = new HashSet<int>();
        for (var attempt = 1; ; attempt++)
        {
            progress?.Report(new LabProgress("Choosing ports that are free on every host", 0.1));
            var answers = await OnEachHostAsync(lab, "look for free ports", _ => RemoteScripts.Ports, cancellationToken);
            var first = FirstPort(answers.Values.SelectMany(Taken).Concat(lost).ToHashSet(), lab.Nodes.Count);
            lab = lab with { Nodes = [.. lab.Nodes.Select((node, index) => node with { Port = first + index })] };
            Remember(lab, marker => marker with { Complete = false });
            try
            {
                await OnEachHostAsync(lab, "make the lab's folder", _ => RemoteScripts.Prepare, cancellationToken);
                // A lab does not wait for a template that only later ones use; a reset makes it.
                await StartStateAsync(lab, inPlace: true, progress, cancellationToken);
                return lab;
            }
            catch (LabException taken) when (attempt < Tries
                && (taken.Message.Contains(RemoteScripts.Reserved, StringComparison.Ordinal) || taken.Message.Contains(LocalSite.PortInUse, StringComparison.Ordinal)))
            {
                lost.UnionWith(lab.Nodes.Select(node => node.Port));
                await OnEachHostAsync(lab, "clear the lab's folder", _ => RemoteScripts.Remove, cancellationToken);
            }
        }
    }

    private static IEnumerable<int> Taken(string answer) =>
        from line in answer.Split('\n')
        where line.StartsWith("taken ", StringComparison.Ordinal)
        select int.Parse(line.AsSpan(6), NumberStyles.None, CultureInfo.InvariantCulture);

    /// <summary>The ports in a row that a new lab of so many nodes would take.</summary>
    /// <exception cref="LabException">There are none.</exception>
    public static IReadOnlyList<int> PortsOf(IReadOnlySet<int> taken, int count) => [.. Enumerable.Range(FirstPort(taken, count), count)];

    /// <summary>5432 and up where nobody else has any of them, on no host; else the next free ones in a row from 55432 up.</summary>
    internal static int FirstPort(IReadOnlySet<int> taken, int count)
    {
        if (!Enumerable.Range(FirstChoice, count).Any(taken.Contains))
            return FirstChoice;
        var begin = PortBook.Wished ?? SecondChoice;
        for (var port = begin; port + count <= Math.Min(begin + 4000, 65536); port++)
            if (!Enumerable.Range(port, count).Any(taken.Contains))
                return port;
        throw new LabException($"No {count} ports in a row from {begin} up are free on every host. End what holds them, or set PGHATUTOR_PORT_BASE to another start.");
    }

    /// <summary>Makes and starts the recipe's clusters: those that follow nobody, then, level by level, the standbys.</summary>
    /// <param name="inPlace">Without making templates.</param>
    private async Task StartStateAsync(Lab lab, bool inPlace, IProgress<LabProgress>? progress, CancellationToken cancellationToken)
    {
        var level = lab.Recipe.Nodes.Where(node => node.Role is NodeRole.Initialised or NodeRole.Primary).ToList();
        progress?.Report(new LabProgress($"Making {string.Join(" and ", level.Select(node => node.Name))} with initdb", 0.2));
        while (level.Count > 0)
        {
            var names = level.Select(node => node.Name).ToHashSet();
            await OnEachHostAsync(lab, $"make {string.Join(" and ", names)}", host => Making(lab, host, names, inPlace), cancellationToken);
            level = [.. lab.Recipe.Nodes.Where(node => node.Of is { } of && names.Contains(of))];
            if (level.Count > 0)
                progress?.Report(new LabProgress($"Cloning {string.Join(" and ", level.Select(node => node.Name))} with pg_basebackup", 0.5));
        }
    }

    /// <summary>The script that makes some nodes of a host side by side; empty where the host has none of them.</summary>
    private string Making(Lab lab, Host host, IReadOnlySet<string> names, bool inPlace)
    {
        var script = new StringBuilder();
        foreach (var node in lab.Nodes.Where(node => ReferenceEquals(node.Host, host) && names.Contains(node.Name)))
        {
            var recipe = lab.Recipe[node.Name]!;
            script.Append("(\n");
            foreach (var (name, value) in VariablesOf(lab, node, recipe, inPlace))
                script.Append($"{name}={Bash.Quote(value)}\n");
            script.Append(recipe.Role is NodeRole.Standby ? RemoteScripts.Standby : RemoteScripts.Cluster).Append("\n) & parts+=($!)\n");
        }
        return script.Length == 0 ? "" : script.Append("together").ToString();
    }

    private Dictionary<string, string> VariablesOf(Lab lab, Node node, NodeRecipe recipe, bool inPlace)
    {
        var variables = new Dictionary<string, string>
        {
            ["NODE"] = node.Name,
            ["BIN"] = node.Installation.BinDirectory,
            ["HEADING"] = ServerSettings.Heading,
            ["SETTINGS"] = ServerSettings.Of(lab, node),
        };
        if (recipe.Role is NodeRole.Standby)
        {
            var upstream = lab[recipe.Of!];
            variables["SLOT"] = recipe.Slot ?? "";
            variables["UPSTREAM_HOST"] = upstream.Host.Address;
            variables["UPSTREAM_PORT"] = $"{upstream.Port}";
            variables["REPLICATION_USER"] = lab.Credentials.ReplicationUser;
            variables["FOLLOWING"] = ServerSettings.Following(lab, recipe);
            return variables;
        }
        variables["ROLE"] = recipe.Role is NodeRole.Primary ? "primary" : "initialised";
        variables["SUPERUSER"] = lab.Credentials.Superuser;
        variables["ACCESS"] = ServerSettings.HostBasedAccess(lab.Credentials, [.. Addresses(lab), .. lab.Hosts.SelectMany(one => one.VisitorAddresses)]);
        variables["TEMPLATE_SETTINGS"] = ServerSettings.ForTemplate(recipe);
        variables["SETUP"] = recipe.Role is NodeRole.Primary
            ? ServerSettings.SetUp(lab.Credentials, recipe)
            // A cluster that has never been started can still get a role: the standalone backend takes a statement a line.
            : $"create role {lab.Credentials.ReplicationUser} replication login password '{lab.Credentials.ReplicationPassword}'";
        // What is written before the first start would be archived, and after a reset it would not.
        variables["IN_PLACE"] = inPlace && !recipe.Archive ? "yes" : "";
        variables["PORT"] = $"{node.Port}";
        variables["HOME_KEY"] = HomeKey;
        // The node's name, because clusters of one lab that do not follow each other have their own initdb.
        variables["KEY"] = $"{HomeKey}-{Hash(string.Join('\n', ServerSettings.Revision, node.Name, node.Installation.BinDirectory, node.Installation.Version, lab.Credentials.Superuser, variables["TEMPLATE_SETTINGS"], variables["SETUP"]))}";
        return variables;
    }

    private string HomeKey => Hash(CredentialsOfHome().SuperuserPassword);

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..12];

    private static IEnumerable<string> Addresses(Lab lab) => lab.Nodes.Select(node => node.Host.Address).Distinct().Where(address => address != "127.0.0.1");

    private async Task<Lab> WithBaselineAsync(Lab lab, CancellationToken cancellationToken)
    {
        var seen = await LocalSite.ReachedAsync(lab, TimeSpan.FromMilliseconds(50), cancellationToken);
        var logs = await OnEachHostAsync(lab, "look at the logs", _ => RemoteScripts.Logs, cancellationToken);
        var lengths = logs.Values.SelectMany(answer => answer.Split('\n')).Select(line => line.Split(' ')).Where(words => words.Length == 2)
            .ToDictionary(words => words[0], words => long.Parse(words[1], NumberStyles.None, CultureInfo.InvariantCulture));
        return lab with { Baseline = LocalSite.BaselineOf(lab, seen, node => lengths.GetValueOrDefault(node.Name)) };
    }

    /// <summary>Runs a script on each host of the lab, all at once; those for which there is nothing to do are left out.</summary>
    /// <returns>Host → what it printed.</returns>
    /// <exception cref="LabException">It failed on a host; the message names it.</exception>
    /// <exception cref="HostException">A host cannot be reached.</exception>
    private async Task<IReadOnlyDictionary<Host, string>> OnEachHostAsync(
        Lab lab, string doing, Func<Host, string> script, CancellationToken cancellationToken, IReadOnlyDictionary<string, string>? more = null)
    {
        var hosts = lab.Nodes.Select(node => node.Host).Distinct().ToList();
        var answers = await Task.WhenAll(hosts.Select(async host => script(host) is { Length: > 0 } text
            ? await RunAsync(lab, host, doing, text, cancellationToken, more)
            : ""));
        return hosts.Zip(answers).ToDictionary(pair => pair.First, pair => pair.Second);
    }

    private async Task<string> RunAsync(
        Lab lab, Host host, string doing, string script, CancellationToken cancellationToken, IReadOnlyDictionary<string, string>? more)
    {
        var environment = new Dictionary<string, string>
        {
            // Its own, and not what the target says by now.
            ["ROOT"] = Path.GetDirectoryName(lab.Directory)!,
            ["LAB"] = lab.Directory,
            ["ID"] = lab.Id,
            ["SOCKETS"] = lab.SocketDirectory,
            ["MARKER_NAME"] = LabMarker.FileName,
            ["MARKER"] = (LabMarker.Of(lab) with { Target = fleet.Target }).ToJson(),
            ["PORTS"] = string.Join(' ', lab.Nodes.Where(node => ReferenceEquals(node.Host, host)).Select(node => node.Port)),
            ["NODES"] = string.Join(' ', lab.Nodes.Where(node => ReferenceEquals(node.Host, host)).Select(node => node.Name)),
            ["PASSWORDS"] = LocalSite.Passwords(lab, Addresses(lab)),
            ["SUPERUSER_PASSWORD"] = lab.Credentials.SuperuserPassword,
            ["BIN"] = lab.Nodes.First(node => ReferenceEquals(node.Host, host)).Installation.BinDirectory,
        };
        foreach (var (name, value) in more ?? new Dictionary<string, string>())
            environment[name] = value;
        var output = await host.RunAsync(new Script(RemoteScripts.Library + script) { Environment = environment }, cancellationToken: cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        if (output.Succeeded)
            return output.StandardOutput;
        var reason = LabScript.Reason(output);
        throw new LabException($"Could not {doing} on {host.Name}: {reason}{Advice()}");

        string Advice() =>
            reason.Contains(LabScript.NoRoom, StringComparison.Ordinal)
                ? $" The disk is full. Make room on {host.Name} below {Path.GetDirectoryName(lab.Directory)}{(fleet.HostsEndWithLab ? "" : ", or name a folder on another disk as 'root' in the inventory")}."
            : reason.Contains("connection to server at", StringComparison.Ordinal) && !fleet.HostsEndWithLab
                ? $" Look whether that is how {host.Name} reaches the other host ('address' in the inventory), and whether its ports are open between them: tutor doctor --target {Bash.Word(fleet.Target)}"
            : "";
    }

    /// <summary>Removes what a build that failed has made; where a host is away, a later start does it.</summary>
    private async Task GiveUpAsync(string id, Lab? lab)
    {
        try
        {
            if (lab is not null)
                await OnEachHostAsync(lab, "remove what was begun", _ => RemoteScripts.Remove, CancellationToken.None);
            if ((await fleet.ReleaseAsync(id, CancellationToken.None)).Count == 0)
                File.Delete(FileOf(id));
        }
        catch (Exception away) when (away is LabException or HostException)
        {
            // The first failure is the one to tell; the record stays, and the next start removes what is left.
        }
    }
}
