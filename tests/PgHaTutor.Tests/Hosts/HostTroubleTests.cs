using PgHaTutor.Hosts;

namespace PgHaTutor.Tests.Hosts;

/// <summary>What can happen to a host, as it is written.</summary>
public sealed class HostTroubleTests
{
    [Fact]
    public void Every_form_is_read_and_written_alike() =>
        Assert.All(HostTrouble.Forms, form => Assert.Equal(form, $"{HostTrouble.Parse(form)}"));

    [Theory]
    [InlineData("")]
    [InlineData("delay")]
    [InlineData("delay 0ms")]
    [InlineData("delay 50")]
    [InlineData("loss 101%")]
    [InlineData("cut 3")]
    [InlineData("explode")]
    public void What_cannot_happen_is_not_read(string text) => Assert.Null(HostTrouble.Parse(text));

    [Fact]
    public async Task The_machine_that_the_lab_runs_on_is_left_alone()
    {
        var refused = await Assert.ThrowsAsync<HostException>(() => new LocalHost().SufferAsync(new HostTrouble(TroubleKind.PowerOff), [], TestContext.Current.CancellationToken));
        Assert.Contains("--target docker", refused.Message);
    }
}
