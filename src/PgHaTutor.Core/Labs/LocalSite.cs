using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using PgHaTutor.Hosts;

namespace PgHaTutor.Labs;

/// <summary>
/// The labs of one home on this machine: copied from templates, so that they stand and are put back within a second.
/// </summary>
/// <param name="host">Where the servers run.</param>
/// <param name="directory">The folder of this home's labs; made when needed, reachable for the host's user.</param>
public sealed partial class LocalSite(LocalHost host, string directory) : LabSite
{
    /// <summary>How a server says that it cannot have its port.</summary>
    internal const string PortInUse = "Address already in use";

    private readonly LabScript _script = new(host);
    private readonly Removal _removal = new(host);

    public LocalHost Host => host;

    public override string Directory => directory;

    public override string Target => host.Name;

    public override int StampOf(Lab lab) => FileStamp.Of(lab.Directory);

    /// <summary>The PostgreSQL installations (13 or newer) on the host, newest first.</summary>
    public override Task<IReadOnlyList<Installation>> InstallationsAsync(CancellationToken cancellationToken = default) =>
        Installations.OfAsync(host, cancellationToken);

    /// <summary>Builds the recipe's start state, from the template cache where it can, and records the baseline.</summary>
    /// <exception cref="LabException">It could not be built; what was made of it is removed again.</exception>
    public override async Task<Lab> BuildAsync(LabPlan plan, IProgress<LabProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        Refuse(plan.Recipe);
        if (!System.IO.Directory.Exists("/proc/self"))
            throw new LabException("Labs run on Linux only so far: this machine has no /proc, by which a lab tells its own servers from others.");
        await MakeSiteAsync(cancellationToken);
        var template = await Template.OfAsync(host, Cache, plan, progress, cancellationToken);
        var lab = New(plan, template.Credentials);
        await host.MakeFolderAsync(lab.Directory, cancellationToken);
        using var held = LabLock.Take(lab.Directory);
        try
        {
            lab = await StartedAsync(lab, template, progress, cancellationToken);
            progress?.Report(new LabProgress(plan.Recipe.Awaits, 0.9));
            lab = await WithBaselineAsync(lab, cancellationToken);
            await KeepAsync(lab, cancellationToken);
            progress?.Report(new LabProgress("The lab stands", 1));
            return lab;
        }
        catch
        {
            await Postmaster.EndBelowAsync(host, lab.Directory, Shutdown.Immediate, CancellationToken.None);
            await _removal.FolderAsync(lab.Directory, LabMarker.FileName, CancellationToken.None);
            SocketFolder.Remove(lab.SocketDirectory);
            PortBook.OfThisMachine.Release(lab.Directory, lab.Nodes.Select(node => node.Port));
            throw;
        }
    }

    /// <summary>Every lab whose marker stands under this site, also those left by a crash (half-built ones are not given).</summary>
    public override Task<IReadOnlyList<Lab>> FindAsync(CancellationToken cancellationToken = default) =>
        Task.FromResult<IReadOnlyList<Lab>>([.. Markers().Where(marker => marker is { Complete: true, Restoring: null }).Select(marker => marker.Lab(host))]);

    /// <summary>Writes the lab's marker again, after its baseline or parameters changed.</summary>
    public override Task KeepAsync(Lab lab, CancellationToken cancellationToken = default) =>
        WriteAsync(LabMarker.Of(lab), cancellationToken);

    private string Cache => Path.Combine(Paths.Real(directory), "templates");

    private IEnumerable<LabMarker> Markers() => System.IO.Directory.Exists(directory)
        ? System.IO.Directory.EnumerateDirectories(Paths.Real(directory)).Select(LabMarker.Read).OfType<LabMarker>()
        : [];

    internal static void Refuse(Recipe recipe)
    {
        if (recipe.Nodes.Count == 0)
            throw new LabException("The lesson asks for a lab without nodes.");
        foreach (var standby in recipe.Nodes.Where(node => node.Role is NodeRole.Standby))
        {
            var chain = new HashSet<string> { standby.Name };
            for (var node = standby; node.Role is NodeRole.Standby; node = recipe[node.Of!]!)
                if (node.Of is null || recipe[node.Of] is not { Role: NodeRole.Primary or NodeRole.Standby } || !chain.Add(node.Of))
                    throw new LabException($"The lesson's lab asks for a standby '{standby.Name}' that does not lead to a primary (of: {node.Of ?? "nothing"}).");
        }
    }

