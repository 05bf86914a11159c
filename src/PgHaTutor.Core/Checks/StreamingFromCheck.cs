namespace PgHaTutor.Checks;

/// <summary>The node really follows that upstream, proved by a random row and not by looks.</summary>
public sealed record StreamingFromCheck : Check
{
    /// <summary>The upstream node.</summary>
    public required string From { get; init; }

    /// <summary>The slot that the stream must use; <c>any</c> demands some slot, null none.</summary>
    public string? Slot { get; init; }

    protected override Task<Finding> SeeAsync(Look look, CancellationToken cancellationToken) => throw new NotImplementedException();
}
