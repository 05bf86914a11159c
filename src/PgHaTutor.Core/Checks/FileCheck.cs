namespace PgHaTutor.Checks;

/// <summary>A file or folder on the node's host is there (or is not), with that mode, owner and content.</summary>
public sealed record FileCheck : Check
{
    public required string Path { get; init; }

    public bool Exists { get; init; } = true;

    /// <summary>The permissions that are good, in octal; empty where any are.</summary>
    public IReadOnlyList<string> Mode { get; init; } = [];

    /// <summary>It must belong to the OS user that the servers run as.</summary>
    public bool OwnedByServer { get; init; }

    /// <summary>A regular expression that the content must match.</summary>
    public string? Contains { get; init; }

    /// <summary>A regular expression that the content must not match.</summary>
    public string? Lacks { get; init; }

    protected override Task<Finding> SeeAsync(Look look, CancellationToken cancellationToken) => throw new NotImplementedException();
}
