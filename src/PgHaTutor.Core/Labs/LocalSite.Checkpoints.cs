using System.Text.RegularExpressions;
using PgHaTutor.Hosts;

namespace PgHaTutor.Labs;

/// <summary>Checkpoints: the whole lab stopped, saved, and put back.</summary>
public sealed partial class LocalSite
{
    /// <summary>What LabMarker.Restoring says while the start state is put back.</summary>
    private const string StartState = "(start)";

    /// <summary>Entries of a lab's directory that belong to the lab itself, not to the state that a learner works on.</summary>
    private static readonly string[] OwnEntries = [LabMarker.FileName, LabLock.FileName, LabMarker.TurnFileName, ".marker", ".next", ".old", "checkpoints"];

    /// <summary>Stops the whole lab's servers and saves all that the learner works on under a name; starts again what ran.</summary>
    /// <returns>The lab; its baseline knows the restarted processes.</returns>
    /// <exception cref="LabException">It could not be saved, or a server did not come up again.</exception>
    public override async Task<Lab> SaveCheckpointAsync(Lab lab, string name, CancellationToken cancellationToken = default)
    {
        var checkpoint = CheckpointOf(lab, name);
        using var held = LabLock.Take(lab.Directory)
            ?? throw new LabException("Another program is at work on this lab. Let it finish, then try again.");
        var run = await RunningAsync(lab, cancellationToken);
        await Postmaster.EndBelowAsync(host, lab.Directory, Shutdown.Fast, cancellationToken);
        try
        {
            await _script.RunAsync("save the checkpoint", $$"""
                cd {{Bash.Quote(lab.Directory)}}
                rm -rf checkpoints/.making
                mkdir -p checkpoints/.making/state
                find . -mindepth 1 -maxdepth 1 {{string.Join(' ', OwnEntries.Select(entry => $"! -name {entry}"))}} -exec cp -a --reflink=auto -t checkpoints/.making/state {} +
                printf '%s' "$RUN" >checkpoints/.making/{{SavedRun.FileName}}
                rm -rf {{Bash.Quote(checkpoint)}}
                mv -T checkpoints/.making {{Bash.Quote(checkpoint)}}
                """, new Dictionary<string, string> { ["RUN"] = run.ToJson() }, cancellationToken);
        }
        finally
        {
            if (await StartAsync(lab, run, CancellationToken.None) is { } problem)
                throw new LabException($"The servers of the lab were stopped for a checkpoint, and not all came up again. {problem}");
        }
        return await KeptAsync(await RestartedAsync(lab, run, cancellationToken), cancellationToken);
    }

    public override bool HasCheckpoint(Lab lab, string name) => System.IO.Directory.Exists(CheckpointOf(lab, name));

    /// <summary>Puts the lab's files back (the start state where <paramref name="name"/> is null) and starts what ran then.</summary>
    /// <returns>The lab with its new baseline.</returns>
    /// <exception cref="LabException">It could not be put back, or a server did not come up.</exception>
    public override async Task<Lab> RestoreAsync(Lab lab, string? name = null, IProgress<LabProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        if (name is not null && !HasCheckpoint(lab, name))
            throw new LabException($"The lab has no checkpoint '{name}'.");
        await MakeAgainAsync(lab, cancellationToken);
        using var held = LabLock.Take(lab.Directory)
            ?? throw new LabException("Another program is at work on this lab. Let it finish, then try again.");
        progress?.Report(new LabProgress("Stopping the servers, copying the clusters", 0.1));
        // Their files are thrown away, so they may end at once, and the new ones can be copied meanwhile.
        var ending = Postmaster.EndBelowAsync(host, lab.Directory, Shutdown.Immediate, cancellationToken);
        try
        {
            lab = await NextAsync(lab, name, progress, cancellationToken);
        }
        catch (LabException)
        {
            // A full disk may be what the reset is to get rid of: without the old files there may be room for the new ones.
            await ending;
            await EmptyAsync(lab, cancellationToken);
            lab = await NextAsync(lab, name, progress, cancellationToken);
        }
        finally
        {
            await ending;
        }
        await host.MakeFolderAsync(Path.Combine(lab.Directory, ".old"), cancellationToken);
        Swap(lab);
        progress?.Report(new LabProgress("Starting the servers", 0.6));
        if (await (name is null ? StartAllAsync(lab, cancellationToken) : StartAsync(lab, RunOf(lab, name), cancellationToken)) is { } problem)
            throw new LabException($"The lab's files are back, but not all of its servers came up. {problem}{Advice(problem)}");
        // Not while servers start: their syncing would wait for the file system to have forgotten thousands of files.
        var removing = _removal.EntriesAsync(lab.Directory, [".old"], CancellationToken.None);
        try
        {
            return await KeptAsync(
                await (name is null ? WithBaselineAsync(lab, cancellationToken) : RestartedAsync(lab, RunOf(lab, name), cancellationToken)), cancellationToken);
        }
        finally
        {
            await removing;
        }
    }

