namespace PgHaTutor.Hosts;

/// <summary>Paths as the kernel names them: without symbolic links, so that they can be compared with a process's folder.</summary>
internal static class Paths
{
    public static string Real(string path)
    {
        var real = "/";
        foreach (var part in Path.GetFullPath(path).Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            var next = Path.Combine(real, part);
            real = new FileInfo(next).LinkTarget is { } target ? Real(Path.Combine(real, target)) : next;
        }
        return real;
    }

    public static bool IsBelow(string path, string folder) =>
        path == folder || path.StartsWith(folder.TrimEnd('/') + "/", StringComparison.Ordinal);
}
