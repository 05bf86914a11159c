using System.Text.Json.Serialization;

namespace PgHaTutor.Labs;

/// <summary>How the files of labs are written, without reflection.</summary>
[JsonSourceGenerationOptions(
    WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UseStringEnumConverter = true)]
[JsonSerializable(typeof(LabMarker))]
[JsonSerializable(typeof(TemplateMarker))]
[JsonSerializable(typeof(SavedRun))]
[JsonSerializable(typeof(RemoteRecord))]
[JsonSerializable(typeof(Credentials))]
internal sealed partial class LabJson : JsonSerializerContext;
