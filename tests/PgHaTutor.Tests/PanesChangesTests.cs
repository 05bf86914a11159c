using PgHaTutor.Labs;
using PgHaTutor.Ui;
using static PgHaTutor.Tests.PanesCluster;

namespace PgHaTutor.Tests;

/// <summary>What a step changed is said in sentences; what is not known is not called a change.</summary>
[Collection("screen")]
public sealed class PanesChangesTests
{
    [Fact]
    public void Nothing_changed_where_nothing_did() => Assert.Empty(Changes.Of(Pair(), Pair(second: 5)));

    [Fact]
    public void A_new_standby_is_seen_at_both_ends() => Assert.Equal(
        [
            "primary: +18,728 bytes of WAL, to 0/3004A70",
            "primary: a sender for standby appeared, streaming, async",
            "primary: slot standby1 created, active",
            "standby: absent → running, standby",
            "standby: a WAL receiver appeared, streaming, from port 55432, slot standby1",
        ],
        Changes.Of(
            Seen(Primary(), Not("standby", 55433, NodeState.Absent)),
            Seen(Primary(senders: Sender()) with { Lsn = new Lsn(0x3000148 + 18_728), Slots = [Slot("standby1")] }, Standby(slot: "standby1"))));

    [Fact]
    public void A_promotion_shows_the_role_the_timeline_and_the_lost_stream() => Assert.Equal(
        [
            "primary: running, primary → stopped",
            "standby: running, standby → running, primary: it was promoted",
            "standby: timeline 1 → 2",
            "standby: its WAL receiver is gone",
        ],
        Changes.Of(
            Pair(),
            Seen(Not("primary", 55432, NodeState.Stopped), Primary("standby", 55433) with { Timeline = 2 })));

    [Fact]
    public void A_node_that_cannot_be_asked_is_not_said_to_have_lost_anything() =>
        Assert.Equal(["primary: running, primary → unknown"], Changes.Of(Pair(), Pair() with { Nodes = [Not("primary", 55432, NodeState.Unknown), Standby(slot: "standby1")] }));

    [Fact]
    public void What_comes_back_from_the_unknown_is_not_called_new() =>
        Assert.Equal(["primary: unknown → running, primary"], Changes.Of(Pair() with { Nodes = [Not("primary", 55432, NodeState.Unknown), Standby(slot: "standby1")] }, Pair()));

    [Fact]
    public void Slots_senders_and_settings_are_followed() => Assert.Equal(
        [
            "primary: restarted",
            "primary: synchronous_standby_names '' → 'standby'",
            "primary: sender for standby: streaming, async → streaming, sync",
            "primary: the sender for pg_basebackup is gone",
            "primary: slot a: active → inactive, extended",
            "primary: slot b dropped",
            "standby: replay not paused → paused",
            "standby: replayed +8 bytes, to 0/3000150",
            "standby: receives from port 55440 instead of 55432",
            "standby: receives through slot s2 instead of no slot",
        ],
        Changes.Of(
            Seen(
                Primary(senders: [Sender(), Sender("pg_basebackup", state: "backup")]) with { StartedAt = Noon, SynchronousStandbyNames = "", Slots = [Slot("a"), Slot("b")] },
                Standby()),
            Seen(
                Primary(senders: Sender(sync: "sync")) with { StartedAt = Noon.AddSeconds(1), SynchronousStandbyNames = "standby", Slots = [Slot("a", active: false, status: "extended")] },
                Standby(from: 55440, slot: "s2") with { PauseState = "paused", ReplayLsn = new Lsn(0x3000150) })));

    [Fact]
    public void A_cluster_that_was_built_anew_is_a_different_system_and_its_LSN_is_not_compared() =>
        Assert.Equal(
            ["primary: a different system now: identifier 7300000000000000001 → 7300000000000000002"],
            Changes.Of(Seen(Primary()), Seen(Primary() with { SystemIdentifier = "7300000000000000002", Lsn = new Lsn(1) })));

    [Fact]
    public void A_contradiction_is_loud_and_its_end_is_told()
    {
        var torn = Pair() with { Contradictions = ["TWO WRITABLE PRIMARIES of one system."] };

        Assert.Equal(["CONTRADICTION: TWO WRITABLE PRIMARIES of one system."], Changes.Of(Pair(), torn));
        Assert.Equal(["no longer: TWO WRITABLE PRIMARIES of one system."], Changes.Of(torn, Pair()));
    }

    [Fact]
    public void WAL_that_was_written_after_a_step_is_not_told_as_the_steps_and_its_reconnect_is()
    {
        var atItsEnd = Seen(Primary() with { Lsn = new Lsn(0x3000200) }, Standby(from: null) with { ReplayLsn = new Lsn(0x3000148) });
        var later = Seen(
            Primary(senders: Sender()) with { Lsn = new Lsn(0x3009000), Slots = [Slot("standby1")] },
            Standby(slot: "standby1") with { ReplayLsn = new Lsn(0x3009000), ReceiveLsn = new Lsn(0x3009000) });

        Assert.Equal(
            [
                "primary: +184 bytes of WAL, to 0/3000200",
                "primary: a sender for standby appeared, streaming, async",
                "primary: slot standby1 created, active",
                "standby: replayed +184 bytes, to 0/3000200",
                "standby: a WAL receiver appeared, streaming, from port 55432, slot standby1",
            ],
            Changes.Of(Seen(Primary(), Standby(from: null)), later.AtPositionsOf(atItsEnd)));
    }

    [Fact]
    public void The_view_wraps_what_does_not_fit()
    {
        using var view = new ChangesView();
        using var screen = new PanesScreen(view, 40, 10);
        view.Show(Pair(), Seen(Not("primary", 55432, NodeState.Stopped), Primary("standby", 55433) with { Timeline = 2 }));

        PanesApproved.Equal("changes-40x10", screen.Text);
    }
}
