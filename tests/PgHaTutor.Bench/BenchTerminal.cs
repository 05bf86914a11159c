using System.Diagnostics;

namespace PgHaTutor.Bench;

/// <summary>The published program in a home of its own: its verbs by plain processes, its screen in a pseudo-terminal.</summary>
internal sealed class BenchTerminal(string program, string launcher, BenchFolder folder, string home, string? course = null)
{
    private readonly Dictionary<string, string> _environment = new()
    {
        ["PATH"] = Environment.GetEnvironmentVariable("PATH")!,
        ["HOME"] = folder.Path,
        ["TERM"] = "xterm-256color",
        ["COLORTERM"] = "truecolor",
        ["LANG"] = "C.UTF-8",
        ["PGHATUTOR_HOME"] = Path.Combine(folder.Path, home),
        ["PGHATUTOR_LAUNCHER"] = launcher,
        ["PGHATUTOR_LESSONS"] = course ?? Path.Combine(Path.GetDirectoryName(launcher)!, "lessons"),
        ["DOTNET_ROOT"] = Environment.GetEnvironmentVariable("DOTNET_ROOT") ?? "",
    };

    public PseudoTerminal Open() => new(program, [], _environment.Where(pair => pair.Value.Length > 0).ToDictionary());

    public async Task<string> RunAsync(params string[] words)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var word in words)
            start.ArgumentList.Add(word);
        foreach (var (name, value) in _environment.Where(pair => pair.Value.Length > 0))
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var said = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? output
            : throw new InvalidOperationException($"tutor {string.Join(' ', words)} ended with {process.ExitCode}: {await said}");
    }
}
