using System.Security.Cryptography;
using System.Text;
using PgHaTutor.Hosts;

namespace PgHaTutor.Labs;

/// <summary>One making of a template: initdb and setup of the clusters that follow nobody, then all stopped, made neutral and packed.</summary>
/// <remarks>Its servers listen on Unix sockets only, so they need no ports.</remarks>
internal sealed class TemplateMaking(
    LocalHost host, string cache, Recipe recipe, Installation installation, IProgress<LabProgress>? progress)
{
    /// <summary>A template that is being made has this before its name; one that a crash left is removed.</summary>
    public const string Unfinished = "making-";

    /// <summary>Its marker until it is finished.</summary>
    public const string MarkerName = TemplateMarker.FileName + ".new";

    private readonly string _directory = Path.Combine(cache, Unfinished + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4)));
    private readonly Credentials _credentials = new(host.User, Password(), "replicator", Password());
    private readonly LabScript _script = new(host);

    private string Bin => installation.BinDirectory;

    public async Task<Credentials> MakeAsync(string target, CancellationToken cancellationToken)
    {
        await host.MakeFolderAsync(cache, cancellationToken);
        await host.MakeFolderAsync(_directory, cancellationToken);
        var sockets = SocketFolder.Prefix + Path.GetFileName(_directory)[Unfinished.Length..];
        using var held = LabLock.Take(_directory);
        try
        {
            await _script.RunAsync("prepare a folder for templates", $"""
                cd {Bash.Quote(_directory)}
                mkdir nodes log
                printf '%s' "$MARKER" >{MarkerName}
                {SocketFolder.Making(sockets, _directory)}
                printf '%s\n' "*:*:*:{_credentials.Superuser}:$SUPERUSER_PASSWORD" "*:*:*:{_credentials.ReplicationUser}:$REPL_PASSWORD" >pgpass
                printf '%s\n' "$SUPERUSER_PASSWORD" >superuser.pw
                """, Environment(sockets), cancellationToken);
            await MakeClustersAsync(sockets, cancellationToken);
            await Postmaster.EndBelowAsync(host, _directory, Shutdown.Fast, cancellationToken);
            await NeutraliseAsync(target, cancellationToken);
            return TemplateMarker.Read(target)?.Credentials
                ?? throw new LabException($"The template {target} is not readable. Remove that folder and try again.");
        }
        finally
        {
            await Postmaster.EndBelowAsync(host, _directory, Shutdown.Immediate, CancellationToken.None);
            SocketFolder.Remove(sockets);
            await new Removal(host).FolderAsync(_directory, MarkerName, CancellationToken.None);
        }
    }

    private async Task MakeClustersAsync(string sockets, CancellationToken cancellationToken)
    {
        var roots = recipe.Nodes.Where(node => node.Role is NodeRole.Initialised or NodeRole.Primary).ToList();
        if (roots.Count == 0)
            return;
        progress?.Report(new LabProgress("Making new clusters with initdb", 0.1));
        await _script.RunAsync("make a cluster with initdb", AllAtOnce(roots.Select(InitDb)), Environment(sockets), cancellationToken);
        var primaries = roots.Where(node => node.Role is NodeRole.Primary).ToList();
        await StartAsync(sockets, primaries, cancellationToken);
        progress?.Report(new LabProgress("Making the roles and the tables of the lesson", 0.4));
        foreach (var primary in primaries)
            await SetUpAsync(sockets, primary, cancellationToken);
    }

    private string InitDb(NodeRecipe node)
    {
        // --no-sync: see TemplateMarker.
        var initdb = $"""
            {Bash.Quote($"{Bin}/initdb")} -D nodes/{node.Name} -U {_credentials.Superuser} -E UTF8 --locale="$LC_ALL" --lc-messages=C -k --wal-segsize=1 -A scram-sha-256 --pwfile=superuser.pw --no-sync
            printf '%s' {Bash.Quote(ServerSettings.ForTemplate(node))} >>nodes/{node.Name}/postgresql.conf
            printf '%s' {Bash.Quote(ServerSettings.HostBasedAccess(_credentials))} >>nodes/{node.Name}/pg_hba.conf
            """;
        // A cluster that has never been started can still get a role: the standalone backend takes SQL from its input.
        return node.Role is NodeRole.Initialised
            ? $"""
                {initdb}
                printf '%s\n' "{Role}" | {Bash.Quote($"{Bin}/postgres")} --single -D nodes/{node.Name} postgres
                """
            : initdb;
    }

    private string Role => $"create role {_credentials.ReplicationUser} replication login password '$REPL_PASSWORD'";

    private Task SetUpAsync(string sockets, NodeRecipe primary, CancellationToken cancellationToken)
    {
        // Those of its whole tree, and reserved: which copy keeps which is seen to when it is taken.
        var slots = recipe.Nodes.Where(node => node.Slot is not null && recipe.RootOf(node) == primary).Select(node => node.Slot).Distinct();
        var sql = string.Join("\n;\n", slots.Select(slot => $"select pg_create_physical_replication_slot('{slot}', true)").Prepend(ServerSettings.SetUp(_credentials, primary)));
        return _script.RunAsync(
            $"set up {primary.Name}", $"{Bash.Quote($"{Bin}/psql")} -X -q -v ON_ERROR_STOP=1 -h {Bash.Quote(sockets)} -p {Number(primary)} -U {_credentials.Superuser} -d postgres -f - >/dev/null",
            Environment(sockets), cancellationToken, sql);
    }

    private async Task StartAsync(string sockets, IReadOnlyList<NodeRecipe> nodes, CancellationToken cancellationToken)
    {
        var problems = await Task.WhenAll(nodes.Select(node => new Postmaster(host, $"{_directory}/nodes/{node.Name}").StartAsync(
            // fsync=off here only: nothing is lost with a template that a power cut ruins, see TemplateMarker.
            installation, $"{_directory}/log/{node.Name}.log", $"-c fsync=off -c listen_addresses= -c unix_socket_directories={Bash.Quote(sockets)} -p {Number(node)}", cancellationToken)));
        if (problems.FirstOrDefault(problem => problem is not null) is { } problem)
            throw new LabException($"The template of the lab could not be made. {problem}");
    }

    /// <summary>Takes away what belongs to this place, packs the clusters, and gives it its name at once.</summary>
    private async Task NeutraliseAsync(string target, CancellationToken cancellationToken)
    {
        progress?.Report(new LabProgress("Keeping the clusters for the next time", 0.6));
        var neutral = AllAtOnce(recipe.Nodes.Where(node => node.Role is NodeRole.Initialised or NodeRole.Primary).Select(node => $"""
            sed -i '/^{ServerSettings.Heading}$/,$d' nodes/{node.Name}/postgresql.conf
            rm -f nodes/{node.Name}/postmaster.opts
            tar -C nodes/{node.Name} -cf {node.Name}.tar .
            """));
        await _script.RunAsync("keep the template", $"""
            {neutral}
            rm -rf log pgpass superuser.pw .lock
            mv {MarkerName} {TemplateMarker.FileName}
            mv -T {Bash.Quote(_directory)} {Bash.Quote(target)} 2>/dev/null || [ -f {Bash.Quote($"{target}/{TemplateMarker.FileName}")} ]
            """, Environment(""), cancellationToken);
    }

    /// <summary>Runs parts side by side; the whole fails when one does.</summary>
    private string AllAtOnce(IEnumerable<string> parts)
    {
        var script = new StringBuilder($"cd {Bash.Quote(_directory)}\npids=()\n");
        foreach (var part in parts)
            script.Append($"(set -e\n{part}\n) >/dev/null & pids+=($!)\n");
        return script.Append("for pid in \"${pids[@]}\"; do wait \"$pid\"; done\n").ToString();
    }

    private Dictionary<string, string> Environment(string sockets) => new()
    {
        ["PGPASSFILE"] = $"{_directory}/pgpass",
        ["MARKER"] = new TemplateMarker(_credentials, TemplateMarker.ThisBoot).ToJson(),
        ["SUPERUSER_PASSWORD"] = _credentials.SuperuserPassword,
        ["REPL_PASSWORD"] = _credentials.ReplicationPassword,
    };

    /// <summary>On a Unix socket the port is only a part of the file's name.</summary>
    private int Number(NodeRecipe node) => 1 + recipe.Nodes.ToList().IndexOf(node);

    private static string Password() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
}
