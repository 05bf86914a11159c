using System.Diagnostics;
using System.Globalization;

namespace PgHaTutor.Bench;

/// <summary>Two test hosts that ssh reaches (tests/hosts/farm.sh); gone when disposed. It takes root.</summary>
internal sealed class BenchFarm : IDisposable
{
    public BenchFarm(string folder)
    {
        Folder = folder;
        Run("up", "2");
    }

    public string Folder { get; }

    /// <summary>As <c>ssh -F</c> takes it.</summary>
    public string Config => Path.Combine(Folder, "ssh_config");

    public string Inventory => Path.Combine(Folder, "inventory.yaml");

    public void Run(params string[] words)
    {
        var start = new ProcessStartInfo(Path.Combine(Checkout.Root, "tests", "hosts", "farm.sh"), words) { RedirectStandardOutput = true };
        start.Environment["FARM"] = Folder;
        start.Environment["OWNER"] = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        using var farm = Process.Start(start)!;
        farm.StandardOutput.ReadToEnd();
        farm.WaitForExit();
        if (farm.ExitCode != 0)
            throw new InvalidOperationException($"farm.sh {string.Join(' ', words)} ended with {farm.ExitCode}.");
    }

    public void Dispose() => Run("down");
}
