using PgHaTutor.Labs;

namespace PgHaTutor.LabTests.Labs;

public sealed class LabBuildingTests
{
    private static CancellationToken TestEnd => TestContext.Current.CancellationToken;

    [Fact]
    public async Task I_can_build_a_pair_cold_and_warm_and_see_a_row_on_the_standby()
    {
        await using var site = new ATemporarySite(cold: true);
        foreach (var round in new[] { "cold", "warm" })
        {
            var lab = await site.BuildPairAsync();
            await lab.SqlAsync("primary", $"insert into lab_canary.probe (nonce) values ('{round}')");
            await LabBench.EventuallyAsync(() => lab.SqlAsync("standby", "select nonce from lab_canary.probe"), nonce => nonce == round);
            Assert.Equal("on", await lab.SqlAsync("primary", "show fsync"));
            Assert.Empty(await site.Site.RemoveAsync(lab, TestEnd));
            Assert.False(Directory.Exists(lab.Directory));
            Assert.False(Directory.Exists(lab.SocketDirectory));
        }
        Assert.Empty(await site.Site.FindAsync(TestEnd));
    }
}
