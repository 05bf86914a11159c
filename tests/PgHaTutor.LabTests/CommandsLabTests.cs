namespace PgHaTutor.LabTests;

/// <summary>The verbs on one lab that stands, by the real program: what scripts rely on.</summary>
public sealed class CommandsLabTests(CommandsLab lab) : IClassFixture<CommandsLab>
{
    [Fact]
    public async Task Up_again_takes_up_the_lab_as_it_is()
    {
        var again = await lab.RunAsync("up", "follow", "--json");

        Assert.Equal(0, again.ExitCode);
        Assert.True(again.Json.GetProperty("already_stood").GetBoolean());
        Assert.Equal("pair.follow", again.Json.GetProperty("lesson").GetString());
        Assert.Equal(2, again.Json.GetProperty("nodes").GetArrayLength());
    }

    [Fact]
    public async Task Status_shows_the_pair_as_it_streams()
    {
        var status = await lab.RunAsync("status", "--json");

        Assert.Equal(0, status.ExitCode);
        var nodes = status.Json.GetProperty("nodes");
        Assert.Equal(["primary", "standby"], nodes.EnumerateArray().Select(node => node.GetProperty("role").GetString()));
        Assert.Equal("streaming", nodes[0].GetProperty("senders")[0].GetProperty("state").GetString());
        Assert.Equal(nodes[0].GetProperty("port").GetInt32(), nodes[1].GetProperty("receiver").GetProperty("sender_port").GetInt32());
        Assert.Equal(0, status.Json.GetProperty("contradictions").GetArrayLength());
    }

    [Fact]
    public async Task Status_as_a_table_names_nodes_and_the_stream_and_has_no_colour_when_piped()
    {
        var status = await lab.RunAsync("status");

        Assert.Equal(0, status.ExitCode);
        Assert.Matches(@"(?m)^primary +local +running +primary +\d+ +1 +0/", status.Output);
        Assert.Matches("primary sends to standby: streaming, async", status.Output);
        Assert.DoesNotContain('\e', status.Output);
    }

    [Fact]
    public async Task Status_watch_goes_on_until_Ctrl_C()
    {
        using var watch = lab.Home.Start("status", "--watch", "--json");
        for (var n = 0; n < 2; n++)
            Assert.StartsWith("{\"lab\":", await watch.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));

        CommandsHome.Interrupt(watch);

