using PgHaTutor.Hosts;
using PgHaTutor.Labs;

namespace PgHaTutor.LabTests;

/// <summary>The programs of one major version: those that are installed, else those that <c>tests/hosts/postgres.sh</c> has made.</summary>
internal static class Programs
{
    public static async Task<Installation?> FindAsync(int major) =>
        (await Installations.OfAsync(new LocalHost(), TestContext.Current.CancellationToken)).FirstOrDefault(one => one.Major == major) ?? Made(major);

    public static async Task<Installation> OrSkipAsync(int major)
    {
        var found = await FindAsync(major);
        Assert.SkipWhen(found is null, $"PostgreSQL {major} is not here. tests/hosts/postgres.sh makes 13, 15, 17 and 18; programs from elsewhere are named in $PGHATUTOR_PG_BIN.");
        return found;
    }

    private static Installation? Made(int major)
    {
        var cache = Environment.GetEnvironmentVariable("PGHATUTOR_TEST_CACHE") ?? "/var/cache/pghatutor-test";
        var tree = Directory.Exists(cache) ? Directory.GetDirectories(cache, $"postgres-{major}-*").FirstOrDefault(folder => File.Exists(Path.Combine(folder, ".made"))) : null;
        return tree is null ? null : new Installation($"{tree}/usr/lib/postgresql/{major}/bin", $"{major}", major);
    }
}
