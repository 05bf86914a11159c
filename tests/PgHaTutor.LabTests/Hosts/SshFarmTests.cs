using System.Diagnostics;

namespace PgHaTutor.LabTests.Hosts;

/// <summary>The test hosts do what the tests on them take for granted.</summary>
[Trait("Needs", "hosts")]
public sealed class SshFarmTests(SharedSshFarm shared)
{
    [Fact(Timeout = 180_000)]
    public async Task I_can_reach_each_host_by_ssh_and_become_postgres_there()
    {
        var farm = await shared.StartedAsync();

        Assert.Equal("h1 postgres", await SshAsync(farm, "h1", "echo $(hostname) $(sudo -n -u postgres id -un)"));
        Assert.Equal("h2 postgres", await SshAsync(farm, "h2", "echo $(hostname) $(sudo -n -u postgres id -un)"));
        Assert.Equal("reached", await SshAsync(farm, "h1", "exec 3<>/dev/tcp/h2/22 && echo reached"));
    }

    [Fact(Timeout = 180_000)]
    public async Task A_host_refuses_what_it_should_refuse()
    {
        var farm = await shared.StartedAsync();

        Assert.Contains("a password is required", await SshAsync(farm, "asked@h1", "sudo -n true"), StringComparison.Ordinal);
        Assert.Contains("Permission denied", await SshAsync(farm, "h1", "true", "-i", Path.Combine(farm.Folder, "unknown_ed25519"), "-F", "none", "-o", $"HostName={await farm.AddressAsync("h1")}", "-o", $"UserKnownHostsFile={farm.KnownHosts}", "-l", "ubuntu"), StringComparison.Ordinal);
        Assert.Contains("Host key verification failed", await SshAsync(farm, "h1", "true", "-o", "UserKnownHostsFile=/dev/null"), StringComparison.Ordinal);
    }

    [Fact(Timeout = 180_000)]
    public async Task A_cut_host_is_silent_until_it_is_healed()
    {
        await using var farm = await SshFarm.StartAsync();

        await farm.CutAsync("h2");
        Assert.Contains("timed out", await SshAsync(farm, "h2", "echo reached"), StringComparison.Ordinal);
        Assert.Equal("h1", await SshAsync(farm, "h1", "hostname"));

        await farm.HealAsync("h2");
        Assert.Equal("reached", await SshAsync(farm, "h2", "echo reached"));
    }

    [Fact(Timeout = 180_000)]
    public async Task Servers_can_be_parted_while_ssh_still_reaches_them()
    {
        await using var farm = await SshFarm.StartAsync();
        const string listen = "use IO::Socket::INET; my $s = IO::Socket::INET->new(Listen => 5, LocalPort => 5432) or die; print qq(ready\\n); close STDOUT; exit if fork; 1 while $s->accept";
        const string knock = "timeout 2 bash -c 'exec 3<>/dev/tcp/h2/PORT' && echo open || echo silent";
        Assert.Equal("ready", await farm.OnAsync("h2", "bash", "-c", $"perl -e '{listen}' 2>/dev/null </dev/null"));
        Assert.Equal("open", await SshAsync(farm, "h1", knock.Replace("PORT", "5432", StringComparison.Ordinal)));

        await farm.CutPostgresAsync("h2");
        Assert.Equal("silent", await SshAsync(farm, "h1", knock.Replace("PORT", "5432", StringComparison.Ordinal)));
        Assert.Equal("open", await SshAsync(farm, "h1", knock.Replace("PORT", "22", StringComparison.Ordinal)));
        Assert.Equal("h2", await SshAsync(farm, "h2", "hostname"));

        await farm.HealAsync("h2");
        Assert.Equal("open", await SshAsync(farm, "h1", knock.Replace("PORT", "5432", StringComparison.Ordinal)));
    }

    [Fact(Timeout = 180_000)]
    public async Task A_host_without_power_is_silent_and_keeps_its_disk()
    {
        await using var farm = await SshFarm.StartAsync(1);
        await SshAsync(farm, "h1", "echo kept >note; (trap '' HUP TERM INT; sleep 4321) </dev/null >/dev/null 2>&1 &");

        await farm.PowerOffAsync("h1");
        Assert.Contains("timed out", await SshAsync(farm, "h1", "true"), StringComparison.Ordinal);

        await farm.PowerOnAsync("h1");
        Assert.Equal("kept, 0 left", await SshAsync(farm, "h1", "echo $(cat note), $(cat /proc/[0-9]*/cmdline | tr '\\0' ' ' | grep -c 'sleep 4321$') left"));
    }

