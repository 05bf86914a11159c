using System.Net;
using System.Net.Sockets;
using PgHaTutor.Hosts;

namespace PgHaTutor.LabTests.Hosts;

/// <summary>Where an SSH host cannot be used, I am told which one, why, and what to do.</summary>
public sealed class SshRefusalTests(SharedSshFarm farm)
{
    private static CancellationToken TestEnd => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_host_key_that_nobody_has_seen_is_not_trusted()
    {
        await using var server = await ASshServer.StartAsync();
        await File.WriteAllTextAsync(server.KnownHosts, "", TestEnd);
        await IsToldAsync(server, server.Target, ["The host key of h1 (127.0.0.1) is not known here", "fingerprint", $"ssh -o StrictHostKeyChecking=ask -o BatchMode=no -F none -o 'UserKnownHostsFile=\"{server.KnownHosts}\"'"]);
    }

    [Fact]
    public async Task A_host_key_that_has_changed_is_not_trusted()
    {
        await using var server = await ASshServer.StartAsync();
        await server.KeyAsync("other_key");
        await File.WriteAllTextAsync(server.KnownHosts, $"[127.0.0.1]:{server.Port} {await File.ReadAllTextAsync(server.At("other_key.pub"), TestEnd)}", TestEnd);
        await IsToldAsync(server, server.Target, ["h1 (127.0.0.1) shows another host key", $"ssh-keygen -R '[127.0.0.1]:{server.Port}' -f {server.KnownHosts}"]);
    }

    [Fact]
    public async Task A_key_that_the_host_does_not_know_is_told_with_the_user()
    {
        await using var server = await ASshServer.StartAsync();
        await server.KeyAsync("wrong_key");
        await IsToldAsync(server, server.Target with { Key = server.At("wrong_key") }, [$"h1 (127.0.0.1) refused the key of {ASshServer.Login}", "authorized_keys"]);
    }

    [Fact]
    public async Task A_key_that_others_may_read_is_not_used()
    {
        await using var server = await ASshServer.StartAsync();
        File.SetUnixFileMode(server.Key, (UnixFileMode)0b110_100_100);
        await IsToldAsync(server, server.Target, ["others may read", $"chmod 600 {server.Key}"]);
    }

    [Fact]
    public async Task A_name_that_leads_nowhere_is_told()
    {
        await using var server = await ASshServer.StartAsync();
        await IsToldAsync(server, server.Target with { Destination = "no-such-host.invalid" }, ["No host is called no-such-host.invalid (h1 in the inventory)"]);
    }

    [Fact]
    public async Task Files_of_mine_may_have_blanks_and_quotes_in_their_names()
    {
        await using var server = await ASshServer.StartAsync();
        var odd = Directory.CreateDirectory(server.At("it's \"my\" folder, 100%h")).FullName;
        File.Move(server.Key, Path.Combine(odd, "a key"));
        File.Move(server.KnownHosts, Path.Combine(odd, "known 'hosts'"));
        await using var host = await server.HostAsync(server.Target with { Key = Path.Combine(odd, "a key"), KnownHosts = Path.Combine(odd, "known 'hosts'") });
        Assert.Equal("in\n", (await host.RunAsync(new Script("echo in"), cancellationToken: TestEnd)).StandardOutput);
    }

    [Fact]
    public async Task A_host_that_takes_no_ssh_is_told()
    {
        await using var server = await ASshServer.StartAsync();
        await server.EndAsync();
        await IsToldAsync(server, server.Target, ["h1 (127.0.0.1) is up, but nothing takes ssh there"]);
    }

    [Fact]
    public async Task A_host_that_says_nothing_is_told_within_seconds()
    {
        using var silent = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        silent.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        silent.Listen();
        await using var server = await ASshServer.StartAsync();
        await IsToldAsync(server, server.Target with { Port = ((IPEndPoint)silent.LocalEndPoint!).Port }, ["h1 (127.0.0.1) does not answer"]);
    }

    [Fact]
    public async Task An_account_that_is_not_there_is_told()
    {
        await using var server = await ASshServer.StartAsync();
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root becomes somebody else without sudo.");
        await IsToldAsync(server, server.Target, ["There is no account no-such-user on h1"], become: "no-such-user");
    }

