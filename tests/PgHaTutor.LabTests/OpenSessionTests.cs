using PgHaTutor.Lessons;
using PgHaTutor.Sessions;

namespace PgHaTutor.LabTests;

/// <summary>A step that stays open: all of it runs, what it prints is seen, and nothing of it outlives its end.</summary>
public sealed class OpenSessionTests(CommandsHome home) : IClassFixture<CommandsHome>
{
    private const string Sleeping = "select count(*) from pg_stat_activity where query like 'select pg_sleep(600)%' and state = 'active'";

    [Fact]
    public async Task I_see_under_the_step_what_it_prints_and_its_last_statement_runs_until_I_end_it()
    {
        await home.AddLessonAsync("open", Lesson("open.session"));
        var folder = Path.Combine(home.Root, "own");
        await using var session = await Session.OpenAsync(new TutorHome(folder, Path.Combine(folder, "labs")), CourseReader.Read(home.Lessons), cancellationToken: TestContext.Current.CancellationToken);
        await session.OpenLessonAsync("open.session", cancellationToken: TestContext.Current.CancellationToken);

        await session.RunStepAsync("hold", cancellationToken: TestContext.Current.CancellationToken);
        // It prints its rows within a moment and then nothing for ten minutes.
        await LabBench.EventuallyAsync(() => Task.FromResult(session.State.Runs["hold"]), run => run.Lines.Any(line => line.Text.Contains("(1 row)", StringComparison.Ordinal)));
        Assert.Contains("I am here", string.Join('\n', session.State.Runs["hold"].Lines.Select(line => line.Text)));
        await UntilAsync("1");
        Assert.True(session.State.Runs["hold"].Open);

        session.EndStep("hold");
        Assert.True((await session.WaitForAsync("hold")).Cancelled);
        await UntilAsync("0");
        await session.DownAsync(TestContext.Current.CancellationToken);

        async Task UntilAsync(string count) => await LabBench.EventuallyAsync(
            async () => (await session.RunCommandAsync("primary", $"psql -XAtc \"{Sleeping}\"", cancellationToken: TestContext.Current.CancellationToken)).StandardOutput.Trim(), seen => seen == count);
    }

    [Fact]
    public async Task A_program_that_was_killed_leaves_no_query_behind()
    {
        await home.AddLessonAsync("killed", Lesson("open.killed"));
        Assert.Equal(0, (await home.RunAsync("up", "open.killed")).ExitCode);
        using var program = home.Start("plain", "open.killed");
        await program.StandardInput.WriteLineAsync();
        await program.StandardInput.FlushAsync(TestContext.Current.CancellationToken);
        await UntilAsync("1");

        program.Kill();
        await program.WaitForExitAsync(TestContext.Current.CancellationToken);
        await UntilAsync("0");

        async Task UntilAsync(string count) => await LabBench.EventuallyAsync(
            async () => (await home.RunAsync("exec", "primary", "--", "psql", "-XAtc", Sleeping)).Output.Trim(), seen => seen == count);
    }

    internal static string Lesson(string id) => $"""
        ---
        format: 1
        id: {id}
        title: A guest
        level: 1
        minutes: {"{local: 5}"}
        objectives: [see a session stay]
        lab:
          primary: {"{role: primary}"}
        ---
        # A guest

        ```sql {"{step=hold on=primary background=true}"}
        select 'I am here' as said;
        select pg_sleep(600)
        ```

        ```check {"{id=up step=hold from_start=true}"}
        title: The server runs
        type: server
        node: primary
        state: running
        ```

        ```hint {"{step=hold tier=1}"}
        Look.
        ```

        ```sh {"{step=later on=primary}"}
        true
        ```

        """;
}
