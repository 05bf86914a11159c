using PgHaTutor.Hosts;

namespace PgHaTutor.Labs;

/// <summary>The hosts of a target other than this machine: which of them a lab's nodes live on, and what it takes to have them.</summary>
public abstract class Fleet : IAsyncDisposable
{
    /// <summary>As <c>--target</c> names it, with a full path: <c>docker</c>, <c>ssh:/home/me/inventory.yaml</c>.</summary>
    public abstract string Target { get; }

    /// <summary>The folder on every host below which labs live, each in a folder of its own.</summary>
    public abstract string Root { get; }

    /// <summary>The PostgreSQL installations (13 or newer) of the versions that every host has, newest first, with the folders of one of them.</summary>
    /// <exception cref="HostException">A host cannot be asked.</exception>
    public abstract Task<IReadOnlyList<Installation>> InstallationsAsync(CancellationToken cancellationToken = default);

    /// <summary>On how many hosts these nodes would live; nothing is reached for it.</summary>
    public abstract int HostsOf(IReadOnlyList<string> nodes);

    /// <summary>The host of each node of a new lab, made where the target makes hosts; on each, <see cref="Root"/> is there and the servers' user may write it.</summary>
    /// <param name="programs">One of <see cref="InstallationsAsync"/>: what the lab will run, where the target makes hosts.</param>
    /// <exception cref="HostException">A host cannot be had; what was made on the way is gone again.</exception>
    public abstract Task<IReadOnlyDictionary<string, Host>> ProvideAsync(
        string labId, IReadOnlyList<string> nodes, Installation programs, IProgress<LabProgress>? progress = null, CancellationToken cancellationToken = default);

    /// <summary>The hosts of a lab that stands. They need not answer: that shows when they are used.</summary>
    /// <param name="homes">Node → the name of the host on which it was made, where that is known.</param>
    /// <exception cref="HostException">The target does not know them any more.</exception>
    public abstract Task<IReadOnlyDictionary<string, Host>> FindAsync(
        string labId, IReadOnlyList<string> nodes, IReadOnlyDictionary<string, string> homes, CancellationToken cancellationToken = default);

    /// <summary>Whether a lab's hosts are made for it and go with it.</summary>
    public abstract bool HostsEndWithLab { get; }

    /// <summary>Runs a script on every host that is there without a lab.</summary>
    /// <returns>What could not be done and why, a sentence each.</returns>
    public abstract Task<IReadOnlyList<string>> OnStandingHostsAsync(Script script, CancellationToken cancellationToken = default);

    /// <summary>Gives up what was made for a lab, also half of it.</summary>
    /// <returns>What is still there and why, a sentence each; empty where all is gone.</returns>
    public abstract Task<IReadOnlyList<string>> ReleaseAsync(string labId, CancellationToken cancellationToken = default);

    public virtual ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
