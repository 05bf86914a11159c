namespace PgHaTutor.Checks;

/// <summary>A setting has that value, comes from that file, or waits for a restart.</summary>
public sealed record SettingCheck : Check
{
    public required string Name { get; init; }

    /// <summary>The value, as SHOW gives it or as pg_settings holds it in the setting's base unit.</summary>
    public string? Value { get; init; }

    /// <summary>A condition over <c>value</c>, the setting in its base unit.</summary>
    public Condition? Where { get; init; }

    /// <summary>The name of the file, without its folder, that the value comes from.</summary>
    public string? SourceFile { get; init; }

    public bool? PendingRestart { get; init; }

    protected override Task<Finding> SeeAsync(Look look, CancellationToken cancellationToken) => throw new NotImplementedException();
}