    [Fact]
    public async Task A_host_never_runs_scripts_as_root()
    {
        await using var server = await ASshServer.StartAsync();
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "It takes root to become root.");
        await IsToldAsync(server, server.Target, ["On h1 the lab would run as root"], become: "root");
    }

    [Fact]
    public async Task A_sudo_that_asks_for_a_password_is_told_with_the_line_that_mends_it()
    {
        var hosts = await farm.StartedAsync();
        await using var host = await SshHost.OfAsync(
            "h1", new SshTarget("h1") { User = "asked", ConfigFile = hosts.SshConfig, KnownHosts = hosts.KnownHosts }, "postgres", cancellationToken: TestEnd);
        var told = await Assert.ThrowsAsync<HostUnreachableException>(() => host.RunAsync(new Script("true"), cancellationToken: TestEnd));
        Assert.Contains("On h1, sudo asks asked for a password", told.Message);
        Assert.Contains("asked ALL=(postgres) NOPASSWD: ALL", told.Message);
    }

    [Fact]
    public async Task A_sudo_that_wants_a_terminal_is_told_with_the_line_that_mends_it()
    {
        await using var own = await SshFarm.StartAsync(1);
        await own.OnAsync("h1", "bash", "-c", "echo 'Defaults requiretty' >/etc/sudoers.d/tty");
        await using var host = await SshHost.OfAsync(
            "h1", new SshTarget("h1") { ConfigFile = own.SshConfig, KnownHosts = own.KnownHosts }, "postgres", cancellationToken: TestEnd);
        var told = await Assert.ThrowsAsync<HostUnreachableException>(() => host.RunAsync(new Script("true"), cancellationToken: TestEnd));
        Assert.Contains("On h1, sudo wants a terminal (requiretty)", told.Message);
        await own.OnAsync("h1", "bash", "-c", "echo 'Defaults:ubuntu !requiretty' >/etc/sudoers.d/tty-not");
        Assert.True((await host.RunAsync(new Script("true"), cancellationToken: TestEnd)).Succeeded);
    }

    [Fact]
    public async Task A_host_without_sudo_is_told()
    {
        await using var hosts = await SshFarm.StartAsync(1);
        await hosts.OnAsync("h1", "mv", "/usr/bin/sudo", "/usr/bin/sudo.away");
        await using var host = await SshHost.OfAsync("h1", new SshTarget("h1") { ConfigFile = hosts.SshConfig }, "postgres", cancellationToken: TestEnd);
        var told = await Assert.ThrowsAsync<HostUnreachableException>(() => host.RunAsync(new Script("true"), cancellationToken: TestEnd));
        Assert.Contains("h1 has no sudo", told.Message);
    }

    [Fact]
    public async Task An_account_without_a_shell_is_told()
    {
        await using var hosts = await SshFarm.StartAsync(1);
        await hosts.OnAsync("h1", "usermod", "--shell", "/usr/sbin/nologin", "ubuntu");
        await using var host = await SshHost.OfAsync("h1", new SshTarget("h1") { ConfigFile = hosts.SshConfig }, "postgres", cancellationToken: TestEnd);
        var told = await Assert.ThrowsAsync<HostUnreachableException>(() => host.RunAsync(new Script("true"), cancellationToken: TestEnd));
        Assert.Contains("The account of ubuntu on h1 gives no shell", told.Message);
    }

    [Fact]
    public async Task A_host_whose_network_is_cut_is_told_in_the_middle_of_a_command_and_used_again_when_it_is_back()
    {
        await using var hosts = await SshFarm.StartAsync(1);
        await using var host = await SshHost.OfAsync("h1", new SshTarget("h1") { ConfigFile = hosts.SshConfig }, "postgres", cancellationToken: TestEnd);
        var began = new TaskCompletionSource();
        var running = host.RunAsync(new Script("echo begun; sleep 300"), new Begun(began), TestEnd);
        await began.Task.WaitAsync(TestEnd);
        await hosts.CutAsync("h1");
        Assert.Contains("h1 was lost while a command ran there", (await Assert.ThrowsAsync<HostUnreachableException>(() => running)).Message);
        // A shell that waited on the old connection may be asked first, and is lost too.
        string told;
        do
            told = (await Assert.ThrowsAsync<HostUnreachableException>(() => host.RunAsync(new Script("true"), cancellationToken: TestEnd))).Message;
        while (told.Contains("was lost", StringComparison.Ordinal));
        Assert.Contains("h1 (h1) does not answer", told);
        await hosts.HealAsync("h1");
        while (true)
        {
            try
            {
                Assert.Equal("back\n", (await host.RunAsync(new Script("echo back"), cancellationToken: TestEnd)).StandardOutput);
                return;
            }
            catch (HostUnreachableException)
            {
                await Task.Delay(50, TestEnd);
            }
        }
    }

    [Fact]
    public async Task What_runs_on_a_host_that_is_cut_off_can_be_given_up_at_once()
    {
        await using var hosts = await SshFarm.StartAsync(1);
        await using var host = await SshHost.OfAsync("h1", new SshTarget("h1") { ConfigFile = hosts.SshConfig }, "postgres", cancellationToken: TestEnd);
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(TestEnd);
        var began = new TaskCompletionSource();
        var running = host.RunAsync(new Script("echo begun; sleep 300"), new Begun(began), cancel.Token);
        await began.Task.WaitAsync(TestEnd);
        await hosts.CutAsync("h1");
        var cancelled = System.Diagnostics.Stopwatch.GetTimestamp();
        await cancel.CancelAsync();
        Assert.True((await running).Cancelled);
        var took = System.Diagnostics.Stopwatch.GetElapsedTime(cancelled);
        Assert.True(took < TimeSpan.FromSeconds(9), $"It took {took}; ssh itself notices after 10 to 15 s.");
    }

    [Fact]
    public async Task What_root_does_on_a_host_that_is_cut_off_can_be_given_up_at_once()
    {
        await using var hosts = await SshFarm.StartAsync(1);
        await using var host = await SshHost.OfAsync("h1", new SshTarget("h1") { ConfigFile = hosts.SshConfig }, "postgres", cancellationToken: TestEnd);
        Assert.True(await host.MayBecomeRootAsync(TestEnd));
        await hosts.CutAsync("h1");
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(TestEnd);
        var running = host.SufferAsync(new HostTrouble(TroubleKind.Heal), [], cancel.Token);
        await Task.Delay(TimeSpan.FromSeconds(1), TestEnd); // Long enough for it to be on its way.
        var cancelled = System.Diagnostics.Stopwatch.GetTimestamp();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        var took = System.Diagnostics.Stopwatch.GetElapsedTime(cancelled);
        Assert.True(took < TimeSpan.FromSeconds(6), $"It took {took}; ssh itself notices after 10 to 15 s.");
    }

    [Fact]
    public async Task A_greeting_of_the_host_is_no_output_of_a_script()
    {
        await using var server = await ASshServer.StartAsync();
        await File.WriteAllTextAsync(server.At(".bashrc"), "echo welcome; echo to this host >&2\n", TestEnd);
        await using var host = await server.HostAsync();
        var output = await host.RunAsync(new Script("echo mine"), cancellationToken: TestEnd);
        Assert.Equal(("mine\n", ""), (output.StandardOutput, output.StandardError));
    }

    [Fact]
    public async Task A_configuration_that_ssh_does_not_understand_is_told_with_its_line()
    {
        await using var server = await ASshServer.StartAsync();
        await File.WriteAllTextAsync(server.At("config"), "Host h1\n  NoSuchOption yes\n", TestEnd);
        var told = await Assert.ThrowsAsync<HostException>(() => server.HostAsync(server.Target with { ConfigFile = server.At("config") }));
        Assert.Contains("line 2", told.Message);
        Assert.Contains("h1", told.Message);
    }

    [Fact]
    public async Task My_own_configuration_holds_with_its_aliases_and_jump_hosts_and_a_command_of_its_own_does_no_harm()
    {
        await using var server = await ASshServer.StartAsync();
        var config = server.At("config"); // ssh itself does not take one with spaces in its name to a jump host.
        await File.WriteAllTextAsync(config, $"""
            Host *
              HostName 127.0.0.1
              Port {server.Port}
              User {ASshServer.Login}
              IdentityFile "{server.Key}"
              UserKnownHostsFile "{server.KnownHosts}"
            Host lab
              ProxyJump jump
              RemoteCommand echo mine
              LocalForward {server.Port + 1} 127.0.0.1:1
              ControlPath {server.At("user-%C")}
              ControlMaster auto
              ControlPersist 60
            """, TestEnd);
        var host = await server.HostAsync(new SshTarget("lab") { ConfigFile = config });
        await using (host)
        {
            Assert.Equal("127.0.0.1", host.Address);
            Assert.Equal("through\n", (await host.RunAsync(new Script("echo through"), cancellationToken: TestEnd)).StandardOutput);
        }
        Assert.Empty(Directory.EnumerateFileSystemEntries(server.Folder, "user-*"));
        while (Directory.EnumerateDirectories("/proc").Any(process => CommandLine(process).Contains(config)))
            await Task.Delay(20, TestEnd);
    }

    private static string CommandLine(string process)
    {
        try
        {
            return File.Exists($"{process}/cmdline") ? File.ReadAllText($"{process}/cmdline") : "";
        }
        catch (IOException)
        {
            return "";
        }
    }

    private static async Task IsToldAsync(ASshServer server, SshTarget target, string[] words, string? become = null)
    {
        await using var host = await server.HostAsync(target, become);
        var told = await Assert.ThrowsAsync<HostUnreachableException>(() => host.RunAsync(new Script("true"), cancellationToken: TestEnd));
        Assert.Equal("h1", told.Host);
        Assert.All(words, part => Assert.Contains(part, told.Message));
    }

    private sealed class Begun(TaskCompletionSource began) : IProgress<OutputLine>
    {
        public void Report(OutputLine value) => began.TrySetResult();
    }
}