    private async Task MakeSiteAsync(CancellationToken cancellationToken)
    {
        var known = System.IO.Directory.Exists(Cache);
        await host.MakeFolderAsync(directory, cancellationToken);
        if (known)
            return;
        var output = await host.RunAsync(new Script($"cd {Bash.Quote(Paths.Real(directory))}"), cancellationToken: cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        if (!output.Succeeded)
            throw new LabException($"The user {host.User}, whom the servers run as, cannot reach {directory}. Set PGHATUTOR_HOME to a folder that it can reach, below /var/lib or /srv for example.");
    }

    private Lab New(LabPlan plan, Credentials credentials)
    {
        var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4));
        var folder = Path.Combine(Paths.Real(directory), id);
        var recipe = Template.Expanded(plan);
        return new Lab
        {
            Id = id,
            LessonId = plan.LessonId,
            Directory = folder,
            SocketDirectory = SocketFolder.Prefix + id,
            TurnFile = Path.Combine(folder, LabMarker.TurnFileName),
            Recipe = recipe,
            Nodes = [.. recipe.Nodes.Select(node => LabMarker.NodeOf(node.Name, host, folder, 0, plan.Installation))],
            Credentials = credentials,
            Parameters = plan.Parameters,
        };
    }

    /// <summary>Copies the template and starts it; on other ports where somebody took one between our look and the server's start.</summary>
    private async Task<Lab> StartedAsync(Lab lab, Template template, IProgress<LabProgress>? progress, CancellationToken cancellationToken)
    {
        var taken = new HashSet<int>();
        while (true)
        {
            lab = await WithPortsAsync(lab, taken, cancellationToken);
            progress?.Report(new LabProgress(lab.Recipe.Nodes.All(node => node.Role is NodeRole.Empty) ? "Making the folders" : "Copying the clusters", 0.7));
            await FillAsync(lab, template, ".", LabMarker.Of(lab) with { Complete = false }, cancellationToken);
            if (lab.Recipe.Nodes.Any(node => node.Role is NodeRole.Primary or NodeRole.Standby))
                progress?.Report(new LabProgress("Starting the servers", 0.8));
            if (await StartAllAsync(lab, cancellationToken) is not { } problem)
                return lab;
            if (!problem.Contains(PortInUse, StringComparison.Ordinal) || taken.Count > 10 * lab.Nodes.Count)
                throw new LabException($"The lab could not be started. {problem}");
            taken.UnionWith(lab.Nodes.Select(node => node.Port));
            await EmptyAsync(lab, cancellationToken);
        }
    }

    private async Task<Lab> WithPortsAsync(Lab lab, HashSet<int> taken, CancellationToken cancellationToken)
    {
        PortBook.OfThisMachine.Release(lab.Directory, lab.Nodes.Select(node => node.Port));
        var ports = await PortBook.OfThisMachine.ReserveAsync(lab.Nodes.Count, lab.Directory, taken, cancellationToken);
        return lab with { Nodes = [.. lab.Nodes.Zip(ports, (node, port) => node with { Port = port })] };
    }

    /// <summary>Copies the template's clusters into a folder of the lab and tells them where they will lie and listen.</summary>
    /// <param name="marker">Written first, so that a crash leaves nothing that a later start would not know as ours.</param>
    private Task FillAsync(Lab lab, Template template, string folder, LabMarker marker, CancellationToken cancellationToken)
    {
        var text = new StringBuilder($"""
            {Begin(marker)}
            mkdir -p {folder}; cd {folder}
            mkdir nodes log archive backup
            printf '%s\n' "$PASSWORDS" >pgpass
            printf '%s\n' "$SUPERUSER_PASSWORD" >superuser.pw
            pids=()

            """);
        var environment = new Dictionary<string, string>
        {
            ["MARKER"] = marker.ToJson(),
            ["PASSWORDS"] = Passwords(lab, []),
            ["SUPERUSER_PASSWORD"] = lab.Credentials.SuperuserPassword,
        };
        foreach (var (index, recipe) in lab.Recipe.Nodes.Index().Where(node => node.Item.Role is not NodeRole.Empty))
        {
            environment[$"SETTINGS_{index}"] = ServerSettings.Of(lab, lab[recipe.Name]);
            environment[$"FOLLOWING_{index}"] = recipe.Role is NodeRole.Standby ? ServerSettings.Following(lab, recipe) : "";
            text.Append($$"""
                { {{template.Taking(lab.Recipe, recipe)}} &&
                  printf '%s' "$SETTINGS_{{index}}" >>nodes/{{recipe.Name}}/postgresql.conf &&
                  printf '%s' "$FOLLOWING_{{index}}" >>nodes/{{recipe.Name}}/postgresql.auto.conf; } & pids+=($!)

                """);
        }
        return _script.RunAsync("copy the clusters of the lab", text.Append("for pid in \"${pids[@]}\"; do wait \"$pid\"; done").ToString(), environment, cancellationToken);
    }

    /// <summary>The first lines of a script that works in a lab: its marker from <c>$MARKER</c>, its folder for sockets.</summary>
    private static string Begin(LabMarker marker) => $"""
        cd {Bash.Quote(marker.Directory)}
        printf '%s' "$MARKER" >.marker; mv .marker {LabMarker.FileName}
        {SocketFolder.Making(marker.SocketDirectory, marker.Directory)}
        """;

    /// <summary>The lines of the lab's password file.</summary>
    /// <param name="addresses">Of its other hosts.</param>
    internal static string Passwords(Lab lab, IEnumerable<string> addresses) => string.Join('\n',
        from place in new[] { "127.0.0.1", "localhost", lab.SocketDirectory }.Concat(addresses)
        from line in new[]
        {
            $"{place}:*:*:{lab.Credentials.Superuser}:{lab.Credentials.SuperuserPassword}",
            $"{place}:*:*:{lab.Credentials.ReplicationUser}:{lab.Credentials.ReplicationPassword}",
        }
        select line);

    /// <summary>Removes all that a learner works on; what belongs to the lab itself stays.</summary>
    private Task EmptyAsync(Lab lab, CancellationToken cancellationToken) => _removal.EntriesAsync(
        lab.Directory, [.. new DirectoryInfo(lab.Directory).EnumerateFileSystemInfos().Select(entry => entry.Name).Where(name => !OwnEntries.Contains(name))], cancellationToken);

    /// <summary>Starts the recipe's servers, upstreams first, so that no standby has to try twice.</summary>
    /// <returns>Null where all are up, else what went wrong; the servers that came up are ended again then.</returns>
    private async Task<string?> StartAllAsync(Lab lab, CancellationToken cancellationToken)
    {
        var level = lab.Recipe.Nodes.Where(node => node.Role is NodeRole.Primary).ToList();
        while (level.Count > 0)
        {
            var problems = await Task.WhenAll(level.Select(node => StartAsync(lab[node.Name], cancellationToken)));
            if (problems.FirstOrDefault(problem => problem is not null) is { } problem)
            {
                await Postmaster.EndBelowAsync(host, lab.Directory, Shutdown.Immediate, CancellationToken.None);
                return problem;
            }
            var upstreams = level.Select(node => node.Name).ToHashSet();
            level = [.. lab.Recipe.Nodes.Where(node => node.Of is { } of && upstreams.Contains(of))];
        }
        return null;
    }

    private Task<string?> StartAsync(Node node, CancellationToken cancellationToken) =>
        new Postmaster(host, node.DataDirectory).StartAsync(node.Installation, node.LogFile, cancellationToken: cancellationToken);

    /// <summary>The lab with what was true when all that the recipe starts was there.</summary>
    private static async Task<Lab> WithBaselineAsync(Lab lab, CancellationToken cancellationToken) => lab with
    {
        Baseline = BaselineOf(lab, await ReachedAsync(lab, TimeSpan.FromMilliseconds(5), cancellationToken), node => ServerLog.Length(node.LogFile)),
    };

    /// <summary>Waits until all that the recipe starts is there, and gives the picture of that instant.</summary>
    /// <exception cref="LabException">It did not come in time; the message says what is missing.</exception>
    internal static async Task<Observation> ReachedAsync(Lab lab, TimeSpan pace, CancellationToken cancellationToken)
    {
        await using var connections = new LabConnections(lab);
        var began = Stopwatch.GetTimestamp();
        while (true)
        {
            var seen = await connections.ObserveAsync(cancellationToken);
            var missing = lab.Recipe.Nodes.Select(node => Missing(node, seen[node.Name]!)).FirstOrDefault(missing => missing is not null);
            if (missing is null)
                return seen;
            if (Stopwatch.GetElapsedTime(began) > TimeSpan.FromSeconds(30))
                throw new LabException($"The lab did not reach its start state within 30 s: {missing}");
            await Task.Delay(pace, cancellationToken);
        }
    }

    private static string? Missing(NodeRecipe recipe, NodeObservation seen) => recipe.Role switch
    {
        NodeRole.Empty or NodeRole.Initialised => null,
        _ when seen.State is not NodeState.Running => $"{recipe.Name} does not answer. {seen.Problem}",
        NodeRole.Standby when seen.Receiver?.Status != "streaming" => $"{recipe.Name} does not stream from {recipe.Of}.",
        _ => null,
    };

    internal static Baseline BaselineOf(Lab lab, Observation seen, Func<Node, long> logLength) => new(seen.At, lab.Nodes.ToDictionary(
        node => node.Name,
        node => seen[node.Name] is { State: NodeState.Running } one
            ? new NodeBaseline(one.SystemIdentifier, one.Timeline, one.Lsn ?? one.ReplayLsn, one.StartedAt, logLength(node))
            : new NodeBaseline(null, null, null, null, logLength(node))));

    private Task WriteAsync(LabMarker marker, CancellationToken cancellationToken) => _script.RunAsync(
        "write the lab's marker", Begin(marker), new Dictionary<string, string> { ["MARKER"] = marker.ToJson() }, cancellationToken);
}

/// <summary>The lab could not do its part: what happened, why, and what to do next.</summary>
public sealed class LabException(string message, Exception? inner = null) : Exception(message, inner);
