using System.Text.Json;
using System.Text.Json.Serialization;

namespace PgHaTutor.Labs;

/// <summary>
/// What this machine remembers of a lab on other hosts, as <c>ID.json</c> in the site's folder: written before anything is made there,
/// so that a crash leaves nothing that a later start would not know as ours, and readable while a host is away.
/// </summary>
internal sealed record RemoteRecord
{
    public LabMarker Marker { get; init; } = new();

    /// <summary>The programs of each node, in the order of the recipe: hosts may differ in where they lie.</summary>
    public IReadOnlyList<Installation> Installations { get; init; } = [];

    /// <summary>The name of each node's host, in the order of the recipe: the target may deal its nodes otherwise by now.</summary>
    public IReadOnlyList<string> Hosts { get; init; } = [];

    /// <summary>False while the lab is built, reset or removed, or where that was cut off.</summary>
    [JsonIgnore]
    public bool IsFinished => Marker is { Complete: true, Restoring: null };

    /// <summary>Checkpoint → the nodes whose server was still the very process of the lesson's start when it was saved.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Checkpoints { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>The nodes to whose host something was let happen that has not been taken back.</summary>
    public IReadOnlyList<string> Troubled { get; init; } = [];

    public static RemoteRecord? Read(string file)
    {
        try
        {
            using var stream = File.OpenRead(file);
            // What an earlier version of the program did not write yet is null.
            return JsonSerializer.Deserialize(stream, LabJson.Default.RemoteRecord) is { Marker: { Format: 1, Id.Length: > 0 } } record ? record with { Hosts = record.Hosts ?? [] } : null;
        }
        catch (Exception foreign) when (foreign is IOException or UnauthorizedAccessException or JsonException)
        {
            return null; // As with a marker: what cannot be read as ours is not ours.
        }
    }

    /// <summary>Whole or not at all; its passwords are its user's alone.</summary>
    public void Write(string file)
    {
        var unfinished = $"{file}.new";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var stream = new FileStream(unfinished, options))
            JsonSerializer.Serialize(stream, this, LabJson.Default.RemoteRecord);
        File.Move(unfinished, file, overwrite: true);
    }
}
