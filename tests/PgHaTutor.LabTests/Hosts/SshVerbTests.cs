namespace PgHaTutor.LabTests.Hosts;

/// <summary>The verbs on hosts that ssh reaches, when something is in their way: told once, with the right exit code, and nothing is lost.</summary>
[Trait("Needs", "hosts")]
public sealed class SshVerbTests(CommandsHome home) : IClassFixture<CommandsHome>
{
    private const string Lesson = "pair.follow";

    private static CancellationToken TestEnd => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_inventory_that_cannot_be_used_is_told_once_and_the_lab_goes_on_when_it_can()
    {
        await using var farm = await SshFarm.StartAsync(1);
        var inventory = Path.Combine(farm.Folder, "mine.yaml");
        var good = await File.ReadAllTextAsync(farm.OneHostInventory, TestEnd);
        await File.WriteAllTextAsync(inventory, good, TestEnd);
        await SucceedsAsync("up", Lesson, "--target", $"ssh:{inventory}");

        await File.WriteAllTextAsync(inventory, good + "colour: red\n", TestEnd);
        foreach (string[] words in new[] { ["down"], ["down", "--all"], (string[])["status"] })
        {
            var refused = await home.RunAsync(words);
            Assert.Equal(4, refused.ExitCode);
            Assert.Equal(2, refused.Error.Split("'colour' is no field").Length);
            Assert.DoesNotContain("is gone", refused.ToString());
        }

        await File.WriteAllTextAsync(inventory, good, TestEnd);
        await SucceedsAsync("status");
        await SucceedsAsync("down");
        Assert.Equal("templates", (await farm.OnAsync("h1", "ls", "/var/lib/pghatutor")).Trim());
    }

    [Fact]
    public async Task What_a_removal_left_on_a_host_that_was_away_goes_with_the_next_one()
    {
        await using var farm = await SshFarm.StartAsync(1);
        await SucceedsAsync("up", Lesson, "--target", $"ssh:{farm.OneHostInventory}");
        await farm.PowerOffAsync("h1");

        var left = await home.RunAsync("down");

        Assert.Equal(4, left.ExitCode);
        Assert.Contains("on h1: h1 (h1) does not answer", left.Error);
        Assert.Equal(4, (await home.RunAsync("down")).ExitCode);
        await farm.PowerOnAsync("h1");
        await SucceedsAsync("down");
        Assert.Equal("templates", (await farm.OnAsync("h1", "ls", "/var/lib/pghatutor")).Trim());
    }

    private async Task<CommandsRun> SucceedsAsync(params string[] words)
    {
        var run = await home.RunAsync(words);
        Assert.True(run.ExitCode == 0, run.ToString());
        return run;
    }
}
