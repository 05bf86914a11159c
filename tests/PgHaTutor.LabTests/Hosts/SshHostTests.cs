using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using PgHaTutor.Hosts;

namespace PgHaTutor.LabTests.Hosts;

/// <summary>Commands on an SSH host behave as they do here.</summary>
public sealed class SshHostTests : IAsyncLifetime
{
    private readonly LocalHost _here = new();
    private ASshServer _server = null!;
    private SshHost _host = null!;

    private static CancellationToken TestEnd => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await ASshServer.StartAsync();
        _host = await _server.HostAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_host is not null)
            await _host.DisposeAsync();
        if (_server is not null)
            await _server.DisposeAsync();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(255)]
    public async Task I_can_run_a_script_and_see_both_streams_and_its_exit_code(int code)
    {
        var lines = new Lines();
        var output = await _host.RunAsync(new Script($"echo out; echo err >&2; printf last; exit {code}"), lines, TestEnd);
        Assert.Equal((code, "out\nlast", "err\n"), (output.ExitCode, output.StandardOutput, output.StandardError));
        Assert.Equal(["err", "last", "out"], lines.Seen.Select(line => line.Text).Order());
    }

    [Fact]
    public async Task A_script_runs_as_the_servers_user_with_a_home_and_a_clean_environment()
    {
        var output = await _host.RunAsync(
            new Script("id -un; echo \"$USER $LOGNAME\"; [ -w \"$HOME\" ] && echo home; echo \"$PGPORT/$PGDATA/$PWD/$#\"; printenv | grep -c PGHATUTOR; locale 2>&1 | grep LC_ALL")
            {
                Environment = new Dictionary<string, string> { ["PGPORT"] = "55432" },
                WorkingDirectory = "/usr",
            },
            cancellationToken: TestEnd);
        Assert.Equal($"{_host.User}\n{_host.User} {_host.User}\nhome\n55432///usr/0\n0\nLC_ALL=C.UTF-8\n", output.StandardOutput);
        Assert.Equal(_here.User, _host.User);
    }

    [Fact]
    public async Task Words_and_folders_with_spaces_and_quotes_arrive_as_they_are()
    {
        const string odd = "it's \"a\" $HOME `date` \\ !x\n{é}";
        var output = await _host.RunAsync(
            new Script("folder=$(mktemp -d)/\"$ODD\"; mkdir \"$folder\"; cd \"$folder\"; printf %s \"$ODD\"; cd /; rm -r \"${folder%/*}\" # it's \"odd\"")
            {
                Environment = new Dictionary<string, string> { ["ODD"] = odd },
            },
            cancellationToken: TestEnd);
        Assert.Equal((odd, ""), (output.StandardOutput, output.StandardError));
    }

    [Fact]
    public async Task A_script_longer_than_one_argument_may_be_runs_all_the_same()
    {
        var text = $"echo begin\n{string.Concat(Enumerable.Repeat("# a line that says nothing at all\n", 8000))}echo \"$#\"; exit 4";
        var output = await _host.RunAsync(new Script(text), cancellationToken: TestEnd);
        Assert.Equal(("begin\n0\n", 4), (output.StandardOutput, output.ExitCode));
    }

    [Fact]
    public async Task A_script_reads_what_it_is_given_and_nothing_else()
    {
        var much = string.Concat(Enumerable.Range(0, 60_000).Select(n => $"{n}\n"));
        Assert.Equal(much, (await _host.RunAsync(new Script("cat") { StandardInput = much }, cancellationToken: TestEnd)).StandardOutput);
        Assert.Equal("ok\n", (await _host.RunAsync(new Script("echo ok") { StandardInput = much }, cancellationToken: TestEnd)).StandardOutput);
        Assert.Equal("", (await _host.RunAsync(new Script("cat; cat /dev/tty 2>/dev/null"), cancellationToken: TestEnd)).StandardOutput);
    }

    [Fact]
    public async Task Lines_arrive_while_the_script_runs()
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(TestEnd);
        var lines = new Lines { OnLine = _ => cancel.Cancel() };
        var output = await _host.RunAsync(new Script("echo first; sleep 100; echo second"), lines, cancel.Token);
        Assert.Equal((130, "first\n", true), (output.ExitCode, output.StandardOutput, output.Cancelled));
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
    public async Task Cancelling_ends_everything_that_the_script_started_even_what_does_not_want_to()
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(TestEnd);
        var lines = new Lines { OnLine = _ => cancel.Cancel() };
        var output = await _host.RunAsync(
            new Script("""
                sleep 300 & a=$!
                (trap '' TERM; echo >/dev/null; sleep 300; sleep 300) & b=$!
                nohup sleep 300 >/dev/null 2>&1 & c=$!
                sleep 300 & d=$!; kill -STOP $d
                echo $$ $a $b $c $d
                wait
                """),
            lines, cancel.Token);
        Assert.True(output is { Cancelled: true, ExitCode: 130, Succeeded: false });
        // A host that is overloaded takes longer than I am kept waiting.
        await CommandsHome.Eventually(() => Pids(lines).All(pid => _here.FindProcess(pid) is null), "all of them are gone");
        Assert.Equal("still here\n", (await _host.RunAsync(new Script("echo still here"), cancellationToken: TestEnd)).StandardOutput);
    }

    [Fact]
    public async Task Cancelling_leaves_a_server_alone_that_went_into_its_own_session()
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(TestEnd);
        var lines = new Lines { OnLine = _ => cancel.Cancel() };
        await _host.RunAsync(new Script("setsid sleep 300 >/dev/null 2>&1 & echo $!; wait"), lines, cancel.Token);
        var pid = Assert.Single(Pids(lines));
        Assert.NotNull(_here.FindProcess(pid));
        _here.Send(Signal.Kill, pid);
    }

    [Fact]
    public async Task What_was_cancelled_before_it_began_never_begins()
    {
        var output = await _host.RunAsync(new Script("echo ran"), cancellationToken: new CancellationToken(true));
        Assert.Equal((130, "", true), (output.ExitCode, output.StandardOutput, output.Cancelled));
    }

    [Fact]
    public async Task A_daemon_that_holds_the_output_does_not_hold_the_script()
    {
        var output = await _host.RunAsync(new Script("setsid sleep 300 & echo $!"), cancellationToken: TestEnd);
        var pid = int.Parse(output.StandardOutput, CultureInfo.InvariantCulture);
        var lives = _here.FindProcess(pid) is not null;
        _here.Send(Signal.Kill, pid);
        Assert.True(lives);
        Assert.True(output.Duration < TimeSpan.FromSeconds(100), $"It took {output.Duration}.");
    }

    [Fact]
    public async Task What_a_filter_of_the_script_prints_last_is_not_lost()
    {
        for (var i = 0; i < 10; i++)
            Assert.Equal("last\n", (await _host.RunAsync(new Script("exec > >(cat); echo last"), cancellationToken: TestEnd)).StandardOutput);
    }

    [Fact]
    public async Task A_script_that_is_killed_is_a_value() =>
        Assert.Equal(137, (await _host.RunAsync(new Script("kill -KILL $$"), cancellationToken: TestEnd)).ExitCode);

    [Fact]
    public async Task A_folder_that_is_not_there_is_told_with_its_host()
    {
        var refused = await Assert.ThrowsAsync<HostException>(
            () => _host.RunAsync(new Script("true") { WorkingDirectory = "/no/such/folder" }, cancellationToken: TestEnd));
        Assert.Contains("/no/such/folder", refused.Message);
        Assert.Contains("h1", refused.Message);
    }

    [Fact]
    public async Task Many_scripts_run_at_once_also_where_the_host_shares_few_channels()
    {
        var outputs = await Task.WhenAll(Enumerable.Range(0, 14).Select(n => _host.RunAsync(new Script($"sleep 0.2; echo {n}"), cancellationToken: TestEnd)));
        Assert.Equal(Enumerable.Range(0, 14).Select(n => $"{n}\n"), outputs.Select(output => output.StandardOutput));
    }

    [Fact]
    public async Task A_line_that_is_cut_is_told_and_ends_the_script_and_the_next_command_just_works()
    {
        var lines = new Lines { OnLine = _ => _server.CutConnections() };
        var lost = await Assert.ThrowsAsync<HostUnreachableException>(() => _host.RunAsync(new Script("echo $$; sleep 300; echo done"), lines, TestEnd));
        Assert.Contains("h1", lost.Message);
        var pid = Assert.Single(Pids(lines));
        while (_here.FindProcess(pid) is not null)
            await Task.Delay(20, TestEnd);
        Assert.Equal("back\n", (await _host.RunAsync(new Script("echo back"), cancellationToken: TestEnd)).StandardOutput);
    }

    [Fact]
    public async Task A_host_that_was_restarted_while_nothing_ran_is_reached_again()
    {
        await _host.OpenAsync(TestEnd);
        await _server.EndAsync();
        await Assert.ThrowsAsync<HostUnreachableException>(() => _host.RunAsync(new Script("echo lost"), cancellationToken: TestEnd));
        await _server.BeginAsync();
        CommandOutput? output = null;
        while (output is null)
        {
            try
            {
                output = await _host.RunAsync(new Script("echo back"), cancellationToken: TestEnd);
            }
            catch (HostUnreachableException)
            {
                // It is asked once a second at most.
                await Task.Delay(50, TestEnd);
            }
        }
        Assert.Equal("back\n", output.StandardOutput);
    }

    [Fact]
    public async Task A_server_there_is_reached_through_a_socket_here_also_after_the_line_was_cut()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        var port = ((IPEndPoint)listener.LocalEndPoint!).Port;

        var routes = await Task.WhenAll(_host.RouteAsync(port, TestEnd), _host.RouteAsync(port, TestEnd));
        Assert.Equal(routes[0], routes[1]);
        Assert.Equal(5432, routes[0].Port);
        await IsReachedAsync(routes[0], listener);
        _server.CutConnections();
        while (Directory.Exists(routes[0].Host) && (await _host.RouteAsync(port, TestEnd)).Host == routes[0].Host)
            await Task.Delay(20, TestEnd);
        await IsReachedAsync(await _host.RouteAsync(port, TestEnd), listener);
    }

    private static async Task IsReachedAsync(Route route, Socket listener)
    {
        using var client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await client.ConnectAsync(new UnixDomainSocketEndPoint($"{route.Host}/.s.PGSQL.{route.Port}"), TestEnd);
        using var server = await listener.AcceptAsync(TestEnd);
        await client.SendAsync("hello"u8.ToArray(), TestEnd);
        var bytes = new byte[5];
        await server.ReceiveAsync(bytes, TestEnd);
        Assert.Equal("hello"u8.ToArray(), bytes);
        // A server there sees somebody of its own machine, as pg_hba.conf of a lab allows.
        Assert.Equal(IPAddress.Loopback, ((IPEndPoint)server.RemoteEndPoint!).Address);
    }

    [Fact]
    public async Task Nothing_is_left_once_a_host_is_closed()
    {
        await _host.RunAsync(new Script("true"), cancellationToken: TestEnd);
        await _host.RouteAsync(5432, TestEnd);
        var socket = Assert.Single(Clients(), words => words.Contains("-M")).SkipWhile(word => word != "-S").ElementAt(1);
        Assert.True(File.Exists(socket));
        await _host.DisposeAsync();
        Assert.False(Directory.Exists(Path.GetDirectoryName(socket)));
        Assert.Empty(Clients());
        await Assert.ThrowsAsync<ObjectDisposedException>(() => _host.RunAsync(new Script("true"), cancellationToken: TestEnd));

        // Other tests have hosts, too: these name this test's key.
        IEnumerable<string[]> Clients() =>
            from process in Directory.EnumerateDirectories("/proc")
            let words = CommandLine(process)
            where words[0] == "ssh" && words.Any(word => word.Contains(_server.Key))
            select words;
    }

    private static string[] CommandLine(string process)
    {
        try
        {
            return File.Exists($"{process}/cmdline") ? File.ReadAllText($"{process}/cmdline").Split('\0') : [""];
        }
        catch (IOException)
        {
            return [""];
        }
    }

    [Fact]
    public async Task I_can_put_a_file_there_and_get_it_back_byte_by_byte()
    {
        var folder = (await _host.RunAsync(new Script("mktemp -d"), cancellationToken: TestEnd)).StandardOutput.Trim();
        try
        {
            var bytes = new byte[3_000_000];
            Random.Shared.NextBytes(bytes);
            var path = folder + "/it's a \"file\" $x";
            await _host.PutAsync(path, new MemoryStream(bytes), TestEnd);
            await _host.RunAsync(new Script("chmod 640 \"$FILE\"") { Environment = new Dictionary<string, string> { ["FILE"] = path } }, cancellationToken: TestEnd);
            await _host.PutAsync(path, new MemoryStream(bytes), TestEnd);
            var got = new MemoryStream();
            await _host.GetAsync(path, got, TestEnd);
            Assert.True(bytes.AsSpan().SequenceEqual(got.ToArray()));
            Assert.Equal("640\n", (await _host.RunAsync(new Script("stat -c %a *") { WorkingDirectory = folder }, cancellationToken: TestEnd)).StandardOutput);

            await _host.PutAsync(folder + "/empty", new MemoryStream(), TestEnd);
            Assert.Contains("no/such", (await Assert.ThrowsAsync<HostException>(() => _host.PutAsync("/no/such/file", new MemoryStream(bytes), TestEnd))).Message);
            Assert.Contains("No such file", (await Assert.ThrowsAsync<HostException>(() => _host.GetAsync("/no/such/file", got, TestEnd))).Message);
        }
        finally
        {
            await _host.RunAsync(new Script("rm -r \"$FOLDER\"") { Environment = new Dictionary<string, string> { ["FOLDER"] = folder } }, cancellationToken: TestEnd);
        }
    }

    [Fact]
    public async Task A_put_that_is_cut_leaves_the_old_file_as_it_was()
    {
        var file = (await _host.RunAsync(new Script("f=$(mktemp); echo old >\"$f\"; echo \"$f\""), cancellationToken: TestEnd)).StandardOutput.Trim();
        try
        {
            using var cancel = CancellationTokenSource.CreateLinkedTokenSource(TestEnd);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _host.PutAsync(file, new CancellingStream(cancel), cancel.Token));
            Assert.Equal($"old\n{file}\n", (await _host.RunAsync(new Script($"cat {file}; ls {file}*"), cancellationToken: TestEnd)).StandardOutput);
        }
        finally
        {
            await _host.RunAsync(new Script($"rm {file}"), cancellationToken: TestEnd);
        }
    }

    [Fact]
    public async Task A_program_in_the_terminal_sees_its_variables_and_no_list_of_processes_shows_them()
    {
        await _host.OpenAsync(TestEnd);
        var environment = new Dictionary<string, string> { ["REPL_PASSWORD"] = "it's a 'secret'", ["PGPORT"] = "55432" };
        var foreground = _host.InForeground(["bash", "-c", "tty >/dev/null && echo \"[$REPL_PASSWORD] $PGPORT $PWD $USER\"; exit 7"], environment, "/usr");
        Assert.DoesNotContain(foreground.Arguments, word => word.Contains("secret"));
        // script(1) is the terminal.
        var start = new ProcessStartInfo("script", ["-qefc", string.Join(' ', foreground.Arguments.Prepend(foreground.Program).Select(Quote)), "/dev/null"]) { RedirectStandardOutput = true, RedirectStandardInput = true };
        foreach (var (name, value) in foreground.Environment)
            start.Environment[name] = value;
        using var terminal = Process.Start(start)!;
        var said = await terminal.StandardOutput.ReadToEndAsync(TestEnd);
        await terminal.WaitForExitAsync(TestEnd);
        Assert.Contains($"[it's a 'secret'] 55432 /usr {_host.User}", said);
        Assert.Equal(7, terminal.ExitCode);

        static string Quote(string word) => $"'{word.Replace("'", @"'\''")}'";
    }

    private static List<int> Pids(Lines lines) => [.. lines.Seen[0].Text.Split(' ').Select(pid => int.Parse(pid, CultureInfo.InvariantCulture))];

    /// <summary>Cancels when half of it has been read.</summary>
    private sealed class CancellingStream(CancellationTokenSource cancel) : MemoryStream(new byte[4_000_000])
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (Position > Length / 2)
                await cancel.CancelAsync();
            return await base.ReadAsync(buffer[..Math.Min(buffer.Length, 65536)], cancellationToken);
        }

        public override async Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken)
        {
            var bytes = new byte[65536];
            while (await ReadAsync(bytes, cancellationToken) is > 0 and var count)
                await destination.WriteAsync(bytes.AsMemory(0, count), cancellationToken);
        }
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
