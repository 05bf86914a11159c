using System.Text.Json;

namespace PgHaTutor.Labs;

/// <summary>What says that a directory is a template of ours, as <c>pghatutor-template.json</c> in it.</summary>
/// <param name="SocketDirectory">Where its servers listened while it was made.</param>
/// <param name="Credentials">The passwords that its clusters were made with, so those of every lab copied from it.</param>
internal sealed record TemplateMarker(string SocketDirectory, Credentials Credentials)
{
    public const string FileName = "pghatutor-template.json";

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
