namespace PgHaTutor.Checks;

/// <summary>The node is on that timeline, or on one that branched off after the lesson's start.</summary>
public sealed record TimelineCheck : Check
{
    /// <summary>The timeline that it must be on.</summary>
    public int? EqualTo { get; init; }

    /// <summary>A timeline above that of the start, whose history names that one as an ancestor: a real promotion.</summary>
    public bool AboveStart { get; init; }

    protected override Task<Finding> SeeAsync(Look look, CancellationToken cancellationToken) => throw new NotImplementedException();
}
