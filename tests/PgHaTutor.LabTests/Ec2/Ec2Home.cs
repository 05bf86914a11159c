using System.Diagnostics;
using System.Text;

namespace PgHaTutor.LabTests.Ec2;

/// <summary>A learner's home and the real program run in it, with credentials and an endpoint that are no account's. Nothing but loopback is reached.</summary>
public sealed class Ec2Home(Uri endpoint) : IDisposable
{
    public string Folder { get; } = Directory.CreateTempSubdirectory("pght-ec2-").FullName;

    /// <summary>Variables in place of those of a usual learner; null takes one away.</summary>
    public Dictionary<string, string?> Environment { get; } = [];

    /// <summary>Runs <c>tutor ec2</c> with these words.</summary>
    public async Task<CommandsRun> RunAsync(params string[] words)
    {
        using var process = Start(words);
        return await CommandsHome.EndAsync(process);
    }

    /// <summary>Runs any verb, with the shipped course.</summary>
    public async Task<CommandsRun> ProgramAsync(params string[] words)
    {
        using var process = StartProgram(words);
        return await CommandsHome.EndAsync(process);
    }

    public Process Start(params string[] words) => StartProgram(["ec2", .. words]);

    private Process StartProgram(string[] words)
    {
        var start = new ProcessStartInfo(CommandsHome.Program, words)
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, StandardOutputEncoding = Encoding.UTF8,
        };
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("AWS_", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(name);
        start.Environment["PGHATUTOR_HOME"] = Folder;
        start.Environment["PGHATUTOR_EC2_PACE"] = "0.08";
        start.Environment["AWS_ENDPOINT_URL_EC2"] = endpoint.ToString();
        start.Environment["AWS_REGION"] = "us-east-1";
        start.Environment["AWS_ACCESS_KEY_ID"] = "AKIDEXAMPLE";
        start.Environment["AWS_SECRET_ACCESS_KEY"] = "secret";
        start.Environment["AWS_EC2_METADATA_DISABLED"] = "true";
        start.Environment["AWS_CONFIG_FILE"] = start.Environment["AWS_SHARED_CREDENTIALS_FILE"] = Path.Combine(Folder, "no-aws");
        foreach (var (name, value) in Environment)
            start.Environment[name] = value;
        return Process.Start(start)!;
    }

    /// <summary>Files below the folder of the home's only set.</summary>
    public IReadOnlyList<string> Files(string pattern) =>
        Directory.Exists(Path.Combine(Folder, "ec2")) ? [.. Directory.EnumerateFiles(Path.Combine(Folder, "ec2"), pattern, SearchOption.AllDirectories).Order(StringComparer.Ordinal)] : [];

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
