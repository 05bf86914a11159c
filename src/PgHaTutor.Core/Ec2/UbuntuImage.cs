using System.Globalization;
using System.Text.RegularExpressions;

namespace PgHaTutor.Ec2;

/// <summary>One of Canonical's server images.</summary>
/// <param name="Release">Such as <c>24.04</c>.</param>
/// <param name="Created">As EC2 writes it (ISO 8601, UTC), so that texts compare as times do.</param>
internal sealed partial record UbuntuImage(string Id, string Name, string Release, string RootDevice, string Created)
{
    /// <summary>Canonical's account: https://documentation.ubuntu.com/aws/aws-how-to/instances/find-ubuntu-images/</summary>
    public const string Owner = "099720109477";

    public const string NamePattern = "ubuntu/images/hvm-ssd*/ubuntu-*-??.04-*-server-*";

    /// <returns>Null where the name is not that of a server image of a release with long-term support.</returns>
    public static UbuntuImage? Of(string id, string name, string? rootDevice, string created) =>
        ServerName().Match(name) is { Success: true } match && Year(match.Groups[1].Value) % 2 == 0
            ? new UbuntuImage(id, name, match.Groups[1].Value, rootDevice ?? "/dev/sda1", created)
            : null;

    /// <summary>The newest image of the wished release; of the current one where none is wished.</summary>
    /// <remarks>A release counts from the August of its year, when its first point release comes and Ubuntu itself offers it to users of the one before.</remarks>
    public static UbuntuImage? Choose(IEnumerable<UbuntuImage> images, string? release, DateTimeOffset now) => images
        .Where(image => release is null ? now >= new DateTimeOffset(Year(image.Release), 8, 1, 0, 0, 0, TimeSpan.Zero) : image.Release == release)
        .OrderByDescending(image => Year(image.Release))
        .ThenByDescending(image => image.Created, StringComparer.Ordinal)
        .FirstOrDefault();

    private static int Year(string release) => 2000 + int.Parse(release.AsSpan(0, 2), CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^ubuntu/images/hvm-ssd(?:-gp\d)?/ubuntu-[a-z]+-(\d\d\.04)-(?:amd64|arm64)-server-[\d.]+$")]
    private static partial Regex ServerName();
}
