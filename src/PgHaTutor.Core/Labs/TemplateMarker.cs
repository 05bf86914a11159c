using System.Text.Json;

namespace PgHaTutor.Labs;

/// <summary>What says that a directory is a template of ours, as <c>pghatutor-template.json</c> in it.</summary>
/// <remarks>
/// A template is made without waiting for the disk, because its first lab waits for it. Until its files were brought there
/// (<see cref="LabSite.CleanAsync"/>) it names the boot that made it, and after a power cut it is simply made again.
/// </remarks>
/// <param name="Credentials">The passwords that its clusters were made with, so those of every lab copied from it.</param>
/// <param name="Boot">The boot in which it was made; null once it is safely on the disk.</param>
internal sealed record TemplateMarker(Credentials Credentials, string? Boot)
{
    public const string FileName = "pghatutor-template.json";

    /// <summary>Random and new at every boot of the machine (random(4)).</summary>
    public static string ThisBoot { get; } = File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();

    public bool IsUsable => Boot is null || Boot == ThisBoot;

    public static TemplateMarker? Read(string directory)
    {
        try
        {
            using var file = File.OpenRead(Path.Combine(directory, FileName));
            return JsonSerializer.Deserialize(file, LabJson.Default.TemplateMarker);
        }
        catch (Exception foreign) when (foreign is IOException or UnauthorizedAccessException or JsonException)
        {
            return null; // As with a lab: what is not marked is not ours.
        }
    }

    public string ToJson() => JsonSerializer.Serialize(this, LabJson.Default.TemplateMarker);
}