    private static string Advice(string problem) => problem.Contains(PortInUse, StringComparison.Ordinal)
        ? " Another program holds a port of the lab: end it, or take the lab down and build it again on other ports."
        : "";

    private static SavedRun RunOf(Lab lab, string name) => SavedRun.Read(CheckpointOf(lab, name)) ?? new SavedRun([]);

    /// <summary>What was deleted of the lab's own places since it was built is made again, with its marker.</summary>
    private async Task MakeAgainAsync(Lab lab, CancellationToken cancellationToken)
    {
        if (!System.IO.Directory.Exists(lab.Directory))
        {
            await host.MakeFolderAsync(lab.Directory, cancellationToken);
            await KeepAsync(lab, cancellationToken);
        }
        if (LabMarker.Read(lab.Directory)?.Id != lab.Id)
            throw new LabException($"{lab.Directory} does not carry the marker of this lab, so nothing in it was touched. Take the lab down and build it again.");
    }

    /// <summary>Lays the files that are to be put back beside those that are there, in <c>.next</c>.</summary>
    private async Task<Lab> NextAsync(Lab lab, string? name, IProgress<LabProgress>? progress, CancellationToken cancellationToken)
    {
        await _removal.EntriesAsync(lab.Directory, [".next", ".old"], cancellationToken);
        return name is null ? await FillFromTemplateAsync(lab, progress, cancellationToken) : await FillFromCheckpointAsync(lab, name, cancellationToken);
    }

    private async Task<Lab> FillFromTemplateAsync(Lab lab, IProgress<LabProgress>? progress, CancellationToken cancellationToken)
    {
        var plan = new LabPlan(lab.LessonId, lab.Recipe, lab.Nodes[0].Installation) { Parameters = lab.Parameters };
        var template = await Template.OfAsync(host, Cache, plan, progress, cancellationToken);
        // A template that had to be made again has other passwords.
        var signed = lab with { Credentials = template.Credentials };
        await FillAsync(signed, template, ".next", LabMarker.Of(signed) with { Restoring = StartState }, cancellationToken);
        return signed;
    }

    private async Task<Lab> FillFromCheckpointAsync(Lab lab, string name, CancellationToken cancellationToken)
    {
        var marker = LabMarker.Of(lab) with { Restoring = name };
        await _script.RunAsync("copy the checkpoint", $"""
            {Begin(marker)}
            cp -a --reflink=auto {Bash.Quote($"{CheckpointOf(lab, name)}/state")} .next
            """, new Dictionary<string, string> { ["MARKER"] = marker.ToJson() }, cancellationToken);
        return lab;
    }

    /// <summary>Renames only, so that it takes no time and needs no space. A crash on the way is seen by the marker's Restoring.</summary>
    private static void Swap(Lab lab)
    {
        Move(lab.Directory, Path.Combine(lab.Directory, ".old"), entry => !OwnEntries.Contains(entry));
        Move(Path.Combine(lab.Directory, ".next"), lab.Directory, _ => true);
        System.IO.Directory.Delete(Path.Combine(lab.Directory, ".next"));
    }

