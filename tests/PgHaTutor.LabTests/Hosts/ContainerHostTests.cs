using System.Diagnostics;
using PgHaTutor.Hosts;
using PgHaTutor.Labs;

namespace PgHaTutor.LabTests.Hosts;

/// <summary>Commands in a container, as on any host.</summary>
[Trait("Needs", "hosts")]
public sealed class ContainerHostTests(SharedDockerEngine shared) : IAsyncLifetime
{
    private readonly string _id = Guid.NewGuid().ToString("N")[..8];
    private readonly string _folder = ATemporarySite.NewFolder();
    private ContainerFleet? _fleet;
    private ContainerHost? _host;

    private static CancellationToken TestEnd => TestContext.Current.CancellationToken;

    private ContainerHost Host => _host!;

    public async ValueTask InitializeAsync()
    {
        var engine = await shared.StartedAsync();
        _fleet = new ContainerFleet($"docker:{engine.Image}", "test", Path.Combine(_folder, "ports"), new ContainerEngine(new Uri(engine.Host)));
        var programs = (await _fleet.InstallationsAsync(TestEnd))[0];
        _host = (ContainerHost)(await _fleet.ProvideAsync(_id, ["only"], programs, cancellationToken: TestEnd))["only"];
    }

    [Fact]
    public async Task A_script_gets_what_it_was_given_and_I_get_what_it_says()
    {
        var lines = new List<OutputLine>();
        var output = await Host.RunAsync(
            new Script("whoami; hostname; pwd; echo \"$WORD\"; cat; echo trouble >&2; exit 7")
            {
                Environment = new Dictionary<string, string> { ["WORD"] = "it's \"so\" $HOME\nand on" },
                WorkingDirectory = "/var/lib/pghatutor",
                StandardInput = "in\n",
            }, new Told(lines), TestEnd);

        Assert.Equal((7, "postgres\nonly\n/var/lib/pghatutor\nit's \"so\" $HOME\nand on\nin\n", "trouble\n"), (output.ExitCode, output.StandardOutput, output.StandardError));
        Assert.Contains(new OutputLine("trouble", true), lines);
    }

    [Fact]
    public async Task What_I_cancel_ends_in_the_container_and_a_daemon_lives_on()
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(TestEnd);
        var started = new TaskCompletionSource();
        var running = Host.RunAsync(
            // It speaks when it is a daemon already, not when its making has begun.
            new Script("setsid sh -c 'echo begun; exec sleep 4321 >/dev/null 2>&1' & sleep 1234; echo never"), new Told(_ => started.TrySetResult()), cancel.Token);
        await started.Task.WaitAsync(TestEnd);
        await cancel.CancelAsync();

