using PgHaTutor.Hosts;

namespace PgHaTutor.Ec2;

/// <summary>Makes a set, or goes on making it: what stands is found by its tags and kept.</summary>
/// <param name="folder">Where keys and inventories are written.</param>
public sealed class Ec2Builder(Ec2Account account, Ec2Folder folder, Ec2Pace pace, IProgress<string>? progress = null)
{
    /// <summary>EC2 lets an account ask for little at once, and each learner takes about ten calls.</summary>
    private const int AtOnce = 5;

    /// <summary>The set with its ground, written down. Nothing has been made yet.</summary>
    public async Task<Ec2Set> PrepareAsync(Ec2Set set, CancellationToken cancellationToken = default)
    {
        if (set.Ground is not null)
            return set;
        var grounded = set with { Ground = await Ec2Ground.FindAsync(account, set.Wish, set.Begun, cancellationToken) };
        folder.Write(grounded);
        return grounded;
    }

    /// <summary>Makes the key pairs, security groups and instances, waits until they run and writes the inventories.</summary>
    /// <param name="from">The networks that may reach port 22.</param>
    /// <param name="wait">Whether to wait until ssh answers and PostgreSQL is installed.</param>
    /// <returns>A result a learner. One that failed does not hold up the others.</returns>
    public async Task<IReadOnlyList<Ec2PairResult>> BuildAsync(Ec2Set set, IReadOnlyList<string> from, bool wait, CancellationToken cancellationToken = default)
    {
        folder.Write(set with { IsComplete = false });
        var seen = await Ec2Estate.FindAsync(account, folder.HomeId, cancellationToken);
        using var turn = new SemaphoreSlim(AtOnce);
        var made = await Task.WhenAll(set.Learners.Select(learner => MakeAsync(set, learner, seen, from, turn, cancellationToken)));
        var results = await RunningAsync(set, made, cancellationToken);
        foreach (var result in results.Where(result => result.Problem is null))
            await new Ec2Pair(account, folder, set, result.Learner).WriteAsync(result.Instances, cancellationToken);
        if (results.All(result => result.Problem is null))
            folder.Write(set with { IsComplete = true });
        return wait ? await Task.WhenAll(results.Select(result => ReadyAsync(set, result, cancellationToken))) : results;
    }

    private async Task<Ec2PairResult> MakeAsync(
        Ec2Set set, string learner, Ec2Estate seen, IReadOnlyList<string> from, SemaphoreSlim turn, CancellationToken cancellationToken)
    {
        await turn.WaitAsync(cancellationToken);
        try
        {
            await new Ec2Pair(account, folder, set, learner).MakeAsync(seen, from, progress, cancellationToken);
            return new Ec2PairResult(learner, folder.InventoryOf(set, learner), [], null);
        }
        catch (Exception failed) when (failed is Ec2Exception or HostException or IOException)
        {
            return new Ec2PairResult(learner, folder.InventoryOf(set, learner), [], failed.Message);
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>Waits until every instance runs and has its addresses. One question serves all learners.</summary>
    private async Task<IReadOnlyList<Ec2PairResult>> RunningAsync(Ec2Set set, IReadOnlyList<Ec2PairResult> made, CancellationToken cancellationToken)
    {
        var deadline = Deadline.In(pace.Starting);
        progress?.Report("waiting until the instances run");
        while (true)
        {
            var instances = (await Ec2Estate.InstancesAsync(account, folder.HomeId, cancellationToken)).Where(instance => instance.Set == set.Id).ToList();
            var results = made.Select(one => one.Problem is null ? Seen(one, instances) : one).ToList();
            if (results.All(result => result.Problem is not null || IsWhole(result)))
                return results;
            if (deadline.HasPassed)
                return [.. results.Select(result => result.Problem is not null || IsWhole(result) ? result : result with
                {
                    Problem = $"Its instances did not run within {pace.Starting.TotalMinutes:0} min ({States(result)}). “tutor ec2 up” waits on, “tutor ec2 down” removes them.",
                })];
            await Task.Delay(pace.Poll, cancellationToken);
        }
    }

    private static bool IsWhole(Ec2PairResult result) => result.Instances.Count == Ec2Pair.Hosts.Count && result.Instances.All(instance => instance.IsReachable);

    private static string States(Ec2PairResult result) =>
        result.Instances.Count == 0 ? "EC2 does not show them yet" : string.Join(", ", result.Instances.Select(instance => $"{instance.Host} {instance.State}"));

    private static Ec2PairResult Seen(Ec2PairResult one, IReadOnlyList<Ec2Instance> all)
    {
        var pair = new List<Ec2Instance>();
        foreach (var host in Ec2Pair.Hosts)
        {
            var ofHost = all.Where(instance => instance.Learner == one.Learner && instance.Host == host).ToList();
            if (ofHost.FirstOrDefault(instance => instance.Serves) is { } serving)
                pair.Add(serving);
            else if (ofHost is [.., var ended])
                return one with { Problem = $"{host} ({ended.Id}) ended right after its launch: {ended.Why?.TrimEnd('.') ?? "EC2 does not say why"}. “tutor ec2 up” launches another; if that ends as well, take another --type." };
        }
        return one with { Instances = pair };
    }

    private async Task<Ec2PairResult> ReadyAsync(Ec2Set set, Ec2PairResult result, CancellationToken cancellationToken)
    {
        if (result.Problem is not null)
            return result;
        var pair = new Ec2Pair(account, folder, set, result.Learner);
        var problems = await Task.WhenAll(result.Instances.Select(instance => new Ec2Readiness(pair.TargetOf(instance), $"{result.Learner} {instance.Host}", pace, progress).WaitAsync(cancellationToken)));
        return result with { Problem = problems.FirstOrDefault(problem => problem is not null) };
    }
}

/// <summary>What came of one learner's pair.</summary>
/// <param name="Inventory">The file for <c>--target ssh:</c>; it is there where <paramref name="Problem"/> is null.</param>
/// <param name="Problem">Null where all is well.</param>
public sealed record Ec2PairResult(string Learner, string Inventory, IReadOnlyList<Ec2Instance> Instances, string? Problem);
