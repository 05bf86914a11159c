namespace PgHaTutor.LabTests.Hosts;

/// <summary>The verbs on hosts that ssh reaches, when something is in their way: told once, with the right exit code, and nothing is lost.</summary>
[Trait("Needs", "hosts")]
public sealed class SshVerbTests(CommandsHome home) : IClassFixture<CommandsHome>
{
    private const string Lesson = "pair.follow";

    private static CancellationToken TestEnd => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_inventory_that_cannot_be_used_is_told_once_and_the_lab_goes_on_when_it_can()
    {
        await using var farm = await SshFarm.StartAsync(1);
        var inventory = Path.Combine(farm.Folder, "mine.yaml");
        var good = await File.ReadAllTextAsync(farm.OneHostInventory, TestEnd);
        await File.WriteAllTextAsync(inventory, good, TestEnd);
        await SucceedsAsync("up", Lesson, "--target", $"ssh:{inventory}");

        await File.WriteAllTextAsync(inventory, good + "colour: red\n", TestEnd);
        foreach (string[] words in new[] { ["down"], ["down", "--all"], (string[])["status"] })
        {
            var refused = await home.RunAsync(words);
            Assert.Equal(4, refused.ExitCode);
            Assert.Equal(2, refused.Error.Split("'colour' is no field").Length);
            Assert.DoesNotContain("is gone", refused.ToString());
        }

        await File.WriteAllTextAsync(inventory, good, TestEnd);
        await SucceedsAsync("status");
        await SucceedsAsync("down");
        Assert.Empty((await farm.OnAsync("h1", "ls", "-A", "/var/lib/pghatutor")).Trim());
    }

    [Fact]
    public async Task What_a_removal_left_on_a_host_that_was_away_goes_with_the_next_one()
    {
        await using var farm = await SshFarm.StartAsync(1);
        await SucceedsAsync("up", Lesson, "--target", $"ssh:{farm.OneHostInventory}");
        await farm.PowerOffAsync("h1");

        var left = await home.RunAsync("down");

        Assert.Equal(4, left.ExitCode);
        Assert.Contains("on h1: h1 (h1) does not answer", left.Error);
        Assert.Equal(4, (await home.RunAsync("down")).ExitCode);
        await farm.PowerOnAsync("h1");
        var gone = await home.RunAsync("down");
        Assert.Equal((0, "What was left of an earlier lab is gone."), (gone.ExitCode, gone.Output.Trim()));
        Assert.Empty((await farm.OnAsync("h1", "ls", "-A", "/var/lib/pghatutor")).Trim());
    }

    [Fact]
    public async Task An_inventory_that_was_changed_meanwhile_does_not_mislead_a_lab_that_stands()
    {
        await using var farm = await SshFarm.StartAsync();
        var inventory = Path.Combine(farm.Folder, "mine.yaml");
        var good = await File.ReadAllTextAsync(farm.Inventory, TestEnd);
        await File.WriteAllTextAsync(inventory, good, TestEnd);
        await SucceedsAsync("up", Lesson, "--target", $"ssh:{inventory}");

        // Its hosts in other roles, its folder elsewhere.
        await File.WriteAllTextAsync(inventory, good.Replace("[primary]", "[x]").Replace("[standby]", "[primary]").Replace("[x]", "[standby]") + "root: /srv/elsewhere\n", TestEnd);
        await SucceedsAsync("reset");
        Assert.Equal(("h1", "h2"), await HostsAsync());

        // One of its hosts under another name.
        await File.WriteAllTextAsync(inventory, good.Replace("name: h2", "name: other, ssh: h2"), TestEnd);
        foreach (var verb in new[] { "status", "down" })
        {
            var refused = await home.RunAsync(verb);
            Assert.Equal(4, refused.ExitCode);
            Assert.Contains("standby lives on the host h2", refused.Error);
        }

        await File.WriteAllTextAsync(inventory, good, TestEnd);
        Assert.Equal(("h1", "h2"), await HostsAsync());
        await SucceedsAsync("down");
    }

    [Fact]
    public async Task A_reset_makes_its_own_room_on_a_disk_that_is_full_and_a_lab_that_finds_none_says_where()
    {
        await using var farm = await SshFarm.StartAsync(1);
        await farm.OnAsync("h1", "bash", "-c", "mkdir /srv/small; mount -t tmpfs -o size=20m,uid=$(id -u postgres) tmpfs /srv/small");
        var inventory = Path.Combine(farm.Folder, "small.yaml");
        await File.WriteAllTextAsync(inventory, await File.ReadAllTextAsync(farm.OneHostInventory, TestEnd) + "root: /srv/small\n", TestEnd);

        var refused = await home.RunAsync("up", Lesson, "--target", $"ssh:{inventory}");
        Assert.Equal(4, refused.ExitCode);
        Assert.Contains("Make room on h1 below /srv/small", refused.Error);
        Assert.DoesNotContain("PGHATUTOR_HOME", refused.Error); // That folder is on this machine.

        await farm.OnAsync("h1", "mount", "-o", "remount,size=200m", "/srv/small");
        await SucceedsAsync("up", Lesson, "--target", $"ssh:{inventory}");
        await home.RunAsync("exec", "primary", "--", "bash", "-c", "cat /dev/zero >\"$LAB_DIR/ballast\"");
        await SucceedsAsync("exec", "primary", "--", "pg_ctl", "-m", "immediate", "stop");
        Assert.Contains("/nodes/primary on h1 is full", (await SucceedsAsync("status")).Output);
        await SucceedsAsync("reset");
        await SucceedsAsync("down");
    }

