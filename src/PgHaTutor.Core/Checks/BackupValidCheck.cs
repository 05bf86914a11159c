namespace PgHaTutor.Checks;

/// <summary>pg_verifybackup finds a base backup complete and unchanged.</summary>
public sealed record BackupValidCheck : Check
{
    /// <summary>The backup's folder on the node's host.</summary>
    public required string Path { get; init; }

    /// <summary>Do not parse the WAL that belongs to the backup.</summary>
    public bool SkipWal { get; init; }

    /// <summary>Files or folders, relative to the backup, that may differ.</summary>
    public IReadOnlyList<string> Ignore { get; init; } = [];

    protected override Task<Finding> SeeAsync(Look look, CancellationToken cancellationToken) => throw new NotImplementedException();
}
