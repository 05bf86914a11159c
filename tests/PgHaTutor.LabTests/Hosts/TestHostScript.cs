using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace PgHaTutor.LabTests.Hosts;

/// <summary>One of the scripts in <c>tests/hosts</c> that make the project's own test hosts.</summary>
public sealed class TestHostScript(string name, IReadOnlyDictionary<string, string> environment)
{
    private static readonly string[] Folders = ["/usr/sbin", "/sbin", "/usr/bin", "/bin", "/usr/local/bin"];

    /// <summary>Each kind of tree is asked for once a run: where the mirror cannot be reached, every further question would wait for it again.</summary>
    private static readonly ConcurrentDictionary<string, Lazy<Task<string?>>> Trees = new();

    private readonly string _path = Path.Combine(Folder, name);

    /// <summary>Where the scripts lie.</summary>
    public static string Folder { get; } = Here();

    public static string Repository { get; } = Path.GetFullPath(Path.Combine(Folder, "../.."));

    /// <summary>Skips the test where this machine cannot make such hosts: Linux, root, namespaces, the tools named and a tree to boot from.</summary>
    /// <param name="tree">As <c>root.sh</c> names it.</param>
    public static async Task NeedOrSkipAsync(string tree, params string[] tools)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The project's test hosts are made of Linux namespaces.");
        Assert.SkipUnless(Environment.UserName == "root", "The project's test hosts take root.");
        var missing = tools.Where(tool => !Folders.Any(folder => File.Exists(Path.Combine(folder, tool)))).ToList();
        Assert.SkipUnless(missing.Count == 0, $"The project's test hosts need {string.Join(", ", missing)}; tests/hosts/prepare.sh installs them.");
        var trouble = await Trees.GetOrAdd(tree, kind => new(() => TroubleAsync(kind))).Value.WaitAsync(TestContext.Current.CancellationToken);
        if (trouble is not null)
            Assert.Skip(trouble);
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

    /// <summary>Why hosts of this kind cannot be on this machine; null where they can.</summary>
    private static async Task<string?> TroubleAsync(string tree)
    {
        using (var namespaces = Process.Start("unshare", ["--mount", "--pid", "--net", "--uts", "--ipc", "--fork", "true"]))
        {
            await namespaces.WaitForExitAsync();
            if (namespaces.ExitCode != 0)
                return "The project's test hosts are made of namespaces, and this machine lets not even root make them (a container?).";
        }
        try
        {
            await new TestHostScript("root.sh", new Dictionary<string, string>()).RunAsync([tree]);
            return null;
        }
        catch (InvalidOperationException failed)
        {
            return failed.Message;
        }
    }

    private static string Here([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../hosts"));
}
