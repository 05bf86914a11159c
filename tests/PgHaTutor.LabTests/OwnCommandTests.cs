using PgHaTutor.Checks;
using PgHaTutor.Lessons;
using PgHaTutor.Sessions;

namespace PgHaTutor.LabTests;

/// <summary>A step typed at the prompt is that step; and what came true in one sitting is known from the first moment of the next.</summary>
public sealed class OwnCommandTests(CommandsHome home) : IClassFixture<CommandsHome>
{
    private static CancellationToken TestEnd => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_step_that_I_type_to_the_letter_is_run_and_scored_as_that_step_and_nothing_else_is()
    {
        await home.AddLessonAsync("typed", Lesson);
        await using var session = await Session.OpenAsync(Home("typed"), CourseReader.Read(home.Lessons), cancellationToken: TestEnd);
        await session.OpenLessonAsync("own.typed", cancellationToken: TestEnd);
        await session.PredictAsync("p-made", "1");

        await session.RunCommandAsync("primary", "select 'something else'", StepLanguage.Sql, cancellationToken: TestEnd);
        // The same words for bash are another command.
        await session.RunCommandAsync("primary", "create table made as select 1;", cancellationToken: TestEnd);
        Assert.Empty(session.State.Runs);

        await session.RunCommandAsync("primary", "  create table made as select 1  ", StepLanguage.Sql, cancellationToken: TestEnd);
        Assert.True(session.State.Runs["make"].Output!.Succeeded);
        Assert.True(session.State.Progress["own.typed"].StepsRun["make"]);
        Assert.True(session.State.Progress["own.typed"].Scores["p-made"].Right);
        Assert.Contains("step make", session.State.Notice?.Text);

        // Done once, it is a command like any other.
        var again = await session.RunCommandAsync("primary", "create table made as select 1;", StepLanguage.Sql, cancellationToken: TestEnd);
        Assert.False(again.Succeeded);
        Assert.True(session.State.Runs["make"].Output!.Succeeded);
        await session.DownAsync(TestEnd);
    }

    [Fact]
    public async Task What_is_true_in_my_lab_is_known_as_soon_as_it_is_taken_up()
    {
        await home.AddLessonAsync("typed", Lesson);
        await using (var session = await Session.OpenAsync(Home("taken"), CourseReader.Read(home.Lessons), cancellationToken: TestEnd))
        {
            await session.OpenLessonAsync("own.typed", cancellationToken: TestEnd);
            await session.RunCommandAsync("primary", "psql -Xqc 'create table made as select 1'", cancellationToken: TestEnd);
            session.Watch();
            await LabBench.EventuallyAsync(() => Task.FromResult(session.State), state => state.Results.GetValueOrDefault("made")?.Answer is Answer.Passed);
        }

        await using (var session = Session.Begin(Home("taken"), CourseReader.Read(home.Lessons)))
        {
            List<SessionState> states = [session.State];
            session.Changed += state =>
            {
                lock (states)
                    states.Add(state);
            };
            await session.GoOnAsync(TestEnd);

            lock (states)
            {
                Assert.True(states[0].IsTakingUp);
                var first = states.First(state => state.Work is null);
                Assert.NotNull(first.Lab);
                // Its second of being true is over long ago.
                Assert.Equal(Answer.Passed, first.Results["made"].Answer);
                Assert.True(StepOrder.IsDone(first.Lesson!.Steps.First(), first.Lesson!, first));
            }
            await session.DownAsync(TestEnd);
        }
    }

    [Fact]
    public async Task A_lab_that_does_not_stand_any_more_is_built_without_a_moment_in_between()
    {
        await home.AddLessonAsync("typed", Lesson);
        await using (var session = await Session.OpenAsync(Home("gone"), CourseReader.Read(home.Lessons), cancellationToken: TestEnd))
        {
            await session.OpenLessonAsync("own.typed", cancellationToken: TestEnd);
            // Not by a verb, which would leave the lesson as well.
            await session.Site.RemoveAsync(session.State.Lab!, TestEnd);
        }

        await using (var session = Session.Begin(Home("gone"), CourseReader.Read(home.Lessons)))
        {
            var free = 0;
            session.Changed += state => free += state is { Work: null, Lab: null } ? 1 : 0;
            await session.GoOnAsync(TestEnd);

            Assert.NotNull(session.State.Lab);
            Assert.Equal(0, free);
            await session.DownAsync(TestEnd);
        }
    }

    private TutorHome Home(string name) => new(Path.Combine(home.Root, name), Path.Combine(home.Root, name, "labs"));

    private const string Lesson = """
        ---
        format: 1
        id: own.typed
        title: A table
        level: 1
        minutes: {local: 5}
        objectives: [make a table]
        lab:
          primary: {role: primary}
        ---
        # A table

        ```predict {id=p-made}
        ask: How many rows will it have?
        choices:
          - {say: "0", when: "value == 0"}
          - {say: "1", when: "value == 1"}
        observe: {node: primary, sql: "select count(*) from made"}
        explain: One is what was selected.
        ```

        ```sql {step=make on=primary}
        create table made as select 1;
        ```

        ```check {id=made step=make}
        title: The table is there
        type: sql
        node: primary
        query: select count(*) from made
        expect: "1"
        stable: 1s
        ```

        """;
}