    [Fact]
    public async Task What_takes_root_where_I_may_not_be_root_is_refused_and_leaves_nothing_to_take_back()
    {
        await using var farm = await SshFarm.StartAsync();
        foreach (var host in new[] { "h1", "h2" })
            await farm.OnAsync(host, "bash", "-c", "echo 'ubuntu ALL=(postgres) NOPASSWD: ALL' >/etc/sudoers.d/90-hosts; install -d -o postgres /var/lib/pghatutor");
        Assert.Contains("may not become root", (await SucceedsAsync("doctor", "--target", $"ssh:{farm.Inventory}")).Output);
        await SucceedsAsync("up", Lesson, "--target", $"ssh:{farm.Inventory}");

        var refused = await home.RunAsync("break", "cut", "standby");

        Assert.Equal(4, refused.ExitCode);
        Assert.Contains("ubuntu may not become root without a password", refused.Error);
        await SucceedsAsync("reset");
        await SucceedsAsync("down");
    }

    [Fact]
    public async Task A_network_that_another_home_s_lab_has_cut_is_told_as_such()
    {
        await using var farm = await SshFarm.StartAsync();
        await SucceedsAsync("up", Lesson, "--target", $"ssh:{farm.Inventory}");
        await SucceedsAsync("break", "cut", "standby");

        await using var other = new CommandsHome();
        await other.InitializeAsync();
        var told = await other.RunAsync("doctor", "--target", $"ssh:{farm.Inventory}");
        Assert.Contains("h2, network: cut, slowed or made to lose packets by a lab", told.Output);
        Assert.DoesNotContain("h1, network", told.Output);

        await SucceedsAsync("undo");
        Assert.DoesNotContain("h2, network", (await other.RunAsync("doctor", "--target", $"ssh:{farm.Inventory}")).Output);
        await SucceedsAsync("down");
    }

    [Fact]
    public async Task A_host_that_forwards_nothing_is_told_before_anything_is_built()
    {
        await using var farm = await SshFarm.StartAsync(1);
        string[] doctor = ["doctor", "--target", $"ssh:{farm.OneHostInventory}"], up = ["up", Lesson, "--target", $"ssh:{farm.OneHostInventory}"];
        await farm.OnAsync("h1", "sed", "-i", "s/^/no-port-forwarding /", "/home/ubuntu/.ssh/authorized_keys");

        foreach (var words in new[] { doctor, up })
        {
            var refused = await home.RunAsync(words);
            Assert.Equal(4, refused.ExitCode);
            Assert.Contains("the sshd of h1 lets ubuntu forward no connection", refused.ToString());
        }
        Assert.Empty((await farm.OnAsync("h1", "find", "/var/lib/pghatutor", "-mindepth", "1")).Trim());

        await farm.OnAsync("h1", "sed", "-i", "s/^no-port-forwarding //", "/home/ubuntu/.ssh/authorized_keys");
        await SucceedsAsync(doctor);
        await SucceedsAsync(up);
        await SucceedsAsync("down");
    }

    [Fact]
    public async Task What_a_lost_host_cut_off_is_told_as_such_and_goes_on_or_goes_away()
    {
        await using var farm = await SshFarm.StartAsync();
        await SucceedsAsync("up", Lesson, "--target", $"ssh:{farm.Inventory}");
        await farm.CutAsync("h2");

        Assert.Equal(4, (await home.RunAsync("reset")).ExitCode);
        var refused = await home.RunAsync("status");
        Assert.Equal(4, refused.ExitCode);
        Assert.Contains("h2 (h2) does not answer", refused.Error);
        Assert.DoesNotContain("is gone", refused.ToString());

        await farm.HealAsync("h2");
        Assert.Contains("Finished a reset", (await SucceedsAsync("status")).Error);

        await farm.CutAsync("h2");
        Assert.Equal(4, (await home.RunAsync("reset")).ExitCode);
        foreach (string[] words in new[] { ["down"], (string[])["down", "--all"] })
        {
            var left = await home.RunAsync(words);
            Assert.Equal(4, left.ExitCode);
            Assert.Contains("on h2: h2 (h2) does not answer", left.Error);
        }
        await farm.HealAsync("h2");
        await SucceedsAsync("down", "--all");
        foreach (var host in new[] { "h1", "h2" })
            Assert.Equal("", await farm.OnAsync(host, "ls", "-A", "/var/lib/pghatutor"));
    }

