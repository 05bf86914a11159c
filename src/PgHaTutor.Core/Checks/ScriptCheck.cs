namespace PgHaTutor.Checks;

/// <summary>A bash script on the node's host says so: exit code 0 is passed, 1 failed, all else cannot be told.</summary>
public sealed record ScriptCheck : Check
{
    public required string Run { get; init; }

    protected override Task<Finding> SeeAsync(Look look, CancellationToken cancellationToken) => throw new NotImplementedException();
}
