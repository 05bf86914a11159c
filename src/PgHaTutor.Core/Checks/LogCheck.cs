namespace PgHaTutor.Checks;

/// <summary>A line that the node's log gained since the lesson's start matches, or none does.</summary>
public sealed record LogCheck : Check
{
    /// <summary>The regular expression.</summary>
    public required string Contains { get; init; }

    /// <summary>No line may match.</summary>
    public bool Absent { get; init; }

    protected override Task<Finding> SeeAsync(Look look, CancellationToken cancellationToken) => throw new NotImplementedException();
}