    [Fact(Timeout = 180_000)]
    public async Task A_host_reboots_by_itself_and_stays_off_when_it_was_shut_down()
    {
        await using var farm = await SshFarm.StartAsync(1);
        await farm.OnAsync("h1", "touch", "/run/before");

        await SshAsync(farm, "h1", "sudo reboot");
        await UntilAsync(async () => await SshAsync(farm, "h1", "[ -e /run/before ] || echo booted") == "booted");

        await SshAsync(farm, "h1", "sudo shutdown -h now");
        await UntilAsync(async () => (await SshAsync(farm, "h1", "true")).Contains("timed out", StringComparison.Ordinal));
        await farm.PowerOnAsync("h1");
        Assert.Equal("back", await SshAsync(farm, "h1", "echo back"));
    }

    [Fact(Timeout = 180_000)]
    public async Task A_delay_is_felt_once_each_way_and_goes_again()
    {
        await using var farm = await SshFarm.StartAsync(1);
        var address = await farm.AddressAsync("h1");

        await farm.DelayAsync("h1", 60);
        var slow = await RoundTripAsync(address);
        await farm.UndelayAsync("h1");
        var quick = await RoundTripAsync(address);

        Assert.InRange(slow.TotalMilliseconds, 119, 5000);
        Assert.InRange(quick.TotalMilliseconds, 0, 60);
    }

    [Fact(Timeout = 180_000)]
    public async Task What_a_bad_line_loses_is_lost_until_it_loses_nothing()
    {
        await using var farm = await SshFarm.StartAsync(1);
        const string knock = "timeout 3 bash -c 'exec 3<>/dev/tcp/ADDRESS/22'";
        var script = knock.Replace("ADDRESS", await farm.AddressAsync("h1"), StringComparison.Ordinal);

        await farm.LoseAsync("h1", 99);
        Assert.Equal(124, await ExitCodeAsync(script));

        await farm.LoseNothingAsync("h1");
        Assert.Equal(0, await ExitCodeAsync(script));
    }

    [Fact(Timeout = 180_000)]
    public async Task Two_farms_stand_side_by_side_and_nothing_of_one_is_left_when_it_is_down()
    {
        await using var staying = await SshFarm.StartAsync(1);
        string folder, number;
        await using (var going = await SshFarm.StartAsync(2))
        {
            folder = going.Folder;
            number = (await going.AddressAsync("h1")).Split('.')[2];
            await going.DelayAsync("h2", 1);
            Assert.NotEqual(await staying.AddressAsync("h1"), await going.AddressAsync("h1"));
            Assert.NotEmpty(CommandLines.With(folder));
        }

        Assert.False(Directory.Exists(folder));
        Assert.Empty(Directory.EnumerateFiles("/run/netns", $"pght-{number}-*"));
        Assert.False(Directory.Exists($"/sys/class/net/pght{number}"));
        Assert.DoesNotContain(File.ReadLines("/proc/self/mountinfo"), line => line.Contains(folder, StringComparison.Ordinal));
        Assert.Empty(CommandLines.With(folder));
        Assert.Equal("h1", await SshAsync(staying, "h1", "hostname"));
    }

    [Fact(Timeout = 180_000)]
    public async Task A_farm_whose_owner_was_killed_is_swept()
    {
        await using var staying = await SshFarm.StartAsync(0);
        var folder = staying.Folder + "-orphan";
        using var owner = Process.Start("sleep", "300");
        try
        {
            var script = new TestHostScript("farm.sh", new Dictionary<string, string> { ["FARM"] = folder, ["OWNER"] = $"{owner.Id}" });
            await script.RunAsync(["up", "1"], TestContext.Current.CancellationToken);
            await script.RunAsync(["sweep"], TestContext.Current.CancellationToken);
            Assert.True(Directory.Exists(folder));

            owner.Kill();
            await owner.WaitForExitAsync(TestContext.Current.CancellationToken);
            await script.RunAsync(["sweep"], TestContext.Current.CancellationToken);
        }
        finally
        {
            if (!owner.HasExited)
                owner.Kill();
        }

        Assert.False(Directory.Exists(folder));
        Assert.Empty(CommandLines.With(folder));
        Assert.True(Directory.Exists(staying.Folder));
    }

