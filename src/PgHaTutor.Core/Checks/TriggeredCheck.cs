namespace PgHaTutor.Checks;

/// <summary>After something was done on the node, another check passes within its time.</summary>
public sealed record TriggeredCheck : Check
{
    /// <summary>What to do in SQL; null where <see cref="Sh"/> says it.</summary>
    public string? Sql { get; init; }

    /// <summary>What to do with bash on the node's host.</summary>
    public string? Sh { get; init; }

    public required Check Then { get; init; }

    protected override Task<Finding> SeeAsync(Look look, CancellationToken cancellationToken) => throw new NotImplementedException();
}
