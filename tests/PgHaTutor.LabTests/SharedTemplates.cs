using PgHaTutor.Hosts;
using PgHaTutor.LabTests;

[assembly: AssemblyFixture(typeof(SharedTemplates))]

namespace PgHaTutor.LabTests;

/// <summary>The templates that all tests of a run copy from, which saves each of them its own initdb; gone when the run ends.</summary>
public sealed class SharedTemplates : IDisposable
{
    private static readonly Lazy<string> Made = new(Make);

    public static string Folder => Made.Value;

    public void Dispose()
    {
        if (Made.IsValueCreated)
            Directory.Delete(Path.GetDirectoryName(Folder)!, recursive: true);
    }

    private static string Make()
    {
        var templates = Path.Combine(ATemporarySite.NewFolder(), "templates");
        new LocalHost().MakeFolderAsync(templates).GetAwaiter().GetResult();
        return templates;
    }
}
