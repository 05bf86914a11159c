using PgHaTutor.Hosts;
using PgHaTutor.Labs;

namespace PgHaTutor.LabTests;

/// <summary>This machine as the only host of a fleet: what is built there is built by the same scripts as on any other host.</summary>
internal sealed class AFleetOnThisMachine(LocalHost host, string root) : Fleet
{
    public override string Target => "ssh:this";

    public override string Root => root;

    public override bool HostsEndWithLab => false;

    public override Task<IReadOnlyList<Installation>> InstallationsAsync(CancellationToken cancellationToken = default) =>
        new LocalSite(host, root).InstallationsAsync(cancellationToken);

    public override int HostsOf(IReadOnlyList<string> nodes) => 1;

    public override async Task<IReadOnlyDictionary<string, Host>> ProvideAsync(
        string labId, IReadOnlyList<string> nodes, Installation programs, IProgress<LabProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        await host.MakeFolderAsync(root, cancellationToken);
        return await FindAsync(labId, nodes, new Dictionary<string, string>(), cancellationToken);
    }

    public override Task<IReadOnlyDictionary<string, Host>> FindAsync(
        string labId, IReadOnlyList<string> nodes, IReadOnlyDictionary<string, string> homes, CancellationToken cancellationToken = default) =>
        Task.FromResult<IReadOnlyDictionary<string, Host>>(nodes.ToDictionary(node => node, Host (_) => host));

    public override async Task<IReadOnlyList<string>> OnStandingHostsAsync(Script script, CancellationToken cancellationToken = default)
    {
        var output = await host.RunAsync(script, cancellationToken: cancellationToken);
        return output.Succeeded ? [] : [output.StandardError];
    }

    public override Task<IReadOnlyList<string>> ReleaseAsync(string labId, CancellationToken cancellationToken = default) =>
        Task.FromResult<IReadOnlyList<string>>([]);
}
