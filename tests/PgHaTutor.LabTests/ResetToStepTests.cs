using PgHaTutor.Checks;
using PgHaTutor.Lessons;
using PgHaTutor.Sessions;

namespace PgHaTutor.LabTests;

/// <summary>A reset to a step gives what the steps before it give, also what is on no disk; what was broken off is known when I come back.</summary>
public sealed class ResetToStepTests(CommandsHome home) : IClassFixture<CommandsHome>
{
    private static CancellationToken TestEnd => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_on_no_disk_is_there_again_and_the_steps_say_who_ran_them()
    {
        await home.AddLessonAsync("reset", Lesson);
        await using var session = await OpenAsync("kept");
        await session.OpenLessonAsync("reset.pause", cancellationToken: TestEnd);
        await session.RunStepAsync("pause", cancellationToken: TestEnd);
        await session.RunCommandAsync("standby", "psql -Xqc 'select pg_wal_replay_resume()'", cancellationToken: TestEnd);

        // Twice: nothing is kept of the first one that could stand for the second.
        for (var time = 0; time < 2; time++)
        {
            await session.ResetAsync("later", TestEnd);
            Assert.Equal("t", (await session.RunCommandAsync("standby", "psql -XAtc 'select pg_is_wal_replay_paused()'", cancellationToken: TestEnd)).StandardOutput.Trim());
        }

        Assert.True(session.State.Runs["pause"].Played);
        Assert.Null(session.State.BrokenReset);
        await session.DownAsync(TestEnd);
    }

    [Fact]
    public async Task What_leaving_ended_is_known_when_I_come_back()
    {
        await home.AddLessonAsync("reset", Lesson);
        await using (var session = await OpenAsync("broken"))
        {
            await session.OpenLessonAsync("reset.pause", cancellationToken: TestEnd);
            await session.RunStepAsync("hold", cancellationToken: TestEnd);
        }
        var left = await OpenAsync("broken");
        Assert.Contains("hold", left.State.Progress["reset.pause"].EndedByLeaving);
        // It is the last step before that one which is cut short: nothing follows that would notice.
        var reset = left.ResetAsync("later", TestEnd);
        await LabBench.EventuallyAsync(() => Task.FromResult(left.State.Runs.GetValueOrDefault("nap")), nap => nap is { Output: null });
        await left.DisposeAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => reset);
        await using (var session = await OpenAsync("broken"))
        {
            Assert.Equal("later", session.State.BrokenReset?.ToStep);
            Assert.All(await session.CheckAsync(cancellationToken: TestEnd), result => Assert.Equal(Answer.Passed, result.Answer));
            Assert.False(session.State.Done);
            await session.ResetAsync("later", TestEnd);
            Assert.Null(session.State.BrokenReset);
            Assert.Null(session.State.Progress["reset.pause"].Resetting);
            await session.DownAsync(TestEnd);
        }
    }

    private async Task<Session> OpenAsync(string name)
    {
        var folder = Path.Combine(home.Root, name);
        return await Session.OpenAsync(new TutorHome(folder, Path.Combine(folder, "labs")), CourseReader.Read(home.Lessons), cancellationToken: TestEnd);
    }

    private const string Lesson = """
        ---
        format: 1
        id: reset.pause
        title: A pause
        level: 1
        minutes: {local: 5}
        objectives: [see a pause come again]
        lab:
          primary: {role: primary}
          standby: {role: standby, of: primary}
        ---
        # A pause

        ```sql {step=pause on=standby}
        select pg_wal_replay_pause();
        ```

        ```check {id=up step=pause from_start=true}
        title: The server runs
        type: server
        node: primary
        state: running
        ```

        ```sh {step=nap on=primary}
        sleep 3
        ```

        ```sql {step=later on=primary}
        select 1;
        ```

        ```sql {step=hold on=primary background=true}
        select pg_sleep(600);
        ```

        """;
}
