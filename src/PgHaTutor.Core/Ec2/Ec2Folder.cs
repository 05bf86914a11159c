using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace PgHaTutor.Ec2;

/// <summary>The part of a home that is about EC2: a folder a set, with its record, its keys and an inventory a learner.</summary>
public sealed class Ec2Folder
{
    private const UnixFileMode ForMeAlone = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const string Record = "set.json";

    private readonly string _home;
    private readonly string _path;

    /// <param name="home">The home's folder.</param>
    public Ec2Folder(string home)
    {
        _home = Path.GetFullPath(home);
        _path = Path.Combine(_home, "ec2");
    }

    /// <summary>
    /// What AWS's tags call this home. It follows from the machine and the folder, so that a home whose files were lost
    /// still finds what it has on EC2.
    /// </summary>
    public string HomeId
    {
        get
        {
            var machine = File.Exists("/etc/machine-id") ? File.ReadAllText("/etc/machine-id").Trim() : Environment.MachineName;
            return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{machine}:{_home}")))[..12];
        }
    }

    /// <summary>The sets that are written down, the oldest first. What cannot be read is left out: the tags know of it.</summary>
    public IReadOnlyList<Ec2Set> Sets() => Directory.Exists(_path)
        ? [.. Directory.EnumerateDirectories(_path).Select(Read).OfType<Ec2Set>().OrderBy(set => set.Begun)]
        : [];

    public string FolderOf(Ec2Set set) => Path.Combine(_path, set.Id);

    /// <summary>What a learner gets: the inventory, the key and the known hosts. It can be given away as it is.</summary>
    public string FolderOf(Ec2Set set, string learner) => Path.Combine(FolderOf(set), learner);

    public string InventoryOf(Ec2Set set, string learner) => Path.Combine(FolderOf(set, learner), "inventory.yaml");

    public void Write(Ec2Set set)
    {
        var file = Path.Combine(Made(FolderOf(set)), Record);
        using (var stream = File.Create($"{file}.new"))
        {
            JsonSerializer.Serialize(stream, set, Ec2Json.Default.Ec2Set);
            stream.Flush(flushToDisk: true);
        }
        File.Move($"{file}.new", file, overwrite: true);
    }

    /// <summary>Forgets a set and its keys.</summary>
    public void Remove(Ec2Set set) => Directory.Delete(FolderOf(set), recursive: true);

    /// <summary>Makes a folder that belongs to this user alone.</summary>
    public static string Made(string folder) => Directory.CreateDirectory(folder, ForMeAlone).FullName;

    /// <summary>Held by the process that makes or removes a set. The system frees it when the process dies.</summary>
    /// <exception cref="IOException">Another process holds it.</exception>
    public IDisposable Lock()
    {
        var file = Path.Combine(Made(_path), "lock");
        try
        {
            return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException held) when (File.Exists(file))
        {
            throw new IOException("Another tutor is making or removing this home's EC2 hosts. Let it finish or end it, then try again.", held);
        }
    }

    private static Ec2Set? Read(string folder)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(Path.Combine(folder, Record)), Ec2Json.Default.Ec2Set);
        }
        catch (Exception unreadable) when (unreadable is IOException or JsonException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