        Assert.True((await running).Cancelled);
        Assert.Equal("sleep 4321", await UntilAsync("cat /proc/[0-9]*/cmdline | tr '\\0' ' ' | grep -o 'sleep [0-9][0-9]*' | sort -u | paste -sd,", "sleep 4321"));
    }

    [Fact]
    public async Task Files_come_and_go_whole()
    {
        var bytes = new byte[3_000_001];
        new Random(7).NextBytes(bytes);

        await Host.PutAsync("/var/lib/pghatutor/a 'file'", new MemoryStream(bytes), TestEnd);
        var back = new MemoryStream();
        await Host.GetAsync("/var/lib/pghatutor/a 'file'", back, TestEnd);

        Assert.Equal(bytes, back.ToArray());
    }

    [Fact]
    public async Task Many_commands_at_once_each_get_their_own_output()
    {
        var outputs = await Task.WhenAll(Enumerable.Range(0, 20).Select(number => Host.RunAsync(new Script($"seq {number} 100 | sha256sum; echo {number}"), cancellationToken: TestEnd)));

        Assert.Equal(Enumerable.Range(0, 20).Select(number => $"{number}"), outputs.Select(output => output.StandardOutput.Split('\n')[1]));
    }

    [Fact]
    public async Task A_way_leads_to_a_port_of_the_containers_own_loopback()
    {
        await Host.RunAsync(new Script("setsid perl -MIO::Socket::INET -e 'my $s = IO::Socket::INET->new(Listen => 5, LocalAddr => \"127.0.0.1\", LocalPort => 7777) or die; while (my $c = $s->accept) { print $c scalar(<$c>) x 3; close $c }' >/dev/null 2>&1 &"), cancellationToken: TestEnd);
        await UntilAsync("(exec 3<>/dev/tcp/127.0.0.1/7777) 2>/dev/null && echo open", "open");
        var route = await Host.RouteAsync(7777, TestEnd);
        for (var caller = 0; caller < 3; caller++)
        {
            using var line = new System.Net.Sockets.TcpClient();
            await line.ConnectAsync(route.Host, route.Port, TestEnd);
            await line.GetStream().WriteAsync("hey\n"u8.ToArray(), TestEnd);
            Assert.Equal("hey\nhey\nhey\n", await new StreamReader(line.GetStream()).ReadToEndAsync(TestEnd));
        }

        using var nobody = new System.Net.Sockets.TcpClient();
        var shut = await Host.RouteAsync(7778, TestEnd);
        await nobody.ConnectAsync(shut.Host, shut.Port, TestEnd);
        Assert.Equal(0, await nobody.GetStream().ReadAsync(new byte[1], TestEnd));
    }

    [Fact]
    public async Task My_terminal_becomes_the_servers_user_there()
    {
        var engine = await shared.StartedAsync();
        var foreground = Host.InForeground(["bash", "-c", "id -un; pwd; echo $PGPORT; echo $PATH"], new Dictionary<string, string> { ["PGPORT"] = "5432", ["PATH"] = "/opt/pg:/bin:/usr/bin", ["SECRET"] = "hidden" }, "/tmp");
        Assert.DoesNotContain(foreground.Arguments, word => word.Contains("hidden", StringComparison.Ordinal));
        var start = new ProcessStartInfo(foreground.Program, foreground.Arguments.Where(word => word != "--tty")) { RedirectStandardOutput = true, RedirectStandardInput = true };
        foreach (var (name, value) in foreground.Environment)
            start.Environment[name] = value;
        if (engine.ApiVersion is { } version)
            start.Environment["DOCKER_API_VERSION"] = version;
        using var process = Process.Start(start)!;
        process.StandardInput.Close();

        Assert.Equal("postgres\n/tmp\n5432\n/opt/pg:/bin:/usr/bin\n", await process.StandardOutput.ReadToEndAsync(TestEnd));
    }

    [Fact]
    public async Task A_container_that_was_removed_or_frozen_is_told_as_such()
    {
        var engine = await shared.StartedAsync();
        var names = new ContainerNames(_id);
        using var other = new ContainerEngine(new Uri(engine.Host));
        await using var host = new ContainerHost(other, names, "only", null);
        await other.AskAsync("freeze", client => client.Containers.PauseContainerAsync(host.Container, TestEnd), TestEnd);
        var frozen = await Assert.ThrowsAsync<HostUnreachableException>(() => host.RunAsync(new Script("true"), cancellationToken: TestEnd));
        Assert.Equal($"only is frozen: its container {host.Container} is paused. Let it go on: docker unpause {host.Container}", frozen.Message);
        await other.AskAsync("go on", client => client.Containers.UnpauseContainerAsync(host.Container, TestEnd), TestEnd);

        await _fleet!.ReleaseAsync(_id, TestEnd);

        var gone = await Assert.ThrowsAsync<HostUnreachableException>(() => host.RunAsync(new Script("true"), cancellationToken: TestEnd));
        Assert.Contains("is gone; somebody removed it", gone.Message);
        var cut = await Assert.ThrowsAsync<HostUnreachableException>(() => host.SufferAsync(new HostTrouble(TroubleKind.PowerOff), [], TestEnd));
        Assert.Contains("is gone", cut.Message);
    }

    [Fact]
    public async Task An_image_that_cannot_be_had_or_used_is_told_with_what_to_do()
    {
        var engine = await shared.StartedAsync();
        await using var missing = new ContainerFleet("docker:pghatutor-no-such-image:1", "test", Path.Combine(_folder, "none"), new ContainerEngine(new Uri(engine.Host)));
        var unfetched = await Assert.ThrowsAsync<HostException>(() => missing.InstallationsAsync(TestEnd));
        Assert.StartsWith("The image pghatutor-no-such-image:1 is not on the Docker engine, and could not be fetched: ", unfetched.Message);
        Assert.Contains("docker load", unfetched.Message);

        await using var misnamed = new ContainerFleet("docker:Post gres", "test", Path.Combine(_folder, "none"), new ContainerEngine(new Uri(engine.Host)));
        Assert.StartsWith("'Post gres' cannot be the name of an image.", (await Assert.ThrowsAsync<HostException>(() => misnamed.InstallationsAsync(TestEnd))).Message);

        using var own = new ContainerEngine(new Uri(engine.Host));
        await own.AskAsync("make an image without PG_MAJOR", client => client.Images.CreateImageAsync(
            new Docker.DotNet.Models.ImagesCreateParameters { FromSrc = "-", Repo = "pghatutor-empty", Tag = "1" }, new MemoryStream(new byte[10240]), null, new Progress<Docker.DotNet.Models.JSONMessage>(), TestEnd), TestEnd);
        await using var unknown = new ContainerFleet("docker:pghatutor-empty:1", "test", Path.Combine(_folder, "none"), new ContainerEngine(new Uri(engine.Host)));
        Assert.Contains("does not tell which PostgreSQL it has", (await Assert.ThrowsAsync<HostException>(() => unknown.InstallationsAsync(TestEnd))).Message);
        var unusable = await Assert.ThrowsAsync<HostException>(() => unknown.ProvideAsync($"{_id[..7]}0", ["one"], new Installation("/", "15", 15), cancellationToken: TestEnd));
        Assert.Contains("sleep", unusable.Message);
        Assert.False(Directory.Exists(Path.Combine(_folder, "none", $"{_id[..7]}0")));
    }

    public async ValueTask DisposeAsync()
    {
        if (_host is not null)
            await _host.DisposeAsync();
        if (_fleet is not null)
        {
            await _fleet.ReleaseAsync(_id);
            await _fleet.DisposeAsync();
        }
        Directory.Delete(_folder, recursive: true);
    }

    private async Task<string> UntilAsync(string question, string wanted)
    {
        var deadline = DateTimeOffset.UtcNow.AddSeconds(20);
        string answer;
        while ((answer = (await Host.RunAsync(new Script(question), cancellationToken: TestEnd)).StandardOutput.Trim()) != wanted && DateTimeOffset.UtcNow < deadline)
            await Task.Delay(20, TestEnd);
        return answer;
    }

    private sealed class Told(Action<OutputLine> tell) : IProgress<OutputLine>
    {
        public Told(List<OutputLine> lines) : this(lines.Add)
        {
        }

        public void Report(OutputLine value) => tell(value);
    }
}
