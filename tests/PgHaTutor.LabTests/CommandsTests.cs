using System.Text.Json;

namespace PgHaTutor.LabTests;

/// <summary>A lesson by the command line alone, from nothing to nothing. The tests share what makes a lab quick to build, and nothing else.</summary>
public sealed class CommandsTests(CommandsHome home) : IClassFixture<CommandsHome>, IAsyncLifetime
{
    public async ValueTask InitializeAsync()
    {
        await home.RunAsync("down");
        File.Delete(Path.Combine(home.Folder, "journal.jsonl"));
        CommandsCourse.Write(home.Root);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task I_can_do_a_lesson_by_the_command_line_alone()
    {
        Assert.Equal((0, 3), Progress(await RunAsync("list", "--json")));
        Assert.Equal(0, (await RunAsync("up", "follow")).ExitCode);
        Assert.Equal(1, (await RunAsync("check")).ExitCode);
        Assert.Equal(0, (await RunAsync("step", "write")).ExitCode);
        await CommandsHome.Eventually(() => RunAsync("check", "write").Result.ExitCode == 0, "the row has arrived");
        Assert.Equal(0, (await RunAsync("step", "refuse")).ExitCode);
        Assert.Equal(0, (await RunAsync("solve", "promote")).ExitCode);
        await CommandsHome.Eventually(() => RunAsync("check").Result.ExitCode == 0, "all holds");
        Assert.Equal((3, 3), Progress(await RunAsync("list", "--json")));
        Assert.Equal(0, (await RunAsync("reset", "--to", "promote")).ExitCode);
        Assert.Equal(0, (await RunAsync("check", "write")).ExitCode);
        Assert.Equal(1, (await RunAsync("check", "promote")).ExitCode);
        Assert.Equal(0, (await RunAsync("reset")).ExitCode);
        Assert.Equal(1, (await RunAsync("check", "write")).ExitCode);
        Assert.Equal(0, (await RunAsync("down")).ExitCode);
        Assert.Equal(4, (await RunAsync("status")).ExitCode);
        Assert.Equal((3, 3), Progress(await RunAsync("list", "--json")));
    }

    [Fact]
    public async Task A_node_that_does_not_answer_cannot_be_told_and_never_is_a_failure()
    {
        await RunAsync("up", "follow");
        await RunAsync("exec", "standby", "--", "bash", "-c", "kill -STOP $(head -n 1 \"$PGDATA/postmaster.pid\")");
        var check = await RunAsync("check", "write", "--json");
        await RunAsync("exec", "standby", "--", "bash", "-c", "kill -CONT $(head -n 1 \"$PGDATA/postmaster.pid\")");

        Assert.Equal(3, check.ExitCode);
        Assert.Equal("cannot_tell", check.Json.GetProperty("answer").GetString());
    }

    [Fact]
    public async Task A_lab_that_my_progress_does_not_speak_of_is_removed_and_told()
    {
        await RunAsync("up", "follow");
        File.Delete(Path.Combine(home.Folder, "journal.jsonl"));

        Assert.Contains("Removed a lab of pair.follow", (await RunAsync("status")).Error);
    }

    [Fact]
    public async Task A_node_that_is_stopped_is_said_to_be()
    {
        await RunAsync("up", "follow");
        await RunAsync("exec", "standby", "--", "pg_ctl", "stop", "-m", "immediate", "-w");

        Assert.Equal(4, (await RunAsync("sql", "standby", "select 1")).ExitCode);
        Assert.Equal(4, (await RunAsync("sql", "standby", "select 1", "--json")).ExitCode);
        Assert.Equal("stopped", (await RunAsync("status", "--json")).Json.GetProperty("nodes")[1].GetProperty("state").GetString());
    }

    [Fact]
    public async Task Without_a_lab_the_verbs_that_need_one_say_how_to_build_one()
    {
        foreach (var words in new[] { "status", "exec primary -- true", "sql primary x", "shell", "check", "step write", "solve", "reset" })
        {
            var run = await RunAsync(words.Split(' '));
            Assert.Equal((4, ""), (run.ExitCode, run.Output));
            Assert.Contains("tutor up", run.Error);
        }
        Assert.Equal(0, (await RunAsync("down")).ExitCode);
        Assert.Contains("\"lab\": null", (await RunAsync("status", "--json")).Output);
    }

    [Fact]
    public async Task Ctrl_C_while_the_lab_is_built_leaves_nothing_behind()
    {
        await RunAsync("down", "--all");
        using var up = home.Start("up", "follow");
        while (await up.StandardError.ReadLineAsync(TestContext.Current.CancellationToken) is { } doing && !doing.StartsWith("Making the roles", StringComparison.Ordinal))
        {
        }

        CommandsHome.Interrupt(up);

        Assert.Equal(130, (await CommandsHome.EndAsync(up)).ExitCode);
        Assert.Equal(4, (await RunAsync("status")).ExitCode);
        Assert.Empty(Postmasters());
        Assert.Equal(0, (await RunAsync("up", "follow")).ExitCode);
    }

    [Fact]
    public async Task A_program_that_was_killed_leaves_a_lab_that_the_next_one_takes_up()
    {
        await RunAsync("up", "follow");
        using (var exec = home.Start("exec", "primary", "--", "bash", "-c", "echo begun; exec sleep 600"))
        {
            Assert.Equal("begun", await exec.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));
            exec.Kill();
            await exec.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        Assert.Equal(0, (await RunAsync("sql", "primary", "select 1")).ExitCode);
        Assert.Equal(0, (await RunAsync("down")).ExitCode);
        Assert.Empty(Postmasters());
    }

    [Fact]
    public async Task I_can_do_a_lesson_as_a_plain_dialogue()
    {
        var run = await home.RunAsync("2\nh\nx\nc\n!echo from $PGPORT\n\n\ns\n\n", ["plain", "follow"]);

        Assert.True(run.ExitCode == 0, run.ToString());
        Assert.Contains("What the primary writes, the standby has a moment later.", run.Output);
        Assert.Contains("1. 0\n  2. 1\n", run.Output);
        Assert.Contains("Step 1 of 4, write, SQL on primary:", run.Output);
        Assert.Contains("Hint 1. Which of the two servers takes writes?", run.Output);
        Assert.Contains("FAILED: The row is on the standby.", run.Output);
        Assert.Matches("from \\d+\n", run.Output);
        Assert.Contains("PASSED: The row is on the standby.", run.Output);
        Assert.Contains("You predicted: 1. It came to: 1. Right. The row came through the stream.", run.Output);
        Assert.Contains("Note: A standby that is promoted is one no longer.", run.Output);
        Assert.Contains("Everything holds: “A standby follows” is completed.", run.Output);
        Assert.DoesNotMatch("[\e─-╿]", run.Output);
    }

    [Fact]
    public async Task A_mistyped_command_says_nothing_about_my_prediction()
    {
        await home.AddLessonAsync("guess.exit", Guess);

        var run = await home.RunAsync("1\n=pg_ctl status --bogus\n\nquit\n", ["plain", "guess.exit"]);

        Assert.Contains("How your prediction came out is not known yet", run.Output);
        Assert.Contains("You predicted: there is no data directory. It came to: there is no data directory. Right.", run.Output);
        Assert.DoesNotContain("Not so.", run.Output);
    }

    private const string Guess = """
        ---
        format: 1
        id: guess.exit
        title: A guess
        level: 1
        minutes: {local: 5}
        objectives: [guess an exit code]
        lab:
          primary: {role: empty}
        ---
        # A guess

        ```predict {id=p-status}
        ask: What will pg_ctl say?
        choices:
          - {say: "there is no data directory", when: "exit_code == 4"}
          - {say: "something else", when: "exit_code != 4"}
        observe: {}
        ```

        ```sh {step=status on=primary expect=fail}
        pg_ctl status
        ```

        """;

    [Fact]
    public async Task The_dialogue_goes_on_where_I_left_it()
    {
        await home.RunAsync("\n\nq\n", ["plain", "follow"]);

        var run = await RunAsync("plain");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("this is where you left it", run.Output);
        Assert.DoesNotContain("Step 1 of 4", run.Output);
        Assert.Contains("Step 2 of 4, refuse", run.Output);
    }

    [Fact]
    public async Task I_can_mend_an_exercise_in_the_dialogue()
    {
        var run = await home.RunAsync("c\nnonsense\n!pg_ctl start -w -l \"$PGLOG\"\nc\n", ["plain", "mend"]);

        Assert.True(run.ExitCode == 0, run.ToString());
        Assert.Contains("FAILED: The server runs.", run.Output);
        Assert.Contains("'nonsense' says nothing here.", run.Output);
        Assert.Contains("Everything holds", run.Output);
    }

    [Fact]
    public async Task A_step_that_stays_open_does_so_until_Ctrl_C()
    {
        await RunAsync("up", "follow");
        using var hold = home.Start("step", "hold");
        Assert.Contains("stays open until Ctrl-C", await hold.StandardError.ReadLineAsync(TestContext.Current.CancellationToken));

        CommandsHome.Interrupt(hold);

        Assert.Equal(0, (await CommandsHome.EndAsync(hold)).ExitCode);
    }

    [Fact]
    public async Task Without_a_terminal_the_program_alone_prints_the_course_and_how_to_go_on()
    {
        var run = await RunAsync();

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("A pair of servers", run.Output);
        Assert.Contains("tutor up pair.follow", run.Output);
    }

    [Fact]
    public async Task Lint_tells_every_problem_and_the_rest_of_the_course_stays_usable()
    {
        var sound = await RunAsync("lint");
        Assert.True(sound.ExitCode == 0, sound.ToString());
        var file = Path.Combine(home.Lessons, "01-pair/01-follow/lesson.md");
        File.WriteAllText(file, File.ReadAllText(file).Replace("level: 1", "levle: 1").Replace("on=primary}", "on=primry}"));

        var lint = await RunAsync("lint");

        Assert.Equal(2, lint.ExitCode);
        Assert.Matches(@"lesson\.md:\d+:\d+: .*levle", lint.Output);
        Assert.Matches(@"lesson\.md:\d+:\d+: .*primry", lint.Output);
        Assert.Contains("pair.mend", (await RunAsync("list")).Output);
    }

    [Fact]
    public async Task Doctor_says_what_is_here()
    {
        var doctor = await RunAsync("doctor", "--json");

        Assert.True(doctor.ExitCode == 0, doctor.ToString());
        Assert.True(doctor.Json.GetProperty("usable").GetBoolean());
        Assert.NotEqual(0, doctor.Json.GetProperty("installed").GetArrayLength());
        Assert.Equal("local", doctor.Json.GetProperty("targets")[0].GetProperty("name").GetString());
    }

    [Fact]
    public async Task A_course_that_did_not_come_with_the_program_is_shown_and_trusted_once_as_it_is()
    {
        var foreign = Path.Combine(home.Root, "foreign");
        CommandsCourse.Write(foreign);
        string[] use = ["plain", "nothing", "--course", Path.Combine(foreign, "lessons")];
        string[] trust = ["list", "--json", "--course", Path.Combine(foreign, "lessons"), "--trust"];

        var refused = await RunAsync(use);
        var looked = await RunAsync("list", "--course", Path.Combine(foreign, "lessons"));
        var trusted = await RunAsync(trust);
        var allowed = await RunAsync(use);
        File.AppendAllText(Path.Combine(foreign, "lessons/01-pair/02-mend/fault.sh"), "rm -rf ~\n");
        var changed = await RunAsync(use);

        Assert.Equal(4, refused.ExitCode);
        Assert.Contains("tutor list --course", refused.Error);
        Assert.Equal(0, looked.ExitCode);
        Assert.Equal(JsonValueKind.Array, trusted.Json.GetProperty("course").ValueKind);
        Assert.Contains("pg_ctl promote -w", trusted.Error);
        Assert.Contains("fault.sh, on primary (local, as ", trusted.Error);
        Assert.Equal((2, 4), (allowed.ExitCode, changed.ExitCode));
    }

    [Fact]
    public async Task Without_server_programs_I_get_the_command_that_installs_them()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess && Directory.Exists("/usr/lib/postgresql"), "Only root can hide the servers of this machine from one program.");

        foreach (var words in new[] { "doctor", "up follow", "plain follow", "verify follow" })
        {
            var run = await home.RunHiddenAsync("/usr/lib/postgresql", words);
            Assert.SkipWhen(run.Error.Contains("unshare"), run.Error);
            Assert.Equal(4, run.ExitCode);
            Assert.Matches("(apt-get|dnf) install -y postgresql", run.Output + run.Error);
        }
    }

    private Task<CommandsRun> RunAsync(params string[] words) => home.RunAsync(words);

    private static (int Done, int Of) Progress(CommandsRun list)
    {
        var progress = list.Json.GetProperty("course")[0].GetProperty("lessons")[0].GetProperty("progress");
        return (progress.GetProperty("done").GetInt32(), progress.GetProperty("of").GetInt32());
    }

    /// <summary>Servers whose data lies in this test's home.</summary>
    private List<string> Postmasters() =>
        [.. Directory.EnumerateFiles(home.Folder, "postmaster.pid", SearchOption.AllDirectories)];
}
