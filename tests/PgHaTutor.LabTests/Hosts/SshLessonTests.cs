using System.Globalization;

namespace PgHaTutor.LabTests.Hosts;

/// <summary>The real program on two SSH hosts.</summary>
public sealed class SshLessonTests(CommandsHome home) : IClassFixture<CommandsHome>
{
    private static CancellationToken TestEnd => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_program_that_is_killed_leaves_nothing_running_there_but_the_servers()
    {
        await using var farm = await SshFarm.StartAsync();
        var up = await home.RunAsync("up", "follow", "--target", $"ssh:{farm.Inventory}");
        Assert.True(up.ExitCode == 0, up.ToString());
        using var program = home.Start("exec", "standby", "--", "bash", "-c", "echo $$; sleep 300");
        var pid = int.Parse(await program.StandardOutput.ReadLineAsync(TestEnd) ?? "", CultureInfo.InvariantCulture);
        Assert.Contains("sleep", await ProgramsAsync(farm));
        program.Kill();
        while ((await ProgramsAsync(farm)).Any(name => name is "sleep" or "bash" or "cat" or "sudo"))
            await Task.Delay(50, TestEnd);
        Assert.Contains("postgres", await ProgramsAsync(farm));
        Assert.Equal("", await farm.OnAsync("h2", "find", "/proc", "-maxdepth", "1", "-name", $"{pid}"));
        var down = await home.RunAsync("down");
        Assert.True(down.ExitCode == 0, down.ToString());
        Assert.DoesNotContain("postgres", await ProgramsAsync(farm));
    }

    /// <summary>Of all processes of h2 but the one that asks.</summary>
    private static async Task<string[]> ProgramsAsync(SshFarm farm) =>
        [.. (await farm.OnAsync("h2", "ps", "-eo", "comm=")).Split('\n').Where(name => name != "ps")];
}
