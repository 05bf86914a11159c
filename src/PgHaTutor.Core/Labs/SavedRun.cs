using System.Text.Json;

namespace PgHaTutor.Labs;

/// <summary>Which servers ran when a checkpoint was saved, as <c>servers.json</c> in it, so that they run again after it is restored.</summary>
internal sealed record SavedRun(IReadOnlyList<SavedServer> Servers)
{
    public const string FileName = "servers.json";

    public static SavedRun? Read(string checkpoint)
    {
        var file = Path.Combine(checkpoint, FileName);
        return File.Exists(file) ? JsonSerializer.Deserialize(File.ReadAllText(file), LabJson.Default.SavedRun) : null;
    }

    public string ToJson() => JsonSerializer.Serialize(this, LabJson.Default.SavedRun);
}

/// <param name="DataDirectory">Relative to the lab's directory.</param>
/// <param name="Options">Its command-line options other than the data directory, as bash words.</param>
/// <param name="SinceStart">It was still the very process of the lesson's start.</param>
internal sealed record SavedServer(string DataDirectory, string Options, bool SinceStart);
