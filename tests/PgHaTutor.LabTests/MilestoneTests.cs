namespace PgHaTutor.LabTests;

/// <summary>What was true once counts, also where no screen watches.</summary>
public sealed class MilestoneTests(CommandsHome home) : IClassFixture<CommandsHome>
{
    [Fact]
    public async Task I_can_reach_a_milestone_that_my_next_step_undoes_by_the_command_line_alone()
    {
        var folder = Directory.CreateDirectory(Path.Combine(home.Lessons, "02-absence", "01-away")).FullName;
        await File.WriteAllTextAsync(Path.Combine(home.Lessons, "02-absence", "README.md"), "# Absence\n", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(folder, "lesson.md"), Absence, TestContext.Current.CancellationToken);

        Assert.Equal(0, (await home.RunAsync("up", "absence.away")).ExitCode);
        Assert.Equal(0, (await home.RunAsync("step", "leave")).ExitCode);
        Assert.Equal(0, (await home.RunAsync("step", "return")).ExitCode);

        var check = await home.RunAsync("check");
        Assert.True(check.ExitCode == 0, check.ToString());
        // What can no longer be asked is still shown as it was seen.
        var away = (await home.RunAsync("check", "leave", "--json")).Json;
        Assert.Contains("stopped", away.ToString());
        Assert.Contains("was reached before: ", away.ToString());
    }

    private const string Absence = """
        ---
        format: 1
        id: absence.away
        title: Away and back
        level: 1
        minutes: {local: 5}
        objectives: [stop a server and start it again]
        lab:
          primary: {role: primary}
        ---
        # Away and back

        ```sh {step=leave on=primary}
        pg_ctl stop -m fast -w
        ```

        ```check {id=away step=leave kind=milestone}
        title: The server was away
        type: server
        node: primary
        state: stopped
        ```

        ```hint {step=leave tier=1}
        Stop it.
        ```

        ```sh {step=return on=primary}
        pg_ctl start -w -l "$PGLOG"
        ```

        ```check {id=back step=return needs=[away]}
        title: The server is back
        type: server
        node: primary
        state: running
        ```

        ```hint {step=return tier=1}
        Start it.
        ```

        """;
}
