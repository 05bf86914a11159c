using System.Diagnostics;
using System.Globalization;
using PgHaTutor.Hosts;

namespace PgHaTutor.Tests.Hosts;

public sealed class LocalHostTests
{
    private readonly LocalHost _host = new();

    private static CancellationToken TestEnd => TestContext.Current.CancellationToken;

    [Fact]
    public async Task I_can_run_a_script_and_see_both_streams_and_its_exit_code()
    {
        var lines = new Lines();
        var output = await _host.RunAsync(new Script("echo out; echo err >&2; printf last; exit 3"), lines, TestEnd);
        Assert.Equal((3, "out\nlast", "err\n"), (output.ExitCode, output.StandardOutput, output.StandardError));
        Assert.Equal(["err", "last", "out"], lines.Seen.Select(line => line.Text).Order());
        Assert.False(output.Succeeded);
    }

    [Fact]
    public async Task A_script_never_runs_as_root()
    {
        var output = await _host.RunAsync(new Script("id -un; id -u; cd; pwd; touch \"$(mktemp)\""), cancellationToken: TestEnd);
        var said = output.StandardOutput.Split('\n');
        Assert.Equal(_host.User, said[0]);
        Assert.NotEqual("0", said[1]);
        Assert.True(output.Succeeded, output.StandardError);
    }

    [Fact]
    public async Task A_script_reads_what_it_is_given_and_never_the_terminal()
    {
        Assert.Equal("hello", (await _host.RunAsync(new Script("cat") { StandardInput = "hello" }, cancellationToken: TestEnd)).StandardOutput);
        Assert.Equal("", (await _host.RunAsync(new Script("cat; cat /dev/tty 2>/dev/null"), cancellationToken: TestEnd)).StandardOutput);
    }

    [Fact]
    public async Task A_script_sees_its_variables_and_none_that_would_lead_it_to_a_foreign_server()
    {
        Environment.SetEnvironmentVariable("PGSERVICE", "somebodys-production");
        var script = new Script("echo \"$PGPORT/$PGSERVICE/$PWD\"")
        {
            Environment = new Dictionary<string, string> { ["PGPORT"] = "55432" },
            WorkingDirectory = "/usr",
        };
        Assert.Equal("55432///usr\n", (await _host.RunAsync(script, cancellationToken: TestEnd)).StandardOutput);
    }

    [Fact]
    public async Task Output_that_is_no_text_is_shown_with_replacement_characters()
    {
        var output = await _host.RunAsync(new Script(@"printf 'a\xff\xfeb\n\xe2\x82'"), cancellationToken: TestEnd);
        Assert.Equal("a\uFFFD\uFFFDb\n\uFFFD", output.StandardOutput);
    }

    [Fact]
    public async Task Two_hundred_thousand_lines_arrive_in_order_and_the_last_megabyte_is_kept()
    {
        var lines = new Lines();
        var output = await _host.RunAsync(new Script("seq 200000"), lines, TestEnd);
        Assert.Equal(Enumerable.Range(1, 200_000).Select(n => n.ToString(CultureInfo.InvariantCulture)), lines.Seen.Select(line => line.Text));
        Assert.Equal(1_000_000, output.StandardOutput.Length);
        Assert.EndsWith("\n199999\n200000\n", output.StandardOutput);
    }

    [Fact]
    public async Task A_daemon_that_holds_the_output_does_not_hold_the_script()
    {
        var output = await _host.RunAsync(new Script("setsid sleep 30 & echo $!"), cancellationToken: TestEnd);
        using var daemon = Process.GetProcessById(int.Parse(output.StandardOutput, CultureInfo.InvariantCulture));
        try
        {
            Assert.True(output.Duration < TimeSpan.FromSeconds(20), $"It took {output.Duration}.");
            Assert.False(daemon.HasExited);
        }
        finally
        {
            daemon.Kill();
        }
    }

    [Fact]
    public async Task Cancelling_ends_every_process_of_the_script_also_stubborn_stopped_and_regrouped_ones()
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(TestEnd);
        var lines = new Lines { OnLine = _ => cancel.Cancel() };
        var script = new Script("""
            sleep 300 & a=$!
            (trap '' TERM; exec sleep 300) & b=$!
            set -m; sleep 300 & c=$!; set +m
            sleep 300 & d=$!; kill -STOP $d
            echo $$ $a $b $c $d
            wait
            """);
        var output = await _host.RunAsync(script, lines, cancel.Token);
        Assert.True(output is { Cancelled: true, ExitCode: 130, Succeeded: false });
        var pids = lines.Seen[0].Text.Split(' ').Select(pid => int.Parse(pid, CultureInfo.InvariantCulture)).ToList();
        Assert.Equal(5, pids.Count);
        Assert.All(pids, pid => Assert.Null(_host.FindProcess(pid)));
    }

    [Fact]
    public async Task Cancelling_leaves_a_server_alone_that_went_into_its_own_session()
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(TestEnd);
        var lines = new Lines { OnLine = _ => cancel.Cancel() };
        await _host.RunAsync(new Script("setsid sleep 30 >/dev/null 2>&1 & until [ \"$(cat /proc/$!/comm)\" = sleep ]; do :; done; echo $!; wait"), lines, cancel.Token);
        var pid = int.Parse(lines.Seen[0].Text, CultureInfo.InvariantCulture);
        Assert.NotNull(_host.FindProcess(pid));
        _host.Send(Signal.Kill, pid);
    }

    [Fact]
    public async Task A_folder_that_is_not_there_is_told_by_name() =>
        Assert.Contains("/no/such/folder", (await Assert.ThrowsAsync<HostException>(
            () => _host.RunAsync(new Script("true") { WorkingDirectory = "/no/such/folder" }, cancellationToken: TestEnd))).Message);

    [Fact]
    public async Task I_can_find_a_process_by_the_folder_it_works_in_even_when_that_was_deleted()
    {
        var output = await _host.RunAsync(new Script("""
            folder=$(mktemp -d); mkdir "$folder/data"; cd "$folder/data"
            setsid sleep 30 >/dev/null 2>&1 & echo $folder $!
            until [ "$(cat /proc/$!/comm)" = sleep ]; do :; done
            cd /; rm -r "$folder"
            """), cancellationToken: TestEnd);
        var (folder, pid) = output.StandardOutput.Split() is [var first, var second, ..] ? (first, int.Parse(second, CultureInfo.InvariantCulture)) : default;
        var found = Assert.Single(_host.ProcessesBelow(folder!));
        _host.Send(Signal.Kill, pid);
        Assert.Equal((pid, "sleep", $"{folder}/data", true), (found.Pid, found.Program, found.WorkingDirectory, found.IsDirectoryDeleted));
        Assert.Empty(_host.ProcessesBelow(folder![..^1]));
    }

    private sealed class Lines : IProgress<OutputLine>
    {
        public List<OutputLine> Seen { get; } = [];
        public Action<OutputLine>? OnLine { get; init; }

        public void Report(OutputLine value)
        {
            Seen.Add(value);
            OnLine?.Invoke(value);
        }
    }
}
