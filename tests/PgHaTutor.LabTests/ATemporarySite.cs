using System.Globalization;
using PgHaTutor.Hosts;
using PgHaTutor.Labs;

namespace PgHaTutor.LabTests;

/// <summary>A home's labs in a folder of its own that the servers' user can reach; gone with all its servers when disposed.</summary>
public sealed class ATemporarySite : IAsyncDisposable
{
    /// <param name="cold">With a template cache of its own, so that its first lab is built from nothing.</param>
    public ATemporarySite(bool cold = false)
    {
        Folder = NewFolder();
        Host = new LocalHost();
        Site = new LocalSite(Host, Path.Combine(Folder, "labs"));
        if (cold)
            return;
        Host.MakeFolderAsync(Site.Directory).GetAwaiter().GetResult();
        System.IO.Directory.CreateSymbolicLink(Path.Combine(Site.Directory, "templates"), SharedTemplates.Folder);
    }

    /// <summary>Scratch space of the test; labs lie in <c>labs</c> below it.</summary>
    public string Folder { get; }

    public LocalHost Host { get; }

    public LocalSite Site { get; }

    /// <summary>Builds a recipe on the newest PostgreSQL that is installed.</summary>
    public async Task<Lab> BuildAsync(params NodeRecipe[] nodes) =>
        await Site.BuildAsync(new LabPlan("test.lesson", new Recipe(nodes), await NewestAsync()), cancellationToken: TestContext.Current.CancellationToken);

    /// <summary>A primary and its streaming standby, with a slot.</summary>
    public Task<Lab> BuildPairAsync() => BuildAsync(
        new NodeRecipe("primary", NodeRole.Primary),
        new NodeRecipe("standby", NodeRole.Standby) { Of = "primary", Slot = "standby" });

    /// <summary>The newest PostgreSQL that is installed, or the major version that <c>$PGHATUTOR_TEST_PG</c> names.</summary>
    public async Task<Installation> NewestAsync()
    {
        var wanted = Environment.GetEnvironmentVariable("PGHATUTOR_TEST_PG");
        return (wanted is not null ? await Programs.FindAsync(int.Parse(wanted, CultureInfo.InvariantCulture)) : (await Site.InstallationsAsync(TestContext.Current.CancellationToken)).FirstOrDefault())
            ?? throw new InvalidOperationException($"PostgreSQL {wanted} is not installed; the lab tests need it.");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var lab in await Site.FindAsync())
            await Site.RemoveAsync(lab);
        await Site.CleanAsync();
        System.IO.Directory.Delete(Folder, recursive: true);
    }

    internal static string NewFolder() =>
        System.IO.Directory.CreateDirectory(Path.Combine("/tmp", $"pghatutor-test-{Guid.NewGuid():N}"[..26])).FullName;
}
