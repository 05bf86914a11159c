using PgHaTutor.Checks;
using PgHaTutor.Labs;

namespace PgHaTutor.LabTests.Labs;

/// <summary>The basic round of a lab on every major version that the lessons claim; skipped where its programs are not here.</summary>
public sealed class ServerVersionTests
{
    private static readonly Recipe Pair = new(
    [
        new NodeRecipe("primary", NodeRole.Primary),
        new NodeRecipe("standby", NodeRole.Standby) { Of = "primary", Slot = "standby1" },
    ]);

    private static CancellationToken TestEnd => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(13)]
    [InlineData(14)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(18)]
    public async Task I_can_watch_pause_promote_and_reset_a_pair_on_PostgreSQL(int major)
    {
        await using var site = new ATemporarySite();
        var lab = await site.Site.BuildAsync(new LabPlan("test.lesson", Pair, await Programs.OrSkipAsync(major)), cancellationToken: TestEnd);
        Check follows = new StreamingFromCheck { Id = "follows", Node = "standby", From = "primary", Slot = "standby1", Within = TimeSpan.FromSeconds(30) };
        Check keeps = new SlotCheck { Id = "keeps", Node = "primary", Slot = "standby1", Active = true, WalStatus = ["reserved"] };
        Check replays = new CaughtUpCheck { Id = "replays", Node = "standby", From = "primary" };
        Check isStandby = new RoleCheck { Id = "is-standby", Node = "standby", Expect = ServerRole.Standby };
        Check sums = new SettingCheck { Id = "sums", Node = "primary", Name = "data_checksums", Value = "on" };
        await PassAsync(lab, follows, keeps, replays, isStandby, sums);

        var seen = await lab.UntilAsync(seen => seen["primary"]!.Senders is [{ LagBytes: 0 }]);
        Assert.StartsWith($"{major}", seen["primary"]!.Version);
        Assert.Equal(("primary", 1), (seen["primary"]!.Role, seen["primary"]!.Timeline));
        Assert.Equal(("standby", 1, "not paused"), (seen["standby"]!.Role, seen["standby"]!.Timeline, seen["standby"]!.PauseState));
        Assert.Equal(new ReceiverObservation("streaming", "127.0.0.1", lab["primary"].Port, "standby1", 1), seen["standby"]!.Receiver);
        Assert.Equal("reserved", Assert.Single(seen["primary"]!.Slots).WalStatus);

        await lab.SqlAsync("standby", "select pg_wal_replay_pause()");
        await lab.UntilAsync(seen => seen["standby"]!.PauseState == "paused");

        // A promotion ends the pause too. Whoever promotes while the old primary lives has two of them.
        await lab.RunAsync("standby", "pg_ctl promote -w");
        Check isPrimary = new RoleCheck { Id = "is-primary", Node = "standby", Expect = ServerRole.Primary };
        Check isNew = new TimelineCheck { Id = "is-new", Node = "standby", AboveStart = true };
        await PassAsync(lab, isPrimary, isNew);
        seen = await lab.UntilAsync(seen => seen["standby"]!.Role == "primary");
        Assert.Equal((1, 2), (seen["primary"]!.Timeline, seen["standby"]!.Timeline));
        Assert.Contains("primary and standby", Assert.Single(seen.Contradictions));

        lab = await site.Site.RestoreAsync(lab, cancellationToken: TestEnd);
        await PassAsync(lab, follows, keeps, isStandby);
        Assert.Equal(1, (await lab.UntilAsync(seen => seen["standby"]!.Receiver is not null))["standby"]!.Timeline);
    }

    private static async Task PassAsync(Lab lab, params Check[] checks)
    {
        await using var connections = new LabConnections(lab);
        var results = await CheckRun.UntilAsync(
            checks, new HashSet<string>(), async cancel => new Look(lab, connections, await connections.ObserveAsync(cancel), TimeProvider.System), cancellationToken: TestEnd);
        Assert.All(results, result => Assert.True(result.Answer is Answer.Passed, $"{result.Check.Id} is {result.Answer}: {result.Finding.Reason}"));
    }
}
