using System.Text.RegularExpressions;
using PgHaTutor.Hosts;

namespace PgHaTutor.Labs;

/// <summary>Checkpoints, resets and the end of labs on other hosts.</summary>
public sealed partial class RemoteSite
{
    /// <summary>What LabMarker.Restoring says while the start state is put back.</summary>
    private const string StartState = "(start)";

    public override async Task<Lab> SaveCheckpointAsync(Lab lab, string name, CancellationToken cancellationToken = default)
    {
        var checkpoint = Checkpoint(name);
        var original = await SinceStartAsync(lab, cancellationToken);
        await OnEachHostAsync(lab, "save the checkpoint", _ => RemoteScripts.Save, cancellationToken, checkpoint);
        await StartSavedAsync(lab, checkpoint, CancellationToken.None);
        Remember(lab, marker => marker, new Dictionary<string, IReadOnlyList<string>>(CheckpointsOf(lab)) { [name] = [.. original] });
        return await RestartedAsync(lab, original, cancellationToken);
    }

    public override async Task<Lab> RestoreAsync(
        Lab lab, string? name = null, IProgress<LabProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        if (name is not null && !HasCheckpoint(lab, name))
            throw new LabException($"The lab has no checkpoint '{name}'.");
        progress?.Report(new LabProgress("Stopping the servers, removing their data", 0.1));
        await HealAsync(lab, cancellationToken);
        Remember(lab, marker => marker with { Restoring = name ?? StartState });
        await OnEachHostAsync(lab, "make room for the state that is put back", _ => RemoteScripts.Empty, cancellationToken);
        if (name is null)
        {
            await OnEachHostAsync(lab, "make the lab's folders", _ => RemoteScripts.PrepareAgain, cancellationToken);
            await StartStateAsync(lab, inPlace: false, progress, cancellationToken);
            progress?.Report(new LabProgress(lab.Recipe.Awaits, 0.9));
            lab = await WithBaselineAsync(lab, cancellationToken);
        }
        else
        {
            var checkpoint = Checkpoint(name);
            progress?.Report(new LabProgress("Copying the clusters, starting the servers", 0.5));
            await OnEachHostAsync(lab, "put the checkpoint back", _ => RemoteScripts.PutBack, cancellationToken, checkpoint);
            await StartSavedAsync(lab, checkpoint, cancellationToken);
            lab = await RestartedAsync(lab, CheckpointsOf(lab)[name].ToHashSet(), cancellationToken);
        }
        await KeepAsync(lab, cancellationToken);
        return lab;
    }

    public override async Task<IReadOnlyList<string>> RemoveAsync(Lab lab, CancellationToken cancellationToken = default)
    {
        Remember(lab, marker => marker with { Complete = false });
        if (!fleet.HostsEndWithLab)
            await TryHealAsync(lab, cancellationToken);
        // A host that is given up takes all that lies on it along.
        var hosts = fleet.HostsEndWithLab ? [] : lab.Nodes.Select(node => node.Host).Distinct().ToList();
        var survivors = (await Task.WhenAll(hosts.Select(async host =>
        {
            try
            {
                await RunAsync(lab, host, "remove the lab", RemoteScripts.Remove, cancellationToken, null);
                return null;
            }
            catch (Exception left) when (left is LabException or HostException)
            {
                return $"{lab.Directory} on {host.Name}: {left.Message}";
            }
        }))).OfType<string>().ToList();
        survivors.AddRange(await fleet.ReleaseAsync(lab.Id, cancellationToken));
        if (survivors.Count == 0)
        {
            File.Delete(FileOf(lab.Id));
            File.Delete(TurnFileOf(lab.Id));
        }
        return survivors;
    }

    public override async Task<string> SufferAsync(Lab lab, Node node, HostTrouble trouble, CancellationToken cancellationToken = default)
    {
        var heals = trouble.Kind is TroubleKind.Heal or TroubleKind.PowerOn;
        // Written before it is done: what a crash cuts off must be known as done.
        var before = Troubled(lab);
        if (!heals)
            RememberTroubled(lab, troubled => troubled.Append(node.Name));
        try
        {
            return await base.SufferAsync(lab, node, trouble, cancellationToken);
        }
        catch (HostRefusedException)
        {
            // Else the next reset would have to take back what never was, and be refused, too.
            RememberTroubled(lab, _ => before);
            throw;
        }
    }

    public override async Task<IReadOnlyList<string>> HealAsync(Lab lab, CancellationToken cancellationToken = default)
    {
        var done = new List<string>();
        foreach (var node in Troubled(lab).Where(name => lab.Recipe[name] is not null).Select(name => lab[name]).ToList())
        {
            done.Add(await base.SufferAsync(lab, node, new HostTrouble(TroubleKind.PowerOn), cancellationToken));
            done.Add(await base.SufferAsync(lab, node, new HostTrouble(TroubleKind.Heal), cancellationToken));
            RememberTroubled(lab, troubled => troubled.Where(name => name != node.Name));
        }
        return done;
    }

    /// <summary>A host that cannot be healed is told by what follows, which cannot reach it.</summary>
    private async Task TryHealAsync(Lab lab, CancellationToken cancellationToken)
    {
        try
        {
            await HealAsync(lab, cancellationToken);
        }
        catch (HostException)
        {
            // See above: the removal says which host it could not reach, and why.
        }
    }

    private IReadOnlyList<string> Troubled(Lab lab) => RemoteRecord.Read(FileOf(lab.Id))?.Troubled ?? [];

