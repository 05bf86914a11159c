using System.Diagnostics;
using PgHaTutor.Lessons;
using PgHaTutor.Sessions;

namespace PgHaTutor.LabTests;

/// <summary>Two programs of one home at the same moment: a screen and a verb, or two scripts.</summary>
public sealed class TwoProgramsTests(CommandsHome home) : IClassFixture<CommandsHome>
{
    [Fact]
    public async Task Two_that_open_the_same_lesson_end_in_one_lab()
    {
        await home.RunAsync("down");
        var ups = await BothAsync(["up", "follow", "--json"], ["up", "follow", "--json"]);

        Assert.All(ups, up => Assert.True(up.ExitCode == 0, up.ToString()));
        Assert.Equal([false, true], ups.Select(up => up.Json.GetProperty("already_stood").GetBoolean()).Order());
        Assert.Equal(ups[0].Json.GetProperty("lab").GetString(), ups[1].Json.GetProperty("lab").GetString());
        Assert.Single(Labs());
    }

    [Fact]
    public async Task Two_that_open_different_lessons_leave_the_lab_of_the_later_one_only()
    {
        await home.RunAsync("down");
        var ups = await BothAsync(["up", "follow", "--json"], ["up", "mend", "--json"]);
        // Before any other program has cleaned up after them.
        var labs = Labs();

        Assert.All(ups, up => Assert.True(up.ExitCode == 0, up.ToString()));
        Assert.Contains(Path.GetFileName(Assert.Single(labs)), ups.Select(up => up.Json.GetProperty("lab").GetString()));
        Assert.Equal(0, (await home.RunAsync("status")).ExitCode);
    }

    [Fact]
    public async Task A_verb_waits_while_another_program_resets_the_lab()
    {
        Assert.Equal(0, (await home.RunAsync("up", "follow")).ExitCode);
        using var reset = home.Start("reset");
        var resets = CommandsHome.EndAsync(reset);
        var looks = 0;
        for (; !resets.IsCompleted; looks++)
        {
            var status = await home.RunAsync("status", "--json");
            Assert.True(status.ExitCode == 0, status.ToString());
            Assert.Equal("pair.follow", status.Json.GetProperty("lesson").GetString());
        }

        Assert.Equal(0, (await resets).ExitCode);
        Assert.NotEqual(0, looks);
    }

    [Fact]
    public async Task What_I_do_on_the_screen_counts_after_a_reset_from_another_terminal_and_not_before()
    {
        Assert.Equal(0, (await home.RunAsync("up", "follow")).ExitCode);
        var cancel = TestContext.Current.CancellationToken;
        await using var screen = await Session.OpenAsync(new TutorHome(home.Folder, Path.Combine(home.Folder, "labs")), CourseReader.Read(home.Lessons), cancellationToken: cancel);
        await screen.RunStepAsync("write", cancellationToken: cancel);
        // Twice: the lab is then the very same as before.
        Assert.Equal(0, (await home.RunAsync("reset", "--to", "promote")).ExitCode);
        Assert.Equal(0, (await home.RunAsync("reset", "--to", "promote")).ExitCode);

        await screen.RunStepAsync("promote", cancellationToken: cancel);
        Assert.DoesNotContain("promote", screen.State.Progress["pair.follow"].StepsRun.Keys);
        screen.Watch();
        await UntilAsync(() => screen.State.Observation is not null && screen.State.Runs.Count == 0);
        Assert.Equal(["write"], screen.State.Progress["pair.follow"].StepsRun.Keys);
        await screen.RunCommandAsync("primary", "true", cancellationToken: cancel);
        await screen.RunStepAsync("refuse", cancellationToken: cancel);

        Assert.Equal(["refuse", "write"], screen.State.Progress["pair.follow"].StepsRun.Keys.Order());
    }

    private async Task<CommandsRun[]> BothAsync(string[] first, string[] second)
    {
        using Process one = home.Start(first), other = home.Start(second);
        return await Task.WhenAll(CommandsHome.EndAsync(one), CommandsHome.EndAsync(other));
    }

    private List<string> Labs() =>
        [.. Directory.EnumerateFiles(Path.Combine(home.Folder, "labs"), "pghatutor-lab.json", SearchOption.AllDirectories).Select(marker => Path.GetDirectoryName(marker)!)];

    private static async Task UntilAsync(Func<bool> holds)
    {
        var began = Stopwatch.StartNew();
        while (!holds())
        {
            Assert.True(began.Elapsed < TimeSpan.FromMinutes(1), "It did not come true within a minute.");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TestContext.Current.CancellationToken);
        }
    }
}
