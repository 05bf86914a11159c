using PgHaTutor.Labs;
using PgHaTutor.Lessons;
using PgHaTutor.Progress;
using PgHaTutor.Sessions;

namespace PgHaTutor.Tests;

/// <summary>Observations of clusters, as the tests of the panes need them.</summary>
internal static class PanesCluster
{
    public static DateTimeOffset Noon { get; } = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    public static Observation Seen(params NodeObservation[] nodes) => new(Noon, nodes, []);

    public static NodeObservation Primary(string name = "primary", int port = 55432, params SenderObservation[] senders) => new(name, NodeState.Running)
    {
        Port = port,
        InRecovery = false,
        SystemIdentifier = "7300000000000000001",
        Timeline = 1,
        Lsn = new Lsn(0x3000148),
        Senders = senders,
    };

    public static NodeObservation Standby(string name = "standby", int port = 55433, int? from = 55432, string? slot = null) => new(name, NodeState.Running)
    {
        Port = port,
        InRecovery = true,
        SystemIdentifier = "7300000000000000001",
        Timeline = 1,
        ReceiveLsn = new Lsn(0x3000148),
        ReplayLsn = new Lsn(0x3000148),
        PauseState = "not paused",
        Receiver = from is null ? null : new ReceiverObservation("streaming", "127.0.0.1", from, slot, 1),
    };

    public static SenderObservation Sender(string name = "standby", long lag = 0, string sync = "async", string state = "streaming", string? slot = null) =>
        new(4711, name, state, sync) { LagBytes = lag, Slot = slot };

    public static SlotObservation Slot(string name, bool active = true, long kept = 0, string status = "reserved") =>
        new(name, "physical", active, active ? 4711 : null, status) { RetainedBytes = kept };

    public static NodeObservation Not(string name, int port, NodeState state, string? problem = null) => new(name, state) { Port = port, Problem = problem };

    /// <summary>A pair that streams through a slot.</summary>
    public static Observation Pair(long lag = 0, int second = 0) => Seen(
        Primary(senders: Sender(lag: lag, slot: "standby1")) with { Slots = [Slot("standby1")] },
        Standby(slot: "standby1")) with { At = Noon.AddSeconds(second) };

    public static SessionState State(Observation? observation) =>
        new(new Course([], []), LearnerProgress.Nothing) { Observation = observation };
}
