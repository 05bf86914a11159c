using PgHaTutor.Hosts;

namespace PgHaTutor.Labs;

/// <summary>Containers: made for a lab, one a node, and gone with it.</summary>
/// <param name="target"><c>docker</c>, or <c>docker:IMAGE</c>; without an image what <c>$PGHATUTOR_IMAGE</c> names, else the official image of the lab's version.</param>
/// <param name="home">Whose labs they are; a label of the containers tells it.</param>
/// <param name="directory">Where this machine remembers which ports they have.</param>
/// <param name="engine">Which runs them; disposed with the fleet.</param>
public sealed class ContainerFleet(string target, string home, string directory, ContainerEngine engine) : Fleet
{
    /// <summary>Major versions that there is an official image of; the first is what a lesson gets that does not care.</summary>
    private static readonly int[] Official = [17, 18, 16, 15, 14, 13];

    private const int Tries = 5;

    private readonly string? _image = target.Split(':', 2) is [_, var named] ? named
        : Environment.GetEnvironmentVariable("PGHATUTOR_IMAGE") is { Length: > 0 } usual ? usual
        : null;

    public override string Target => target;

    public ContainerEngine Engine => engine;

    /// <summary>What a lab that asks for no version is made of.</summary>
    public string UsualImage => _image ?? OfficialImage(Official[0]);

    public override string Root => "/var/lib/pghatutor";

    public override bool HostsEndWithLab => true;

    public override async Task<IReadOnlyList<Installation>> InstallationsAsync(CancellationToken cancellationToken = default)
    {
        if (_image is { } image)
            return [InstallationOf(await engine.ImageAsync(image, null, cancellationToken))];
        await engine.AskAsync(cancellationToken);
        return await Task.WhenAll(Official.Select(async major =>
            await engine.FindImageAsync(OfficialImage(major), cancellationToken) is { Major: not null } here
                ? InstallationOf(here)
                : new Installation($"/usr/lib/postgresql/{major}/bin", $"{major}", major)));
    }

    /// <summary>Those of the images that labs may be made of which are on the engine already.</summary>
    public async Task<IReadOnlyList<ContainerImage>> ImagesHereAsync(CancellationToken cancellationToken = default)
    {
        var names = _image is { } image ? [image] : Official.Select(OfficialImage);
        return [.. (await Task.WhenAll(names.Select(name => engine.FindImageAsync(name, cancellationToken)))).OfType<ContainerImage>()];
    }

    public override int HostsOf(IReadOnlyList<string> nodes) => nodes.Count;

    public override async Task<IReadOnlyDictionary<string, Host>> ProvideAsync(
        string labId, IReadOnlyList<string> nodes, Installation programs, IProgress<LabProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        var source = await engine.ImageAsync(_image ?? OfficialImage(programs.Major), new Fetching(progress), cancellationToken);
        progress?.Report(new LabProgress($"Starting {nodes.Count} containers", 0.05));
        var set = SetOf(labId);
        var taken = new HashSet<int>();
        try
        {
            for (var attempt = 1; ; attempt++)
            {
                var ports = await ReserveAsync(labId, nodes.Count, taken, cancellationToken);
                try
                {
                    var hosts = await set.MakeAsync(
                        source, [.. nodes.Select((node, index) => (node, ports[index * ContainerSet.Published]))], Root, cancellationToken);
                    return hosts.ToDictionary(host => host.Name, Host (host) => host);
                }
                catch (PortsTakenException) when (attempt < Tries)
                {
                    taken.UnionWith(ports);
                    await set.RemoveAsync(cancellationToken);
                }
            }
        }
        catch
        {
            await ReleaseAsync(labId, CancellationToken.None);
            throw;
        }
    }

    public override async Task<IReadOnlyDictionary<string, Host>> FindAsync(
        string labId, IReadOnlyList<string> nodes, IReadOnlyDictionary<string, string> homes, CancellationToken cancellationToken = default)
    {
        IReadOnlyList<ContainerHost> hosts;
        try
        {
            hosts = await SetOf(labId).FindAsync(nodes, cancellationToken);
        }
        catch (HostException)
        {
            // Docker is away. Each host tells so when it is used, and can be used once Docker is back.
            hosts = [.. nodes.Select(node => new ContainerHost(engine, new ContainerNames(labId), node, null))];
        }
        return hosts.ToDictionary(host => host.Name, Host (host) => host);
    }

    /// <summary>There is none without a lab.</summary>
    public override Task<IReadOnlyList<string>> OnStandingHostsAsync(Script script, CancellationToken cancellationToken = default) =>
        Task.FromResult<IReadOnlyList<string>>([]);

    public override async Task<IReadOnlyList<string>> ReleaseAsync(string labId, CancellationToken cancellationToken = default)
    {
        try
        {
            var left = await SetOf(labId).RemoveAsync(cancellationToken);
            if (left.Count == 0 && System.IO.Directory.Exists(PortsOf(labId)))
                System.IO.Directory.Delete(PortsOf(labId), recursive: true); // Their entries in the book are void without it.
            return left;
        }
        catch (HostException away)
        {
            return [$"the containers of lab {labId} may still be there: {away.Message}"];
        }
    }

    public override ValueTask DisposeAsync()
    {
        engine.Dispose();
        return ValueTask.CompletedTask;
    }

    private static string OfficialImage(int major) => $"postgres:{major}";

    private ContainerSet SetOf(string labId) => new(engine, new ContainerNames(labId), home);

    private string PortsOf(string labId) => Path.Combine(directory, labId);

    private Task<IReadOnlyList<int>> ReserveAsync(string labId, int containers, HashSet<int> taken, CancellationToken cancellationToken)
    {
        System.IO.Directory.CreateDirectory(PortsOf(labId));
        return PortBook.OfThisMachine.ReserveAsync(containers * ContainerSet.Published, PortsOf(labId), taken, cancellationToken);
    }

    private static Installation InstallationOf(ContainerImage image) => image is { Major: { } major, Version: { } version }
        ? new Installation(image.BinDirectory, version, major)
        : throw new HostException($"The image {image.Name} does not tell which PostgreSQL it has: official images, and those made from them, set PG_MAJOR. Add it to the image: ENV PG_MAJOR=17");

    private sealed class Fetching(IProgress<LabProgress>? progress) : IProgress<string>
    {
        public void Report(string value) => progress?.Report(new LabProgress(value, 0.02));
    }
}
