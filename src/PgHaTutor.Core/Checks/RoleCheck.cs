namespace PgHaTutor.Checks;

/// <summary>The node is what it should be: a primary that accepts writes, or a standby that will still be one after a restart.</summary>
public sealed record RoleCheck : Check
{
    public required ServerRole Expect { get; init; }

    protected override Task<Finding> SeeAsync(Look look, CancellationToken cancellationToken) => throw new NotImplementedException();
}
