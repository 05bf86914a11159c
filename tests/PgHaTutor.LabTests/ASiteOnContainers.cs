using PgHaTutor.Hosts;
using PgHaTutor.LabTests.Hosts;
using PgHaTutor.Labs;

namespace PgHaTutor.LabTests;

/// <summary>A home's labs on the tests' Docker engine; gone with all their containers when disposed.</summary>
public sealed class ASiteOnContainers : IAsyncDisposable
{
    private readonly string _folder = ATemporarySite.NewFolder();
    private readonly DockerEngine _engine;

    public ASiteOnContainers(DockerEngine engine)
    {
        _engine = engine;
        Site = NewSite();
    }

    public RemoteSite Site { get; }

    /// <summary>The same home's site as a later start of the program has it.</summary>
    public RemoteSite NewSite() => new(NewFleet(), Path.Combine(_folder, "remembered"));

    public ContainerFleet NewFleet() =>
        new($"docker:{_engine.Image}", "test", Path.Combine(_folder, "ports"), new ContainerEngine(new Uri(_engine.Host)));

    public Task<Lab> BuildPairAsync() => BuildAsync(
        new NodeRecipe("primary", NodeRole.Primary),
        new NodeRecipe("standby", NodeRole.Standby) { Of = "primary", Slot = "standby" });

    public async Task<Lab> BuildAsync(params NodeRecipe[] nodes)
    {
        var installed = await Site.InstallationsAsync(TestContext.Current.CancellationToken);
        return await Site.BuildAsync(new LabPlan("test.lesson", new Recipe(nodes), installed[0]), cancellationToken: TestContext.Current.CancellationToken);
    }

    /// <summary>Runs a script in a node's environment; it must succeed.</summary>
    /// <returns>What it printed.</returns>
    public static async Task<string> RunAsync(Lab lab, string node, string text, string? input = null)
    {
        var output = await lab[node].Host.RunAsync(
            new Script($"set -e\n{text}") { Environment = Variables.For(lab, lab[node]), StandardInput = input }, cancellationToken: TestContext.Current.CancellationToken);
        Assert.True(output.Succeeded, output.StandardError);
        return output.StandardOutput.Trim();
    }

    /// <summary>Asks by psql on the node's own host.</summary>
    public static Task<string> AskAsync(Lab lab, string node, string sql) => RunAsync(lab, node, "exec psql -XAtq -v ON_ERROR_STOP=1 -f -", sql);

    public static async Task<string> AskUntilAsync(Lab lab, string node, string sql, string wanted)
    {
        var deadline = DateTimeOffset.UtcNow.AddSeconds(30);
        string answer;
        while ((answer = await AskAsync(lab, node, sql)) != wanted && DateTimeOffset.UtcNow < deadline)
            await Task.Delay(50, TestContext.Current.CancellationToken);
        return answer;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var lab in await Site.FindAsync())
            await Site.RemoveAsync(lab);
        await Site.CleanAsync();
        await Site.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
