using PgHaTutor.Hosts;

namespace PgHaTutor.Bench;

/// <summary>A folder for one run of the benchmark, that the servers' OS user can reach; gone afterwards.</summary>
internal sealed class BenchFolder : IDisposable
{
    public BenchFolder()
    {
        Path = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"pghatutor-bench-{Guid.NewGuid().ToString("N")[..8]}");
        Directory.CreateDirectory(Path).UnixFileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
            | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
            | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;
    }

    public string Path { get; }

    public LocalHost Host { get; } = new LocalHost();

    /// <summary>A sub folder, made by the servers' OS user itself.</summary>
    public string Make(string name)
    {
        var folder = System.IO.Path.Combine(Path, name);
        var made = Host.RunAsync(new Script($"mkdir -p '{folder}'")).GetAwaiter().GetResult();
        return made.Succeeded ? folder : throw new InvalidOperationException(made.StandardError);
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