        Assert.Equal(130, (await CommandsHome.EndAsync(watch)).ExitCode);
    }

    [Fact]
    public async Task Exec_has_the_environment_of_the_node_and_keeps_words_streams_and_exit_code()
    {
        var run = await lab.RunAsync("exec", "standby", "--", "bash", "-c", "echo \"$PGPORT $STANDBY_PORT $1\"; echo wrong >&2; exit 7", "-", "two  words; $x 'y'");

        Assert.Equal(7, run.ExitCode);
        Assert.Matches(@"^(\d+) \1 two  words; \$x 'y'\n$", run.Output);
        Assert.Equal("wrong\n", run.Error);
    }

    [Fact]
    public async Task Exec_runs_as_a_user_that_is_not_root() =>
        Assert.NotEqual("0\n", (await lab.RunAsync("exec", "primary", "--", "id", "-u")).Output);

    [Fact]
    public async Task Ctrl_C_ends_the_command_and_all_that_it_started()
    {
        var mark = $"6{Random.Shared.Next(100_000, 999_999)}";
        using var exec = lab.Home.Start("exec", "primary", "--", "bash", "-c", $"sleep {mark} & echo begun; wait");
        Assert.Equal("begun", await exec.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));

        CommandsHome.Interrupt(exec);

        Assert.Equal(130, (await CommandsHome.EndAsync(exec)).ExitCode);
        await CommandsHome.Eventually(() => !Commands().Any(command => command == $"sleep {mark}"), "the command is gone");
    }

    [Theory]
    [InlineData("sql", "primary", "select pg_sleep(64)")]
    [InlineData("sql", "primary", "select pg_sleep(65)", "--json")]
    [InlineData("exec", "primary", "--", "psql -c 'select pg_sleep(66)'; psql -c 'create table gone_on()'")]
    public async Task Ctrl_C_ends_my_statement_in_the_server_too_and_nothing_goes_on_behind_it(params string[] words)
    {
        const string Sleeping = "select count(*) from pg_stat_activity where query ~ 'pg_sleep\\(6' and state = 'active' and pid <> pg_backend_pid()";
        using var run = lab.Home.Start(words);
        await CommandsHome.Eventually(() => Asked(Sleeping) == "1", "the statement runs");

        CommandsHome.Interrupt(run);

        Assert.Equal(130, (await CommandsHome.EndAsync(run)).ExitCode);
        Assert.Equal("0", Asked(Sleeping));
        Assert.Equal("0", Asked("select count(*) from pg_tables where tablename = 'gone_on'"));

        string? Asked(string sql) => lab.RunAsync("sql", "primary", sql, "--json").Result.Json.GetProperty("rows")[0][0].GetString();
    }

    [Fact]
    public async Task Sql_shows_what_psql_shows()
    {
        var run = await lab.RunAsync("sql", "standby", "select pg_is_in_recovery() as standing_by");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("standing_by", run.Output);
        Assert.Contains("(1 row)", run.Output);
    }

    [Fact]
    public async Task Sql_as_JSON_gives_columns_and_rows_as_text_and_null()
    {
        var run = await lab.RunAsync("sql", "primary", "select 1 as one, null as none, 'ü' as text", "--json");

        Assert.Equal(0, run.ExitCode);
        Assert.Equal(["one", "none", "text"], run.Json.GetProperty("columns").EnumerateArray().Select(name => name.GetString()));
        Assert.Equal(["1", null, "ü"], run.Json.GetProperty("rows")[0].EnumerateArray().Select(value => value.GetString()));
    }

    [Fact]
    public async Task Sql_as_JSON_gives_the_rows_of_every_statement_and_is_recorded_as_any_command()
    {
        var run = await lab.RunAsync("sql", "primary", "select 1 as one; create temporary table t(); select 2 as two, 3", "--json");
        var nothing = await lab.RunAsync("sql", "primary", "", "--json");
        var wrong = await lab.RunAsync("sql", "primary", "select nonsense", "--json");

        Assert.Equal(["1", "2"], run.Json.GetProperty("results").EnumerateArray().Select(set => set.GetProperty("rows")[0][0].GetString()));
        Assert.Equal("1", run.Json.GetProperty("rows")[0][0].GetString());
        Assert.Equal((0, 0), (nothing.ExitCode, nothing.Json.GetProperty("rows").GetArrayLength()));
        Assert.Equal("column \"nonsense\" does not exist", wrong.Json.GetProperty("error").GetString());
        Assert.Equal("tutor: primary: column \"nonsense\" does not exist (SQLSTATE 42703)\n", wrong.Error);
        Assert.Contains("\"command\":\"select nonsense\",\"exit_code\":1", await File.ReadAllTextAsync(Path.Combine(lab.Home.Folder, "journal.jsonl"), TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("--json")]
    [InlineData(null)]
    public async Task Sql_that_is_refused_ends_with_1_and_says_why(string? json)
    {
        var run = await lab.RunAsync([.. new[] { "sql", "standby", "create table no()", json }.OfType<string>()]);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("cannot execute CREATE TABLE in a read-only transaction", run.Error);
        if (json is not null)
            Assert.Equal("25006", run.Json.GetProperty("sqlstate").GetString());
    }

    [Fact]
    public async Task A_check_that_fails_ends_with_1_and_says_the_reason_and_on_wish_the_evidence()
    {
        var plain = await lab.RunAsync("check", "write");
        var verbose = await lab.RunAsync("check", "write", "-v");

        Assert.Equal((1, 1), (plain.ExitCode, verbose.ExitCode));
        Assert.Contains("✘ FAILED", plain.Output);
        Assert.Contains("The row is on the standby", plain.Output);
        Assert.Contains("The table is still empty there.", plain.Output);
        Assert.DoesNotContain("query:", plain.Output);
        Assert.Contains("query: select count(*) from seen", verbose.Output);
    }

    [Fact]
    public async Task Check_as_JSON_has_every_check_with_its_evidence()
    {
        var check = await lab.RunAsync("check", "--json");

        Assert.Equal(1, check.ExitCode);
        Assert.Equal("failed", check.Json.GetProperty("answer").GetString());
        var answers = check.Json.GetProperty("checks").EnumerateArray().ToDictionary(one => one.GetProperty("id").GetString()!, one => one.GetProperty("answer").GetString());
        Assert.Equal(new() { ["one-writer"] = "passed", ["arrived"] = "failed", ["promoted"] = "blocked" }, answers);
    }

    [Theory]
    [InlineData("exec", "primry", "--", "true")]
    [InlineData("sql", "primry", "select 1")]
    [InlineData("shell", "primry")]
    public async Task An_unknown_node_is_refused_with_the_nearest(params string[] words)
    {
        var run = await lab.RunAsync(words);

        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.StartsWith("tutor: The lab has no node 'primry'. Did you mean primary?", run.Error);
    }

    [Theory]
    [InlineData("check", "wriet")]
    [InlineData("step", "wriet")]
    [InlineData("solve", "wriet")]
    [InlineData("reset", "--to", "wriet")]
    public async Task An_unknown_step_is_refused_with_the_nearest(params string[] words)
    {
        var run = await lab.RunAsync(words);

        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.StartsWith("tutor: The lesson pair.follow has no step 'wriet'. Did you mean write?", run.Error);
    }

    [Theory]
    [InlineData("There is no lesson 'folow'. Did you mean follow?", "up", "folow")]
    [InlineData("PostgreSQL 99 is not installed here; installed: ", "up", "follow", "--pg", "99")]
    [InlineData("--pg wants a major version such as ", "up", "follow", "--pg", "abc")]
    [InlineData("PostgreSQL 9 is too old for the lab, which begins with 13; installed: ", "verify", "--pg", "9")]
    [InlineData("There is no lesson 'folow'. Did you mean follow?", "plain", "folow")]
    [InlineData("There is no lesson 'folow'. Did you mean follow?", "verify", "folow")]
    public async Task An_unknown_lesson_or_version_is_refused_and_the_lab_stays(string expected, params string[] words)
    {
        var run = await lab.RunAsync(words);

        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.StartsWith($"tutor: {expected}", run.Error);
        Assert.Equal(0, (await lab.RunAsync("status")).ExitCode);
    }

    [Theory]
    [InlineData("exec", "primary", "--", "echo $PGPORT; exit 7")]
    [InlineData("exec", "primary", "--", "sh", "-c", "echo $PGPORT; exit 7")]
    public async Task A_line_or_its_words_see_the_environment_of_the_node(params string[] words)
    {
        var run = await lab.RunAsync(words);

        Assert.Equal(7, run.ExitCode);
        Assert.Matches(@"^\d+\n$", run.Output);
    }

    [Fact]
    public async Task What_comes_in_goes_to_my_command_when_I_say_so()
    {
        var passed = await lab.Home.RunAsync("select 40 + 2;\n", ["exec", "-i", "primary", "--", "psql", "-At"]);
        var kept = await lab.Home.RunAsync("select 40 + 2;\n", ["exec", "primary", "--", "cat"]);

        Assert.Equal((0, "42\n"), (passed.ExitCode, passed.Output));
        Assert.Equal((0, ""), (kept.ExitCode, kept.Output));
    }

    [Fact]
    public async Task What_leads_to_another_cluster_leads_nobody_astray()
    {
        await File.WriteAllTextAsync(Path.Combine(lab.Home.Root, "psqlrc"), "\\echo astray\n", TestContext.Current.CancellationToken);
        var run = await lab.Home.RunShellAsync($"""
            export PGHOST=/nowhere PGPORT=1 PGUSER=no PGDATABASE=no PGPASSWORD=no PGSERVICE=no PGSSLMODE=require PGCHANNELBINDING=require
            export PGTZ=no PGCLIENTENCODING=no PGOPTIONS='-c default_transaction_read_only=on' PSQLRC={lab.Home.Root}/psqlrc
            $tutor check >/dev/null; echo $?
            $tutor exec standby -- psql -Atc 'select current_setting($$transaction_read_only$$), pg_is_in_recovery()'
            $tutor sql primary 'create temporary table t()' --json >/dev/null && echo written
            echo 'env | grep -c "^PGS[E]RVICE\|^PGO[P]TIONS\|^PGT[Z]"' | $tutor shell primary
            """);

        Assert.Equal("1\non|t\nwritten\n0\n", run.Output);
    }

    [Fact]
    public async Task What_my_command_reads_and_prints_stays_as_it_is_byte_for_byte()
    {
        var run = await lab.Home.RunShellAsync("""
            head -c 300000 /dev/urandom | tee >(sha256sum >&2) | $tutor exec -i primary -- cat | sha256sum
            $tutor exec primary -- printf 'half a line\r\n\xff' | od -An -tx1 | tail -n 1
            """);

        var lines = run.Output.Split('\n');
        Assert.Equal(run.Error, lines[0] + "\n");
        Assert.EndsWith(" 0d 0a ff", lines[1]);
    }

    [Theory]
    [InlineData("exec primary -- yes", "head -n 1")]
    [InlineData("status --watch", "head -n 1")]
    [InlineData("list", "true")]
    public async Task A_reader_that_has_seen_enough_ends_the_program_without_a_word(string words, string reader)
    {
        var run = await lab.Home.RunShellAsync($"$tutor {words} | {reader} >/dev/null; echo ${{PIPESTATUS[0]}}");

        Assert.Equal(("141\n", ""), (run.Output, run.Error));
    }

    [Theory]
    [InlineData("list")]
    [InlineData("exec primary -- yes")]
    public async Task Output_that_cannot_be_written_is_told(string words)
    {
        var run = await lab.Home.RunShellAsync($"$tutor {words} >/dev/full");

        Assert.Equal((4, "tutor: Standard output could not be written: No space left on device.\n"), (run.ExitCode, run.Error));
    }

    [Fact]
    public async Task On_a_terminal_without_colour_no_verb_sends_a_control_sequence()
    {
        var run = await lab.Home.RunShellAsync("export NO_COLOR=1; for words in list status 'check -v' nonsense; do script -qec \"$tutor $words\" /dev/null </dev/null; done");

        Assert.Contains("PASSED", run.Output);
        Assert.Contains("There is no verb", run.Output);
        Assert.DoesNotContain('\e', run.Output);
    }

    [Fact]
    public async Task A_shell_is_mine_with_the_environment_of_the_node_and_its_exit_code()
    {
        var shell = await lab.Home.RunAsync("psql -Atc 'select pg_is_in_recovery()'\npwd\nexit 5\n", ["shell", "standby"]);

        Assert.Equal(5, shell.ExitCode);
        Assert.StartsWith("t\n", shell.Output);
    }

    [Fact]
    public async Task Two_homes_have_labs_side_by_side()
    {
        var other = new CommandsHome();
        await other.InitializeAsync();
        try
        {
            Assert.Equal(0, (await other.RunAsync("up", "follow")).ExitCode);
            Assert.Equal("1", (await other.RunAsync("sql", "primary", "insert into seen values (7) returning 1", "--json")).Json.GetProperty("rows")[0][0].GetString());
            Assert.Equal(0, (await other.RunAsync("down")).ExitCode);
        }
        finally
        {
            await other.DisposeAsync();
        }

        Assert.Equal("0", (await lab.RunAsync("sql", "primary", "select count(*) from seen", "--json")).Json.GetProperty("rows")[0][0].GetString());
    }

    private static IEnumerable<string> Commands()
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc").Where(folder => int.TryParse(Path.GetFileName(folder), out _)))
        {
            string line;
            try
            {
                line = File.ReadAllText($"{folder}/cmdline");
            }
            catch (IOException)
            {
                continue; // It ended while we looked.
            }
            yield return line.TrimEnd('\0').Replace('\0', ' ');
        }
    }
}

/// <summary>One lab for the tests that only look or clean up after themselves.</summary>
public sealed class CommandsLab : IAsyncLifetime
{
    internal CommandsHome Home { get; } = new();

    public Task<CommandsRun> RunAsync(params string[] words) => Home.RunAsync(words);

    public async ValueTask InitializeAsync()
    {
        await Home.InitializeAsync();
        var up = await Home.RunAsync("up", "pair.follow");
        Assert.True(up.ExitCode == 0, up.ToString());
    }

    public ValueTask DisposeAsync() => Home.DisposeAsync();
}
