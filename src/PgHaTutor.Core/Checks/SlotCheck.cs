namespace PgHaTutor.Checks;

/// <summary>A replication slot exists and is in the state that it should be in, or does not exist.</summary>
public sealed record SlotCheck : Check
{
    public required string Slot { get; init; }

    /// <summary>False demands that there is no such slot.</summary>
    public bool Exists { get; init; } = true;

    public bool? Active { get; init; }

    /// <summary>The values of wal_status that are good; empty where any is.</summary>
    public IReadOnlyList<string> WalStatus { get; init; } = [];

    protected override Task<Finding> SeeAsync(Look look, CancellationToken cancellationToken) => throw new NotImplementedException();
}