    [Fact]
    public async Task A_host_as_Red_Hat_lays_it_out_is_a_host_like_any_other_and_its_own_cluster_is_left_alone()
    {
        await using var farm = await SshFarm.StartAsync(1);
        await farm.OnAsync("h1", "bash", "-c", """
            set -e
            cd /usr/lib/postgresql; major=$(ls)
            mkdir "/usr/pgsql-$major"; mv "$major/bin" "/usr/pgsql-$major/bin"; ln -s "/usr/lib/postgresql/$major/lib" "/usr/pgsql-$major/lib"
            rm -rf /usr/bin/psql /usr/bin/pg_* /etc/postgresql /etc/postgresql-common
            printf 'ID=rocky\nID_LIKE="rhel centos fedora"\nPRETTY_NAME="Rocky Linux 9"\n' >/etc/os-release
            mkdir /var/lib/pgsql; chown postgres /var/lib/pgsql; usermod -d /var/lib/pgsql postgres
            cd /; setpriv --reuid=postgres --regid=postgres --init-groups bash -c "/usr/pgsql-$major/bin/initdb -D /var/lib/pgsql/$major/data && /usr/pgsql-$major/bin/pg_ctl -D /var/lib/pgsql/$major/data -l /tmp/own.log -w start" >/dev/null
            """);
        var doctor = await SucceedsAsync("doctor", "--target", $"ssh:{farm.OneHostInventory}");
        Assert.Contains("/usr/pgsql-", doctor.Output);
        Assert.Contains("the system's own, runs on port 5432", doctor.Output);

        await SucceedsAsync("up", Lesson, "--target", $"ssh:{farm.OneHostInventory}");
        Assert.StartsWith("/usr/pgsql-", (await SucceedsAsync("exec", "primary", "--", "bash", "-c", "command -v pg_basebackup")).Output);
        await SucceedsAsync("step", "write");
        await SucceedsAsync("down", "--all");

        Assert.Equal("ready", (await farm.OnAsync("h1", "bash", "-c", "tail -n 1 /var/lib/pgsql/*/data/postmaster.pid")).Trim());
    }

    [Fact]
    public async Task A_program_that_was_killed_leaves_nothing_on_the_host_but_the_servers()
    {
        await using var farm = await SshFarm.StartAsync(1);
        await home.AddLessonAsync("killed", OpenSessionTests.Lesson("open.killed"));
        await SucceedsAsync("up", "open.killed", "--target", $"ssh:{farm.OneHostInventory}");
        using var program = home.Start("plain", "open.killed");
        await program.StandardInput.WriteLineAsync();
        await program.StandardInput.FlushAsync(TestEnd);
        await UntilAsync("a query runs", async () => await SeenAsync("^postgres .*SELECT") == "1");
        Assert.Equal("1", await SeenAsync("^psql "));

        program.Kill();
        await program.WaitForExitAsync(TestEnd);

        await UntilAsync("the query has ended", async () => await SeenAsync("^postgres .*SELECT") == "0");
        await UntilAsync("all else has ended", async () => await SeenAsync("^[^p]|^psql ") == "0");
        Assert.Equal("1", await SeenAsync("^postgres .*bin/postgres -D"));
        await SucceedsAsync("down");

        // What the servers' account runs, a line each.
        async Task<string> SeenAsync(string pattern) => (await farm.OnAsync("h1", "bash", "-c",
            $"for p in $(find /proc -maxdepth 1 -name '[0-9]*' -user postgres); do echo \"$(cat $p/comm) $(tr '\\0\\n' '  ' <$p/cmdline)\"; done 2>/dev/null | grep -cE '{pattern}' || :")).Trim();

        static async Task UntilAsync(string what, Func<Task<bool>> holds)
        {
            var deadline = DateTimeOffset.UtcNow.AddSeconds(60);
            while (!await holds())
            {
                Assert.True(DateTimeOffset.UtcNow < deadline, $"Waited 60 s until {what}.");
                await Task.Delay(100, TestEnd);
            }
        }
    }

    private async Task<(string Primary, string Standby)> HostsAsync()
    {
        var nodes = (await SucceedsAsync("status", "--json")).Json.GetProperty("nodes").EnumerateArray().ToList();
        Assert.All(nodes, node => Assert.Equal("running", node.GetProperty("state").GetString()));
        return (nodes[0].GetProperty("host").GetString()!, nodes[1].GetProperty("host").GetString()!);
    }

    private async Task<CommandsRun> SucceedsAsync(params string[] words)
    {
        var run = await home.RunAsync(words);
        Assert.True(run.ExitCode == 0, run.ToString());
        return run;
    }
}
