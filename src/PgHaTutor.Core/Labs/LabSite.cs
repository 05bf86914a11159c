using PgHaTutor.Hosts;

namespace PgHaTutor.Labs;

/// <summary>What <see cref="LabSite.BuildAsync"/> makes.</summary>
public sealed record LabPlan(string LessonId, Recipe Recipe, Installation Installation)
{
    public IReadOnlyDictionary<string, string> Parameters { get; init; } = new Dictionary<string, string>();
}

/// <summary>One sentence of progress while a lab is built, reset or removed; the fraction is 0 to 1.</summary>
public sealed record LabProgress(string Doing, double Fraction);

/// <summary>
/// Where the labs of one home live on one target: builds, finds, resets and removes them, and touches nothing that lacks its marker.
/// </summary>
public abstract class LabSite : IAsyncDisposable
{
    /// <summary>The folder of this home's labs on this machine; made when needed.</summary>
    public abstract string Directory { get; }

    /// <summary>As <c>--target</c> names it.</summary>
    public abstract string Target { get; }

    /// <summary>The PostgreSQL installations (13 or newer) that every host of the target has, newest first.</summary>
    public abstract Task<IReadOnlyList<Installation>> InstallationsAsync(CancellationToken cancellationToken = default);

    /// <summary>On how many hosts the nodes of a lab would live; nothing is reached for it.</summary>
    public virtual int HostsOf(Recipe recipe) => 1;

    /// <summary>A number that changes when files of the lab's clusters or backups do, where that can be seen without a command; elsewhere always the same.</summary>
    public virtual int StampOf(Lab lab) => 0;

    /// <summary>Builds the recipe's start state and records the baseline.</summary>
    /// <exception cref="LabException">It could not be built; what was made of it is removed again.</exception>
    public abstract Task<Lab> BuildAsync(LabPlan plan, IProgress<LabProgress>? progress = null, CancellationToken cancellationToken = default);

    /// <summary>Every lab of this site, also those left by a crash (half-built ones are not given).</summary>
    public abstract Task<IReadOnlyList<Lab>> FindAsync(CancellationToken cancellationToken = default);

    /// <summary>Writes the lab's marker again, after its baseline or parameters changed.</summary>
    public abstract Task KeepAsync(Lab lab, CancellationToken cancellationToken = default);

    /// <summary>Stops the whole lab's servers and saves all that the learner works on under a name; starts again what ran.</summary>
    /// <returns>The lab; its baseline knows the restarted processes.</returns>
    /// <exception cref="LabException">It could not be saved, or a server did not come up again.</exception>
    public abstract Task<Lab> SaveCheckpointAsync(Lab lab, string name, CancellationToken cancellationToken = default);

    public abstract bool HasCheckpoint(Lab lab, string name);

    /// <summary>Puts the lab's files back (the start state where <paramref name="name"/> is null) and starts what ran then.</summary>
    /// <returns>The lab with its new baseline.</returns>
    /// <exception cref="LabException">It could not be put back, or a server did not come up.</exception>
    public abstract Task<Lab> RestoreAsync(Lab lab, string? name = null, IProgress<LabProgress>? progress = null, CancellationToken cancellationToken = default);

    /// <summary>Stops and removes the lab.</summary>
    /// <returns>What is still there and why, a sentence each; empty where all is gone.</returns>
    public abstract Task<IReadOnlyList<string>> RemoveAsync(Lab lab, CancellationToken cancellationToken = default);

    /// <summary>Looks once more, by other means than the removal, for what a removed lab left on its hosts: folders, sockets, servers.</summary>
    public abstract Task<IReadOnlyList<string>> LeftOfAsync(Lab lab, CancellationToken cancellationToken = default);

    /// <summary>Ends and removes what a crash left, by marker only; finishes a reset that was cut off.</summary>
    /// <returns>What was done, a sentence each; empty where there was nothing to do.</returns>
    public abstract Task<IReadOnlyList<string>> CleanAsync(CancellationToken cancellationToken = default);

    /// <summary>Whether something was cut off on a lab (its building, its reset, its removal), because a host was away; it is not given by <see cref="FindAsync"/>.</summary>
    public virtual bool IsUnfinished(string labId) => false;

    /// <summary>Removes the labs on which something was cut off.</summary>
    /// <returns>What is still there and why, a sentence each; empty where all is gone.</returns>
    public virtual Task<IReadOnlyList<string>> RemoveUnfinishedAsync(CancellationToken cancellationToken = default) => Task.FromResult<IReadOnlyList<string>>([]);

    /// <summary>Removes every lab, in whatever state it is.</summary>
    /// <returns>What is still there and why, a sentence each; empty where all is gone.</returns>
    public virtual async Task<IReadOnlyList<string>> RemoveAllAsync(CancellationToken cancellationToken = default)
    {
        var survivors = new List<string>();
        await CleanAsync(cancellationToken);
        foreach (var lab in await FindAsync(cancellationToken))
            survivors.AddRange(await RemoveAsync(lab, cancellationToken));
        return survivors;
    }

    /// <summary>Removes what was kept to build labs faster, and the site's folders where nothing else is in them. The next lab makes all of it anew.</summary>
    /// <returns>What is still there and why, a sentence each; empty where all is gone.</returns>
    public abstract Task<IReadOnlyList<string>> ForgetTemplatesAsync(CancellationToken cancellationToken = default);

    /// <summary>Lets something happen to the host of a node. A reset and a removal take it back; so does <see cref="HealAsync"/>.</summary>
    /// <returns>What was done, in a sentence.</returns>
    /// <exception cref="HostException">It cannot happen on this target; the message says why.</exception>
    public virtual Task<string> SufferAsync(Lab lab, Node node, HostTrouble trouble, CancellationToken cancellationToken = default) =>
        node.Host.SufferAsync(trouble, [.. lab.Hosts.Where(host => host != node.Host).Select(host => host.Address)], cancellationToken);

    /// <summary>Takes back all that happened to the lab's hosts.</summary>
    /// <returns>What was done, a sentence each.</returns>
    public virtual Task<IReadOnlyList<string>> HealAsync(Lab lab, CancellationToken cancellationToken = default) => Task.FromResult<IReadOnlyList<string>>([]);

    public virtual ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
