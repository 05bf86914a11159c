using System.Diagnostics;
using PgHaTutor.Hosts;

namespace PgHaTutor.Bench;

/// <summary>A command on an open SSH host against plain ssh over a connection of its own that is open, too; on a test host, near and far.</summary>
internal static class SshFigures
{
    private const int Rounds = 60;

    /// <summary>Milliseconds that a command may take longer than plain ssh.</summary>
    private const double Allowed = 15;

    public static async Task<IReadOnlyList<Measurement>> MeasureAsync(BenchFolder folder)
    {
        using var farm = new BenchFarm(Path.Combine(folder.Path, "farm"));
        var figures = new List<Measurement>();
        figures.AddRange(await CompareAsync(farm, "", Rounds));
        farm.Run("delay", "h1", "25");
        figures.AddRange(await CompareAsync(farm, ", 50 ms round trip", Rounds / 3));
        return figures;
    }

    private static async Task<IReadOnlyList<Measurement>> CompareAsync(BenchFarm farm, string where, int rounds)
    {
        await using var host = await SshHost.OfAsync("h1", new SshTarget("h1") { ConfigFile = farm.Config }, "postgres");
        var socket = Path.Combine(farm.Folder, where.Length == 0 ? "plain" : "far");
        using var master = Start(farm, "-M", "-N", "-S", socket, "h1");
        while (!File.Exists(socket))
            await Task.Delay(10);
        await host.OpenAsync();

        List<double> plain = [], asUser = [], row = [], calm = [];
        for (var i = 0; i < rounds + 5; i++)
        {
            plain.Add(await Measurement.TimeAsync(() => RunAsync(farm, "-S", socket, "h1", "true")));
            asUser.Add(await Measurement.TimeAsync(() => RunAsync(farm, "-S", socket, "h1", "sudo -n -u postgres bash -c true")));
        }
        for (var i = 0; i < rounds + 5; i++)
            row.Add(await Measurement.TimeAsync(() => host.RunAsync(new Script("true"))));
        for (var i = 0; i < rounds + 5; i++)
        {
            await Task.Delay(300);
            calm.Add(await Measurement.TimeAsync(() => host.RunAsync(new Script("true"))));
        }
        master.Kill();
        var floor = Median(plain);
        var note = $"limit: plain ssh, {floor:0.0} ms, and {Allowed:0} ms; with sudo and bash plain ssh takes {Median(asUser):0.0} ms";
        return
        [
            new($"a command by ssh{where}", Median(calm), null, floor + Allowed, note),
            new($"commands by ssh without a pause{where}", Median(row), null, floor + Allowed, note),
        ];
    }

    /// <summary>Without the first rounds, which compile code and fill caches.</summary>
    private static double Median(List<double> values) => Measurement.Median(values.Skip(5));

    private static async Task RunAsync(BenchFarm farm, params string[] words)
    {
        using var ssh = Start(farm, words);
        await ssh.StandardOutput.ReadToEndAsync();
        await ssh.WaitForExitAsync();
        if (ssh.ExitCode != 0)
            throw new InvalidOperationException($"ssh {string.Join(' ', words)} ended with {ssh.ExitCode}.");
    }

    private static Process Start(BenchFarm farm, params string[] words) =>
        Process.Start(new ProcessStartInfo("ssh", ["-F", farm.Config, .. words]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
}
