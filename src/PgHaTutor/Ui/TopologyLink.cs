using PgHaTutor.Labs;

namespace PgHaTutor.Ui;

/// <summary>WAL that flows from one node to another: what either end says of it. Null is "not known".</summary>
internal sealed record TopologyLink(string From, string To)
{
    public ReceiverObservation? Receiver { get; init; }
    public SenderObservation? Sender { get; init; }
    public SlotObservation? Slot { get; init; }

    /// <summary>The sender's word for how it goes, else the receiver's.</summary>
    public string State => Sender?.State ?? Receiver?.Status ?? "state unknown";

    public bool IsStreaming => State == "streaming";

    public string? SyncState => Sender?.SyncState;

    public string? SlotName => Slot?.Name ?? Receiver?.Slot ?? Sender?.Slot;

    /// <summary>Bytes that the standby's replay is behind.</summary>
    public long? LagBytes => Sender?.LagBytes;
}
