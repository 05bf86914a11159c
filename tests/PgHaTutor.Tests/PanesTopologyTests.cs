using PgHaTutor.Labs;
using PgHaTutor.Ui;
using static PgHaTutor.Tests.PanesCluster;

namespace PgHaTutor.Tests;

/// <summary>The picture of the lab, as it was looked at and found right.</summary>
[Collection("screen")]
public sealed class PanesTopologyTests
{
    [Theory]
    [InlineData(38, 11)]
    [InlineData(46, 16)]
    [InlineData(60, 20)]
    [InlineData(78, 20)]
    [InlineData(24, 8)]
    public void A_pair_that_streams(int columns, int rows)
    {
        using var view = new TopologyView(new FrozenTime(Noon.AddSeconds(20)));
        using var screen = new PanesScreen(view, columns, rows);
        foreach (var second in Enumerable.Range(0, 20))
            view.Show(State(Pair(lag: second is > 5 and < 12 ? second * 9_000 : 0, second)));

        PanesApproved.Equal($"pair-{columns}x{rows}", screen.Text);
    }

    [Theory]
    [InlineData(38, 11)]
    [InlineData(78, 20)]
    public void A_standby_that_is_still_to_be_built(int columns, int rows) =>
        PanesApproved.Equal($"absent-{columns}x{rows}", Drawn(columns, rows, Seen(
            Primary() with { Slots = [Slot("standby1", active: false, kept: 17_000_000)] },
            Not("standby", 55433, NodeState.Absent))));

    [Theory]
    [InlineData(38, 11)]
    [InlineData(46, 20)]
    [InlineData(78, 20)]
    [InlineData(130, 20)]
    public void A_cascade_with_a_synchronous_standby(int columns, int rows) =>
        PanesApproved.Equal($"cascade-{columns}x{rows}", Drawn(columns, rows, Seen(
            Primary(senders: [Sender("near", 0, "sync"), Sender("other", 240_000)]) with { SynchronousStandbyNames = "near" },
            Standby("near", 55433) with { Senders = [Sender("far", 18_728)] },
            Standby("far", 55434, from: 55433) with { ReplayLsn = new Lsn(0x2FFB820), PauseState = "paused" },
            Standby("other", 55435))));

    [Theory]
    [InlineData(38, 13)]
    [InlineData(78, 20)]
    public void Two_nodes_that_both_write_are_said_in_words(int columns, int rows) =>
        PanesApproved.Equal($"rivals-{columns}x{rows}", Drawn(columns, rows, Seen(
            Primary(),
            Primary("standby", 55433) with { Timeline = 2 }) with
        {
            Contradictions = ["TWO WRITABLE PRIMARIES of one system: primary on timeline 1, standby on timeline 2."],
        }));

    [Fact]
    public void Every_state_has_its_own_word_and_frame() =>
        PanesApproved.Equal("states-60x26", Drawn(60, 26, Seen(
            Primary("a", 55432),
            Standby("b", 55433, from: null),
            Not("c", 55434, NodeState.Starting),
            Not("d", 55435, NodeState.Stopped),
            Not("e", 55436, NodeState.Absent),
            Not("f", 55437, NodeState.Unknown, "Connecting took longer than 2 s."))));

    [Theory]
    [InlineData(38, 12)]
    [InlineData(78, 20)]
    [InlineData(38, 7)]
    public void A_server_that_outlived_its_files_is_no_server_that_is_gone(int columns, int rows) =>
        PanesApproved.Equal($"orphan-{columns}x{rows}", Drawn(columns, rows, Seen(
            Primary(),
            Not("standby", 55433, NodeState.Absent, "The data directory was deleted under it: process 4711 still runs, and holds port 55433 until it notices, within a minute.") with { OrphanPid = 4711 })));

    [Fact]
    public void A_base_backup_and_a_lost_slot_are_seen() =>
        PanesApproved.Equal("clients-60x20", Drawn(60, 20, Seen(
            Primary(senders: [Sender("pg_basebackup", state: "backup"), Sender(lag: 5, state: "catchup")]) with
            {
                Slots = [Slot("gone", active: false, kept: 3_500_000_000, status: "lost")],
            },
            Standby())));

    [Fact]
    public void An_old_picture_says_how_old_it_is()
    {
        using var view = new TopologyView(new FrozenTime(Noon.AddSeconds(9)));
        using var screen = new PanesScreen(view, 60, 20);

        view.Show(State(Pair()));

        Assert.EndsWith("? as of 9 s ago", screen.Text);
    }

    [Fact]
    public void Nothing_is_claimed_before_anything_was_seen()
    {
        using var view = new TopologyView();
        using var screen = new PanesScreen(view, 60, 20);
        view.Show(State(null));

        Assert.Equal("There is no lab yet: a lesson builds it.", screen.Text.Trim());
    }

    [Fact]
    public void Two_standbys_that_follow_each_other_are_both_drawn() =>
        Assert.All(["one", "two"], name => Assert.Contains(name, Drawn(60, 20, Seen(Standby("one", 1, from: 2), Standby("two", 2, from: 1)))));

    [Fact]
    public void A_sender_belongs_to_the_standby_of_its_slot_whatever_it_calls_itself()
    {
        var topology = Topology.Of(Seen(
            Primary(senders: [Sender("walreceiver", 1, slot: "s2"), Sender("walreceiver", 2, slot: "s1")]) with { Slots = [Slot("s1"), Slot("s2")] },
            Standby("one", 55433, slot: "s1"),
            Standby("two", 55434, slot: "s2")));

        var primary = Assert.Single(topology.Roots);
        Assert.Equal([2, 1], primary.Standbys.Select(standby => standby.Feed!.LagBytes));
        Assert.Empty(primary.OtherClients);
        Assert.Empty(primary.OtherSlots);
    }

    [Fact]
    public void Of_two_nameless_senders_none_is_taken_for_the_standbys_own()
    {
        var topology = Topology.Of(Seen(Primary(senders: [Sender("walreceiver", 1), Sender("walreceiver", 2)]), Standby("one", 55433), Standby("two", 55434)));

        Assert.All(Assert.Single(topology.Roots).Standbys, standby => Assert.Null(standby.Feed!.LagBytes));
    }

    private static string Drawn(int columns, int rows, Observation observation)
    {
        using var view = new TopologyView(new FrozenTime(Noon));
        using var screen = new PanesScreen(view, columns, rows);
        view.Show(State(observation));
        return screen.Text;
    }

    private sealed class FrozenTime(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