    private void RememberTroubled(Lab lab, Func<IReadOnlyList<string>, IEnumerable<string>> change)
    {
        if (RemoteRecord.Read(FileOf(lab.Id)) is { } record)
            (record with { Troubled = [.. change(record.Troubled).Distinct()] }).Write(FileOf(lab.Id));
    }

    public override async Task<IReadOnlyList<string>> LeftOfAsync(Lab lab, CancellationToken cancellationToken = default)
    {
        if (fleet.HostsEndWithLab)
            return [];
        var answers = await OnEachHostAsync(lab, "look for what is left", _ => RemoteScripts.Left, cancellationToken);
        return [.. answers.SelectMany(answer => answer.Value.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => $"{line} on {answer.Key.Name}"))];
    }

    public override async Task<IReadOnlyList<string>> CleanAsync(CancellationToken cancellationToken = default)
    {
        var said = new List<string>();
        foreach (var record in Records().Where(record => !record.IsFinished).ToList())
        {
            try
            {
                var lab = await LabOfAsync(record, cancellationToken);
                if (!record.Marker.Complete)
                    said.AddRange(await RemoveAsync(lab, cancellationToken) is { Count: > 0 } left ? left : [$"Removed a half-built or half-removed lab of {lab.LessonId}."]);
                else
                {
                    var state = record.Marker.Restoring == StartState ? null : record.Marker.Restoring;
                    await RestoreAsync(lab, state, null, cancellationToken);
                    said.Add($"Finished a reset of {lab.LessonId} that was cut off.");
                }
            }
            catch (Exception away) when (away is LabException or HostException)
            {
                said.Add($"A lab of {record.Marker.LessonId} was left half done, and that could not be finished: {away.Message}");
            }
        }
        return said;
    }

    public override bool IsUnfinished(string labId) => RemoteRecord.Read(FileOf(labId)) is { IsFinished: false };

    public override Task<IReadOnlyList<string>> RemoveUnfinishedAsync(CancellationToken cancellationToken = default) =>
        RemoveAsync(Records().Where(record => !record.IsFinished), cancellationToken);

    public override Task<IReadOnlyList<string>> RemoveAllAsync(CancellationToken cancellationToken = default) => RemoveAsync(Records(), cancellationToken);

    private async Task<IReadOnlyList<string>> RemoveAsync(IEnumerable<RemoteRecord> records, CancellationToken cancellationToken)
    {
        var survivors = new List<string>();
        foreach (var record in records.ToList())
            try
            {
                survivors.AddRange(await RemoveAsync(await LabOfAsync(record, cancellationToken), cancellationToken));
            }
            catch (HostException unknown)
            {
                survivors.Add($"the lab of {record.Marker.LessonId}: {unknown.Message}");
            }
        return survivors;
    }

    public override async Task<IReadOnlyList<string>> ForgetTemplatesAsync(CancellationToken cancellationToken = default)
    {
        if (!File.Exists(Path.Combine(directory, "credentials.json")))
            return [];
        return await fleet.OnStandingHostsAsync(
            new Script(RemoteScripts.Library + RemoteScripts.Forget) { Environment = new Dictionary<string, string> { ["ROOT"] = fleet.Root, ["HOME_KEY"] = HomeKey } },
            cancellationToken);
    }

    private IReadOnlyDictionary<string, IReadOnlyList<string>> CheckpointsOf(Lab lab) =>
        RemoteRecord.Read(FileOf(lab.Id))?.Checkpoints ?? new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>The servers that ran when a checkpoint was saved, those that follow nobody first.</summary>
    private async Task StartSavedAsync(Lab lab, Dictionary<string, string> checkpoint, CancellationToken cancellationToken)
    {
        foreach (var which in new[] { "primaries", "standbys" })
            await OnEachHostAsync(
                lab, "start the servers of the checkpoint", _ => RemoteScripts.StartSaved, cancellationToken, new Dictionary<string, string>(checkpoint) { ["WHICH"] = which });
    }

    /// <summary>The nodes whose server is still the very process of the lesson's start.</summary>
    private static async Task<IReadOnlySet<string>> SinceStartAsync(Lab lab, CancellationToken cancellationToken)
    {
        await using var connections = new LabConnections(lab);
        var seen = await connections.ObserveAsync(cancellationToken);
        return lab.Nodes.Select(node => node.Name)
            .Where(name => seen[name]?.StartedAt is { } started && started == lab.Baseline.Nodes.GetValueOrDefault(name)?.StartedAt).ToHashSet();
    }

    /// <summary>The baseline of the lesson's start stays; only where the process of that time was still running, its successor stands for it.</summary>
    private async Task<Lab> RestartedAsync(Lab lab, IReadOnlySet<string> original, CancellationToken cancellationToken)
    {
        await using var connections = new LabConnections(lab);
        var seen = await connections.ObserveAsync(cancellationToken);
        lab = lab with
        {
            Baseline = lab.Baseline with
            {
                Nodes = lab.Baseline.Nodes.ToDictionary(
                    one => one.Key, one => original.Contains(one.Key) ? one.Value with { StartedAt = seen[one.Key]?.StartedAt } : one.Value),
            },
        };
        await KeepAsync(lab, cancellationToken);
        return lab;
    }

    private static Dictionary<string, string> Checkpoint(string name) => CheckpointName().IsMatch(name)
        ? new() { ["CHECKPOINT"] = name }
        : throw new ArgumentException($"'{name}' is no name for a checkpoint: letters, digits, '.', '_' and '-', beginning with a letter or digit.", nameof(name));

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9._-]*$")]
    private static partial Regex CheckpointName();
}
