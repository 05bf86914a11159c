using System.Globalization;

namespace PgHaTutor.LabTests.Hosts;

/// <summary>
/// A Docker engine of the tests' own, with one image that stands in for the official one; see <c>tests/hosts/docker.sh</c>.
/// Gone with all its containers when disposed, and swept by the next one where the tests were killed.
/// </summary>
public sealed class DockerEngine : IAsyncDisposable
{
    private readonly TestHostScript _script;

    private DockerEngine(string folder, TestHostScript script, IReadOnlyDictionary<string, string> environment) =>
        (Folder, _script, Environment) = (folder, script, environment);

    public string Folder { get; }

    /// <summary>What a program needs to find it: DOCKER_HOST, what Testcontainers reads, PGHATUTOR_IMAGE.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; }

    /// <summary>The engine's address, <c>unix:///…/docker.sock</c>.</summary>
    public string Host => Environment["DOCKER_HOST"];

    /// <summary>The version of the API to ask for where the engine is older than Testcontainers expects; else null.</summary>
    public string? ApiVersion => Environment.GetValueOrDefault("DOCKER_API_VERSION");

    /// <summary>As the official image <c>postgres:MAJOR</c>: the same variables, the same entrypoint; it has <c>ip</c> and <c>nft</c> besides.</summary>
    public string Image => Environment["PGHATUTOR_IMAGE"];

    /// <summary>Starts one, in about 3 s; skips the test where this machine cannot.</summary>
    /// <param name="newer">A newer one than this machine's own.</param>
    public static async Task<DockerEngine> StartAsync(bool newer = false)
    {
        await TestHostScript.NeedOrSkipAsync("host", "dockerd", "docker", "docker-init", "ip", "unshare", "mmdebstrap");
        if (newer)
            await TestHostScript.NeedOrSkipAsync("engine");
        var folder = $"/tmp/pght-docker-{Guid.NewGuid():N}"[..24];
        var script = new TestHostScript("docker.sh", new Dictionary<string, string>
        {
            ["ENGINE"] = folder,
            ["OWNER"] = System.Environment.ProcessId.ToString(CultureInfo.InvariantCulture),
        });
        var lines = await script.RunAsync(newer ? ["up", "trixie"] : ["up"], TestContext.Current.CancellationToken);
        return new DockerEngine(folder, script, lines.Split('\n').Select(line => line.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]));
    }

    public async ValueTask DisposeAsync() => await _script.RunAsync(["down"]);
}
