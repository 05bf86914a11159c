using System.Collections.Concurrent;
using PgHaTutor.LabTests.Hosts;

namespace PgHaTutor.LabTests.Ec2;

/// <summary>From up to down with hosts that really boot: the stub's instances are hosts of the tests' own.</summary>
[Trait("Needs", "hosts")]
public sealed class Ec2FarmTests
{
    [Fact(Timeout = 300_000)]
    public async Task I_make_hosts_do_a_lesson_on_them_and_remove_them()
    {
        await using var farm = await SshFarm.StartAsync(0);
        await using var stub = OnFarm(farm);
        using var home = new Ec2Home(stub.Address);

        var up = await home.RunAsync("up", "--yes", "--zones", "2", "--from", "10.215.0.0/16", "--json");
        Assert.True(up.ExitCode == 0, up.ToString());
        // What a host tells of its installation is seen only where that takes longer than a look at it.
        Assert.Contains("learner-01 h1: waiting for ssh", up.Error);
        var target = up.Json.GetProperty("learners")[0].GetProperty("target").GetString()!;

        var lesson = await home.ProgramAsync("up", "streaming.first-standby", "--target", target);
        Assert.True(lesson.ExitCode == 0, lesson.ToString());
        Assert.Contains("2 instances (t3.micro) in us-east-1", lesson.Error);
        var solved = await home.ProgramAsync("solve");
        Assert.True(solved.ExitCode == 0, solved.ToString());
        var check = await home.ProgramAsync("check");
        Assert.True(check.ExitCode == 0, check.ToString());
        Assert.Equal(0, (await home.ProgramAsync("down")).ExitCode);

        var down = await home.RunAsync("down");
        Assert.True(down.ExitCode == 0, down.ToString());
        Assert.Empty(stub.Left);
    }

    [Fact(Timeout = 300_000)]
    public async Task Hosts_can_go_under_a_lab_that_stands_on_them()
    {
        await using var farm = await SshFarm.StartAsync(0);
        await using var stub = OnFarm(farm);
        using var home = new Ec2Home(stub.Address);
        var up = await home.RunAsync("up", "--yes", "--from", "10.215.0.0/16", "--json");
        Assert.True(up.ExitCode == 0, up.ToString());
        var lesson = await home.ProgramAsync("up", "streaming.first-standby", "--target", up.Json.GetProperty("learners")[0].GetProperty("target").GetString()!);
        Assert.True(lesson.ExitCode == 0, lesson.ToString());

        Assert.Equal(0, (await home.RunAsync("down")).ExitCode);

        var status = await home.ProgramAsync("status");
        Assert.Contains("tutor up streaming.first-standby", status.Error);
        Assert.Equal(0, (await home.ProgramAsync("list")).ExitCode);
        var down = await home.ProgramAsync("down", "--all");
        Assert.True(down.ExitCode == 0, down.ToString());
    }

    [Fact(Timeout = 300_000)]
    public async Task A_host_with_another_key_than_its_instance_was_given_is_not_let_near()
    {
        await using var farm = await SshFarm.StartAsync(0);
        await using var stub = OnFarm(farm, withOwnKey: false);
        using var home = new Ec2Home(stub.Address);

        var up = await home.RunAsync("up", "--yes", "--from", "10.215.0.0/16");

        Assert.Equal(4, up.ExitCode);
        Assert.Contains("does not show the host key that it was given at its launch", up.Error);
        Assert.DoesNotContain("installing PostgreSQL", up.Error);
        Assert.Equal(0, (await home.RunAsync("down")).ExitCode);
        Assert.Empty(stub.Left);
    }

    [Fact(Timeout = 600_000)]
    [Trait("Speed", "slow")]
    public async Task A_class_of_ten_gets_its_hosts_at_once()
    {
        await using var farm = await SshFarm.StartAsync(0);
        await using var stub = OnFarm(farm);
        using var home = new Ec2Home(stub.Address);

        var up = await home.RunAsync("up", "--yes", "--learners", "10", "--from", "10.215.0.0/16", "--json");

        Assert.True(up.ExitCode == 0, up.ToString());
        Assert.Equal(10, up.Json.GetProperty("learners").EnumerateArray().Select(pair => pair.GetProperty("target").GetString()).Distinct().Count());
        Assert.Equal(20, stub.Instances.Select(instance => instance.Address).Distinct().Count());
        var down = await home.RunAsync("down");
        Assert.True(down.ExitCode == 0, down.ToString());
        Assert.Empty(stub.Left);
    }

    /// <summary>Each launch boots a host with the host key of the user data and the imported key; its set-up is over a moment later.</summary>
    private static Ec2Stub OnFarm(SshFarm farm, bool withOwnKey = true)
    {
        var hosts = new ConcurrentDictionary<string, string>();
        return new Ec2Stub
        {
            Unseen = TimeSpan.FromMilliseconds(200),
            Changing = TimeSpan.FromMilliseconds(500),
            Boot = async (userData, publicKey) =>
            {
                var (key, allowed) = (Path.Combine(farm.Folder, Guid.NewGuid().ToString("N")), Path.Combine(farm.Folder, Guid.NewGuid().ToString("N")));
                await File.WriteAllTextAsync(key, HostKey(userData));
                File.SetUnixFileMode(key, UnixFileMode.UserRead | UnixFileMode.UserWrite);
                await File.WriteAllTextAsync(allowed, publicKey + "\n");
                var (name, address) = await farm.AddAsync(withOwnKey ? key : null, allowed);
                hosts[address] = name;
                await farm.OnAsync(name, "bash", "-c", "echo 'doing: installing PostgreSQL' >/var/lib/pghatutor-setup; (sleep 4; echo ready >/var/lib/pghatutor-setup) </dev/null >/dev/null 2>&1 &");
                return address;
            },
            Ended = async address =>
            {
                if (hosts.TryRemove(address, out var name))
                    await farm.RemoveAsync(name);
            },
        };
    }

    /// <summary>The block under <c>ed25519_private</c>, as cloud-init reads it.</summary>
    private static string HostKey(string userData) => string.Concat(userData.Split('\n')
        .SkipWhile(line => !line.Contains("ed25519_private: |", StringComparison.Ordinal)).Skip(1)
        .TakeWhile(line => line.StartsWith("    ", StringComparison.Ordinal))
        .Select(line => line[4..] + "\n"));
}
