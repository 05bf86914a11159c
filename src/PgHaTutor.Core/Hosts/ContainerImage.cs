using System.Globalization;

namespace PgHaTutor.Hosts;

/// <summary>An image that containers are made of.</summary>
/// <param name="Name">As it was asked for, for example <c>postgres:17</c>.</param>
/// <param name="Environment">What it sets for every process.</param>
public sealed record ContainerImage(string Name, IReadOnlyDictionary<string, string> Environment)
{
    /// <summary>The folders that it wants on a volume in every container.</summary>
    public IReadOnlyList<string> Volumes { get; init; } = [];

    /// <summary>The major version of its PostgreSQL, as every official image tells it; null where it does not.</summary>
    public int? Major => int.TryParse(Environment.GetValueOrDefault("PG_MAJOR"), NumberStyles.None, CultureInfo.InvariantCulture, out var major) ? major : null;

    /// <summary>The whole version where it is told, for example <c>17.2</c> of <c>17.2-1.pgdg120+1</c>; else the major one.</summary>
    public string? Version => Environment.GetValueOrDefault("PG_VERSION")?.Split('-')[0] ?? Environment.GetValueOrDefault("PG_MAJOR");

    /// <summary>Where its server programs are: a folder of its PATH that is named for PostgreSQL, as Debian has it, else where its source installs them.</summary>
    public string BinDirectory =>
        Environment.GetValueOrDefault("PATH", "").Split(':').FirstOrDefault(folder => folder.Contains("postgresql", StringComparison.Ordinal)) ?? "/usr/local/bin";
}