    private static void Move(string from, string to, Func<string, bool> which)
    {
        foreach (var entry in new DirectoryInfo(from).EnumerateFileSystemInfos().Where(entry => which(entry.Name)).ToList())
        {
            var target = Path.Combine(to, entry.Name);
            // A directory without the right to write cannot be moved elsewhere, because its ".." changes.
            if (entry is DirectoryInfo { LinkTarget: null } folder)
            {
                folder.UnixFileMode |= UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
                folder.MoveTo(target);
            }
            else
            {
                File.Move(entry.FullName, target);
            }
        }
    }

    /// <summary>The servers that run below the lab, wherever in it a learner started them.</summary>
    private async Task<SavedRun> RunningAsync(Lab lab, CancellationToken cancellationToken)
    {
        await using var connections = new LabConnections(lab);
        var seen = await connections.ObserveAsync(cancellationToken);
        return new SavedRun(
        [
            .. from process in Postmaster.Below(host, lab.Directory)
               where !process.IsDirectoryDeleted
               let node = lab.Nodes.FirstOrDefault(node => Paths.Real(node.DataDirectory) == process.WorkingDirectory)
               let since = node is not null && seen[node.Name]?.StartedAt is { } started && started == lab.Baseline.Nodes.GetValueOrDefault(node.Name)?.StartedAt
               select new SavedServer(Path.GetRelativePath(lab.Directory, process.WorkingDirectory!), ServerOptions(process.WorkingDirectory!), since),
        ]);
    }

    /// <summary>The options that a server was started with, without its data directory (postmaster.opts quotes each with ").</summary>
    private static string ServerOptions(string dataDirectory)
    {
        var file = Path.Combine(dataDirectory, "postmaster.opts");
        var words = File.Exists(file) ? QuotedWord().Matches(File.ReadAllText(file)).Select(match => match.Groups[1].Value).ToList() : [];
        if (words.IndexOf("-D") is >= 0 and var place)
            words.RemoveRange(place, Math.Min(2, words.Count - place));
        return string.Join(' ', words.Select(Bash.Quote));
    }

    /// <summary>Starts the servers of a saved run, those that follow nobody first.</summary>
    private async Task<string?> StartAsync(Lab lab, SavedRun run, CancellationToken cancellationToken)
    {
        string? problem = null;
        foreach (var server in run.Servers.OrderBy(server => File.Exists(Path.Combine(lab.Directory, server.DataDirectory, "standby.signal"))))
        {
            var data = Path.Combine(lab.Directory, server.DataDirectory);
            var node = lab.Nodes.FirstOrDefault(node => node.DataDirectory == data);
            problem ??= await new Postmaster(host, data).StartAsync(
                lab.Nodes[0].Installation, node?.LogFile ?? Path.Combine(lab.Directory, "log", $"{Path.GetFileName(data)}.log"), server.Options, cancellationToken);
        }
        return problem;
    }

    /// <summary>
    /// The baseline of the lesson's start stays; only where the process of that time was still running, its successor stands for it.
    /// </summary>
    private static async Task<Lab> RestartedAsync(Lab lab, SavedRun run, CancellationToken cancellationToken)
    {
        await using var connections = new LabConnections(lab);
        var seen = await connections.ObserveAsync(cancellationToken);
        var original = run.Servers.Where(server => server.SinceStart).Select(server => Path.Combine(lab.Directory, server.DataDirectory)).ToHashSet();
        return lab with
        {
            Baseline = lab.Baseline with
            {
                Nodes = lab.Baseline.Nodes.ToDictionary(
                    one => one.Key,
                    one => original.Contains(lab[one.Key].DataDirectory) ? one.Value with { StartedAt = seen[one.Key]?.StartedAt } : one.Value),
            },
        };
    }

    private async Task<Lab> KeptAsync(Lab lab, CancellationToken cancellationToken)
    {
        await KeepAsync(lab, cancellationToken);
        return lab;
    }

    private static string CheckpointOf(Lab lab, string name) => CheckpointName().IsMatch(name)
        ? Path.Combine(lab.Directory, "checkpoints", name)
        : throw new ArgumentException($"'{name}' is no name for a checkpoint: letters, digits, '.', '_' and '-', beginning with a letter or digit.", nameof(name));

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9._-]*$")]
    private static partial Regex CheckpointName();

    [GeneratedRegex("\"([^\"]*)\"")]
    private static partial Regex QuotedWord();
}