    [Fact(Timeout = 180_000)]
    public async Task A_host_can_be_added_with_keys_of_mine_and_removed()
    {
        await using var farm = await SshFarm.StartAsync(1);
        var mine = Path.Combine(farm.Folder, "unknown_ed25519");

        var (name, address) = await farm.AddAsync(hostKey: mine, authorizedKeys: mine + ".pub");
        var refused = await SshAsync(farm, name, "hostname");
        var reached = await SshAsync(farm, name, "hostname", "-i", mine);
        await farm.RemoveAsync(name);

        Assert.Contains("Permission denied", refused, StringComparison.Ordinal);
        Assert.Equal("h2", reached);
        Assert.StartsWith("10.215.", address, StringComparison.Ordinal);
        Assert.DoesNotContain("h2,", await File.ReadAllTextAsync(farm.KnownHosts, TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact(Timeout = 180_000)]
    public async Task A_host_with_systemd_runs_its_own_cluster_also_after_a_reboot()
    {
        await using var farm = await SshFarm.StartAsync(0);
        var (host, _) = await farm.AddAsync(systemd: true);
        const string look = "systemctl is-system-running --wait; pg_lsclusters --no-header | tr -s ' ' | cut -d' ' -f2-4";

        Assert.Equal("running\nmain 5432 online", await SshAsync(farm, host, look));
        await SshAsync(farm, host, "sudo touch /run/before; sudo reboot");
        await UntilAsync(async () => await SshAsync(farm, host, "[ -e /run/before ] || echo booted") == "booted");
        Assert.Equal("running\nmain 5432 online", await SshAsync(farm, host, look));
    }

    [Fact(Timeout = 180_000)]
    public async Task A_class_of_ten_pairs_boots_with_an_inventory_for_each_pair()
    {
        await using var farm = await SshFarm.StartAsync(20);

        Assert.Equal("h20", await SshAsync(farm, "h20", "hostname"));
        var last = await File.ReadAllTextAsync(farm.PairInventory(10), TestContext.Current.CancellationToken);
        Assert.Contains("name: h19", last, StringComparison.Ordinal);
        Assert.Contains("name: h20", last, StringComparison.Ordinal);
    }

    /// <summary>What ssh and the command said, on both streams.</summary>
    private static async Task<string> SshAsync(SshFarm farm, string host, string command, params string[] options)
    {
        string[] config = options.Contains("-F") ? [] : ["-F", farm.SshConfig];
        var start = new ProcessStartInfo("ssh", [.. config, .. options, "-o", "ConnectTimeout=3", "-o", "BatchMode=yes", "-o", "LogLevel=ERROR", host, command]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var ssh = Process.Start(start)!;
        var output = ssh.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = ssh.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await ssh.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (await output + await errors).Trim();
    }

    private static async Task<int> ExitCodeAsync(string script)
    {
        using var bash = Process.Start("bash", ["-c", script]);
        await bash.WaitForExitAsync(TestContext.Current.CancellationToken);
        return bash.ExitCode;
    }

    /// <summary>The best of three, because a busy machine only ever adds.</summary>
    private static async Task<TimeSpan> RoundTripAsync(string address)
    {
        var best = TimeSpan.MaxValue;
        for (var i = 0; i < 3; i++)
        {
            using var client = new System.Net.Sockets.TcpClient();
            var started = Stopwatch.GetTimestamp();
            await client.ConnectAsync(address, 22, TestContext.Current.CancellationToken);
            best = TimeSpan.FromTicks(Math.Min(best.Ticks, Stopwatch.GetElapsedTime(started).Ticks));
        }
        return best;
    }

    private static async Task UntilAsync(Func<Task<bool>> happened)
    {
        var deadline = Stopwatch.GetTimestamp();
        while (!await happened())
            Assert.True(Stopwatch.GetElapsedTime(deadline) < TimeSpan.FromSeconds(30), "It did not happen within 30 s.");
    }
}
