using PgHaTutor.Checks;
using PgHaTutor.Hosts;
using PgHaTutor.Labs;
using PgHaTutor.Lessons;
using PgHaTutor.Sessions;

namespace PgHaTutor.LabTests.Hosts;

/// <summary>Whole lessons on hosts that ssh reaches, and what happens to them when the hosts go.</summary>
[Trait("Needs", "hosts")]
public sealed class SshLabTests : IAsyncDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(90);

    private readonly string _folder = ATemporarySite.NewFolder();
    private SshFarm? _farm;

    private static CancellationToken TestEnd => TestContext.Current.CancellationToken;

    [Fact]
    public async Task I_learn_a_lesson_on_two_hosts_and_its_lab_leaves_nothing()
    {
        await using var session = await OnFarmAsync("streaming.first-standby");
        var lab = session.State.Lab!;
        Assert.Equal(["h1", "h2"], lab.Nodes.Select(node => node.Host.Name));

        await session.SolveAsync(cancellationToken: TestEnd);
        Assert.All(await session.CheckAsync(cancellationToken: TestEnd), result => Assert.Equal(Answer.Passed, result.Answer));

        Assert.Empty(await session.DownAsync(TestEnd));
        Assert.Empty(await session.Site.ForgetTemplatesAsync(TestEnd));
        foreach (var host in lab.Hosts)
            Assert.Equal("0", (await _farm!.OnAsync(host.Name, "bash", "-c", "{ ls -A /var/lib/pghatutor; ls -d /tmp/pght-*; cat /proc/[0-9]*/comm | grep -x postgres; } 2>/dev/null | wc -l")).Trim());
    }

    [Fact]
    public async Task Both_nodes_on_one_host_is_the_same_lesson_with_a_port_that_is_taken()
    {
        _farm = await SshFarm.StartAsync(1);
        await using var session = await OpenAsync("streaming.first-standby", _farm.OneHostInventory);

        Assert.Contains(session.State.Lesson!.Steps, step => step.Id == "first-start");
        Assert.DoesNotContain(session.State.Lesson.Steps, step => step.Id == "first-start-alone");
        await session.SolveAsync(cancellationToken: TestEnd);

        Assert.All(await session.CheckAsync(cancellationToken: TestEnd), result => Assert.Equal(Answer.Passed, result.Answer));
    }

    [Fact]
    public async Task A_lesson_about_the_network_between_hosts_asks_for_two_of_them()
    {
        _farm = await SshFarm.StartAsync(1);
        var refused = await Assert.ThrowsAsync<SessionException>(() => OpenAsync("failover.cut-off", _farm.OneHostInventory));
        Assert.True(refused.IsUsage);
        Assert.Contains("its nodes live on 1; it needs 2", refused.Message);
    }

    [Fact]
    public async Task A_link_that_is_cut_during_a_base_backup_is_told_and_the_lesson_goes_on_after_it_is_back()
    {
        await using var session = await OnFarmAsync("streaming.first-standby");
        var slow = session.State.Lesson!.Steps.First(step => step.Id == "clone").Text.Replace("pg_basebackup ", "pg_basebackup --max-rate=200k ");
        var running = session.RunStepAsync("clone", slow, cancellationToken: TestEnd);
        await UntilAsync("the copy has begun", async () => (await _farm!.OnAsync("h2", "bash", "-c", "ls /var/lib/pghatutor/*/nodes/standby/PG_VERSION 2>/dev/null | wc -l")).Trim() == "1");

        await _farm!.CutAsync("h2");
        var lost = await Assert.ThrowsAsync<HostUnreachableException>(() => running.WaitAsync(Longest, TestEnd));
        var seen = await session.Player!.Connections.ObserveAsync(TestEnd);

        Assert.Equal("h2", lost.Host);
        Assert.Contains("h2", session.State.Notice!.Text);
        Assert.Equal((NodeState.Running, NodeState.Unknown), (seen["primary"]!.State, seen["standby"]!.State));
        Assert.Contains("h2", seen["standby"]!.Problem);
        var answers = await session.CheckAsync(cancellationToken: TestEnd);
        Assert.Equal(Answer.CannotTell, answers.First(result => result.Check.Id == "cloned").Answer);

        await _farm.HealAsync("h2");
        await UntilAsync("h2 answers again", async () => (await session.Player.Connections.ObserveAsync(TestEnd))["standby"]!.State is not NodeState.Unknown);
        await session.ResetAsync(cancellationToken: TestEnd);
        Assert.True((await session.RunStepAsync("clone", cancellationToken: TestEnd)).Output!.Succeeded);
        Assert.Equal(Answer.Passed, (await session.CheckAsync("clone", TestEnd)).First(result => result.Check.Id == "cloned").Answer);
    }

    [Fact]
    public async Task A_link_that_is_cut_during_a_synchronous_commit_is_told_and_the_commit_ends_once_it_is_back()
    {
        await using var session = await OnFarmAsync("failover.cut-off");
        await _farm!.CutAsync("h2");
        var commit = session.RunCommandAsync("primary", "insert into orders(note) values ('during the cut')", StepLanguage.Sql, cancellationToken: TestEnd);
        await UntilAsync("the commit waits and the standby is away", async () =>
        {
            var seen = await session.Player!.Connections.ObserveAsync(TestEnd);
            return seen["primary"]!.State is NodeState.Running && seen["primary"]!.Senders.Count == 0 && seen["standby"]!.State is NodeState.Unknown;
        });
        Assert.False(commit.IsCompleted);

        await _farm.HealAsync("h2");
        Assert.True((await commit.WaitAsync(Longest, TestEnd)).Succeeded);

        var lab = session.State.Lab!;
        await UntilAsync("the row arrives", async () =>
            (await lab["standby"].Host.RunAsync(new Script("psql -XAtc \"select count(*) from orders where note = 'during the cut'\"") { Environment = Variables.For(lab, lab["standby"]) }, cancellationToken: TestEnd)).StandardOutput.Trim() == "1");
    }

    [Fact]
    public async Task A_host_that_loses_its_power_is_told_and_what_stood_on_it_is_taken_up_when_it_is_back()
    {
        await using var session = await OnFarmAsync("streaming.what-moves", power: true);
        Assert.Equal("h2 has lost its power.", await session.BreakAsync("standby", new HostTrouble(TroubleKind.PowerOff), TestEnd));
        await UntilAsync("the standby is away", async () => (await session.Player!.Connections.ObserveAsync(TestEnd))["standby"]!.State is NodeState.Unknown);

        Assert.Contains(await session.UndoAsync(TestEnd), line => line.Contains("h2 is up again"));
        await UntilAsync("its files are there", async () => (await session.Player!.Connections.ObserveAsync(TestEnd))["standby"]!.State is NodeState.Stopped);
        var start = await session.RunCommandAsync("standby", "pg_ctl -w -l \"$PGLOG\" start || tail \"$PGLOG\"", cancellationToken: TestEnd);
        Assert.True(start.StandardOutput.Contains("server started"), start.StandardOutput + start.StandardError);
        await UntilAsync("it streams again", async () => (await session.Player!.Connections.ObserveAsync(TestEnd))["standby"]!.Receiver?.Status == "streaming");
    }

    [Fact]
    public async Task Cutting_PostgreSQL_between_the_hosts_leaves_the_lab_in_reach_and_is_taken_back_by_a_reset()
    {
        await using var session = await OnFarmAsync("failover.cut-off");
        await session.BreakAsync("standby", new HostTrouble(TroubleKind.Cut), TestEnd);
        await UntilAsync("both have noticed", async () =>
        {
            var seen = await session.Player!.Connections.ObserveAsync(TestEnd);
            return seen["primary"] is { State: NodeState.Running, Senders.Count: 0 } && seen["standby"] is { State: NodeState.Running, Receiver: null };
        });
        Assert.Equal("open", (await _farm!.OnAsync("h1", "bash", "-c", "timeout 5 bash -c 'exec 3<>/dev/tcp/h2/22' && echo open")).Trim());

        await session.ResetAsync(cancellationToken: TestEnd);

        Assert.Equal("streaming", (await session.Player!.Connections.ObserveAsync(TestEnd))["standby"]!.Receiver?.Status);
        Assert.DoesNotContain("pghatutor", await _farm.OnAsync("h2", "nft", "list", "ruleset"));
    }

    [Fact]
    public async Task A_round_trip_to_the_other_host_takes_longer_until_it_is_taken_back_and_ssh_does_not()
    {
        await using var session = await OnFarmAsync("failover.cut-off");
        var (before, sshBefore) = await RoundTripAsync(session);

        Assert.Contains("takes 200 ms more", await session.BreakAsync("standby", new HostTrouble(TroubleKind.Delay, 200), TestEnd));
        var (slow, ssh) = await RoundTripAsync(session);
        Assert.InRange(slow - before, 190, 390);
        Assert.InRange(ssh - sshBefore, -190, 190);

        await session.UndoAsync(TestEnd);
        Assert.InRange((await RoundTripAsync(session)).PostgreSql - before, -190, 190);
        Assert.DoesNotContain("pghatutor", await _farm!.OnAsync("h2", "ip", "route"));
    }

    /// <summary>From the standby's host to the primary's, in milliseconds, at best: a busy machine only adds to it.</summary>
    private static async Task<(int PostgreSql, int Ssh)> RoundTripAsync(Session session)
    {
        var output = await session.RunCommandAsync("standby", """
            for port in "$PRIMARY_PORT" 22; do
              best=
              for turn in {1..8}; do
                began=${EPOCHREALTIME/./}
                exec 3<>"/dev/tcp/$PRIMARY_HOST/$port"
                took=$((${EPOCHREALTIME/./} - began))
                [ "${best:-$took}" -lt "$took" ] || best=$took
                exec 3>&-
              done
              echo "$((best / 1000))"
            done
            """, cancellationToken: TestEnd);
        return output.StandardOutput.Split('\n') is [var first, var second, ..] ? (int.Parse(first), int.Parse(second)) : throw new InvalidOperationException(output.StandardError);
    }

    [Fact]
    [Trait("Speed", "slow")]
    public async Task A_class_of_ten_gets_its_labs_on_ten_pairs_of_hosts_at_once()
    {
        _farm = await SshFarm.StartAsync(20);
        var sessions = await Task.WhenAll(Enumerable.Range(1, 10).Select(learner => OpenAsync("streaming.what-moves", _farm.PairInventory(learner), $"learner-{learner}")));
        try
        {
            var seen = await Task.WhenAll(sessions.Select(session => session.Player!.Connections.ObserveAsync(TestEnd)));
            Assert.All(seen, one => Assert.Equal("streaming", one["standby"]!.Receiver?.Status));
            Assert.Equal(10, seen.Select(one => one["primary"]!.SystemIdentifier).Distinct().Count());
        }
        finally
        {
            foreach (var session in sessions)
                await session.DisposeAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_farm is not null)
            await _farm.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task<Session> OnFarmAsync(string lesson, bool power = false)
    {
        _farm = await SshFarm.StartAsync();
        if (!power)
            return await OpenAsync(lesson, _farm.Inventory);
        var script = Path.Combine(TestHostScript.Folder, "farm.sh");
        var inventory = Path.Combine(_farm.Folder, "with-power.yaml");
        await File.WriteAllTextAsync(inventory, (await File.ReadAllTextAsync(_farm.Inventory, TestEnd))
            .Replace("name: h2,", $"name: h2, power: {{off: \"FARM='{_farm.Folder}' '{script}' off h2\", on: \"FARM='{_farm.Folder}' '{script}' on h2\"}},"), TestEnd);
        return await OpenAsync(lesson, inventory);
    }

    private async Task<Session> OpenAsync(string lesson, string inventory, string learner = "home")
    {
        var folder = Path.Combine(_folder, learner);
        var session = await Session.OpenAsync(new TutorHome(folder, Path.Combine(folder, "labs")), ShippedCourse, $"ssh:{inventory}", TestEnd);
        await session.OpenLessonAsync(lesson, cancellationToken: TestEnd);
        return session;
    }

    private static Course ShippedCourse { get; } = CourseReader.Read(Path.Combine(TestHostScript.Repository, "lessons"));

    private static async Task UntilAsync(string what, Func<Task<bool>> condition)
    {
        var deadline = DateTimeOffset.UtcNow + Longest;
        while (!await condition())
        {
            Assert.True(DateTimeOffset.UtcNow < deadline, $"Waited {Longest.TotalSeconds:0} s until {what}.");
            await Task.Delay(100, TestEnd);
        }
    }
}
