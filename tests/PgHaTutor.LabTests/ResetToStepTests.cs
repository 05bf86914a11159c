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
    public async Task What_the_disk_holds_whole_is_kept_and_put_back_the_next_time()
    {
        await home.AddLessonAsync("made", OnDisk);
        await using var session = await OpenAsync("disk");
        await session.OpenLessonAsync("reset.disk", cancellationToken: TestEnd);

        var kept = await TwiceAsync("kept");
        var unread = await TwiceAsync("unread");

        Assert.Equal(kept[0], kept[1]);
        // A line that the server has not read would be read by the restart that keeping takes, so all is played again.
        Assert.NotEqual(unread[0], unread[1]);
        Assert.All(unread, said => Assert.EndsWith("|4MB", said));
        await session.DownAsync(TestEnd);

        async Task<IReadOnlyList<string>> TwiceAsync(string step)
        {
            var said = new List<string>();
            for (var time = 0; time < 2; time++)
            {
                await session.ResetAsync(step, TestEnd);
                said.Add((await session.RunCommandAsync("primary", "psql -XAtc \"select at, current_setting('work_mem') from made\"", cancellationToken: TestEnd)).StandardOutput.Trim());
                await session.RunCommandAsync("primary", "psql -Xqc 'drop table made'", cancellationToken: TestEnd);
            }
            return said;
        }
    }

    [Fact]
    public async Task No_checkpoint_comes_between_what_was_changed_and_what_I_change_next()
    {
        await home.AddLessonAsync("images", Images);
        await using var session = await OpenAsync("images");
        await session.OpenLessonAsync("reset.images", cancellationToken: TestEnd);

        for (var time = 0; time < 2; time++)
        {
            await session.ResetAsync("second", TestEnd);
            var said = await session.RunCommandAsync("primary", """
                before=$(psql -XAtc "select pg_current_wal_insert_lsn()")
                psql -Xqc "update page set n = n where n = 1"
                psql -XAtc "select pg_current_wal_insert_lsn() - '$before'::pg_lsn"
                """, cancellationToken: TestEnd);
            Assert.InRange(int.Parse(said.StandardOutput.Trim(), System.Globalization.CultureInfo.InvariantCulture), 1, 2000);
        }
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

    private const string Images = """
        ---
        format: 1
        id: reset.images
        title: Images of pages
        level: 1
        minutes: {local: 5}
        objectives: [see what a first change after a checkpoint costs]
        lab:
          primary: {role: primary, setup: "create table page(n int); insert into page select generate_series(1, 200)"}
        ---
        # Images of pages

        ```sql {step=first on=primary}
        checkpoint;
        update page set n = n where n = 1;
        ```

        ```check {id=up step=first from_start=true}
        title: The server runs
        type: server
        node: primary
        state: running
        ```

        ```sql {step=second on=primary}
        update page set n = n where n = 1;
        ```

        """;

    private const string OnDisk = """
        ---
        format: 1
        id: reset.disk
        title: On disk
        level: 1
        minutes: {local: 5}
        objectives: [see a table come again]
        lab:
          primary: {role: primary}
        ---
        # On disk

        ```sql {step=make on=primary}
        create table made as select clock_timestamp() as at;
        ```

        ```sql {step=kept on=primary}
        select 1;
        ```

        ```sh {step=edit on=primary}
        echo "work_mem = 9MB" >> "$PGDATA/postgresql.conf"
        ```

        ```sql {step=unread on=primary}
        select 2;
        ```

        ```check {id=made step=make}
        title: The table is there
        type: sql
        node: primary
        query: select count(*) from made
        expect: "1"
        ```

        """;
}
