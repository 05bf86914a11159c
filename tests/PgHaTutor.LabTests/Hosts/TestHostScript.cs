using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace PgHaTutor.LabTests.Hosts;

/// <summary>One of the scripts in <c>tests/hosts</c> that make the project's own test hosts.</summary>
public sealed class TestHostScript(string name, IReadOnlyDictionary<string, string> environment)
{
    private static readonly string[] Folders = ["/usr/sbin", "/sbin", "/usr/bin", "/bin", "/usr/local/bin"];

    private readonly string _path = Path.Combine(Folder(), name);

    /// <summary>Skips the test where this machine cannot make such hosts: Linux, root, and the tools named.</summary>
    public static void NeedOrSkip(params string[] tools)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The project's test hosts are made of Linux namespaces.");
        Assert.SkipUnless(Environment.UserName == "root", "The project's test hosts take root.");
        var missing = tools.Where(tool => !Folders.Any(folder => File.Exists(Path.Combine(folder, tool)))).ToList();
        Assert.SkipUnless(missing.Count == 0, $"The project's test hosts need {string.Join(", ", missing)}; tests/hosts/install.sh installs them.");
    }

    /// <summary>Runs it to its end and gives what it printed, without the last line's end.</summary>
    /// <exception cref="InvalidOperationException">It failed; the message is what it said.</exception>
    public async Task<string> RunAsync(IReadOnlyList<string> words, CancellationToken cancellationToken = default)
    {
        var start = new ProcessStartInfo(_path, words) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        foreach (var (variable, value) in environment)
            start.Environment[variable] = value;
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{_path} did not start.");
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        try
        {
            await process.WaitForExitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
        return process.ExitCode == 0
            ? (await output).TrimEnd('\n')
            : throw new InvalidOperationException($"{name} {string.Join(' ', words)} ended with {process.ExitCode}: {await errors}");
    }

    private static string Folder([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../hosts"));
}
