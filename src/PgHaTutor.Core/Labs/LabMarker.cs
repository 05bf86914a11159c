using System.Text.Json;
using PgHaTutor.Hosts;

namespace PgHaTutor.Labs;

/// <summary>
/// What says that a directory is a lab of ours, as the file <c>pghatutor-lab.json</c> in it: all that is needed to take the lab
/// up again. It holds the lab's passwords, so it is its user's alone.
/// </summary>
internal sealed record LabMarker
{
    public const string FileName = "pghatutor-lab.json";

    /// <summary>See <see cref="Labs.Lab.TurnFile"/>.</summary>
    public const string TurnFileName = ".turn";

    public int Format { get; init; } = 1;

    /// <summary>False while the lab is built or removed; such a lab is not taken up but removed.</summary>
    public bool Complete { get; init; }

    /// <summary>The state that is being put back (<c>start</c> or a checkpoint's name); null where none is.</summary>
    public string? Restoring { get; init; }

    /// <summary>The target that it was built on; null for this machine.</summary>
    public string? Target { get; init; }

    public string Id { get; init; } = "";
    public string LessonId { get; init; } = "";

    /// <summary>Where the lab was made. A marker that was copied elsewhere marks nothing.</summary>
    public string Directory { get; init; } = "";
    public string SocketDirectory { get; init; } = "";
    public Recipe Recipe { get; init; } = new([]);
    public Installation Installation { get; init; } = new("", "", 0);
    public IReadOnlyList<int> Ports { get; init; } = [];
    public Credentials Credentials { get; init; } = new("", "", "", "");
    public IReadOnlyDictionary<string, string> Parameters { get; init; } = new Dictionary<string, string>();
    public Baseline Baseline { get; init; } = Baseline.Nothing;

    public static LabMarker Of(Lab lab) => new()
    {
        Complete = true,
        Id = lab.Id,
        LessonId = lab.LessonId,
        Directory = lab.Directory,
        SocketDirectory = lab.SocketDirectory,
        Recipe = lab.Recipe,
        Installation = lab.Nodes[0].Installation,
        Ports = [.. lab.Nodes.Select(node => node.Port)],
        Credentials = lab.Credentials,
        Parameters = lab.Parameters,
        Baseline = lab.Baseline,
    };

    /// <summary>The marker of a directory; null where there is none, or one that is not its own.</summary>
    public static LabMarker? Read(string directory)
    {
        try
        {
            using var file = File.OpenRead(Path.Combine(directory, FileName));
            var marker = JsonSerializer.Deserialize(file, LabJson.Default.LabMarker);
            return marker is { Format: 1 } && marker.Directory == Paths.Real(directory) ? marker : null;
        }
        catch (Exception foreign) when (foreign is IOException or UnauthorizedAccessException or JsonException)
        {
            return null; // What cannot be read as a marker marks nothing, and what is not marked is not touched.
        }
    }

    public Lab Lab(Host host) => new()
    {
        Id = Id,
        LessonId = LessonId,
        Directory = Directory,
        SocketDirectory = SocketDirectory,
        TurnFile = Path.Combine(Directory, TurnFileName),
        Recipe = Recipe,
        Nodes = [.. Recipe.Nodes.Zip(Ports, (node, port) => NodeOf(node.Name, host, Directory, port, Installation))],
        Credentials = Credentials,
        Parameters = Parameters,
        Baseline = Baseline,
    };

    public static Node NodeOf(string name, Host host, string labDirectory, int port, Installation installation) =>
        new(name, host, Path.Combine(labDirectory, "nodes", name), Path.Combine(labDirectory, "log", $"{name}.log"), port, installation);

    public string ToJson() => JsonSerializer.Serialize(this, LabJson.Default.LabMarker);
}
