using System.Diagnostics;
using System.Globalization;

namespace PgHaTutor.Bench;

/// <summary>The screen as a person meets it, in a terminal of its own: first frame, key to frame, memory, idle cost.</summary>
internal static class ScreenFigures
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <param name="program">The published program.</param>
    /// <param name="label">How it was built, for the table.</param>
    /// <param name="lesson">A lesson whose lab stands while the screen is measured.</param>
    public static async Task<IReadOnlyList<Measurement>> MeasureAsync(string program, string label, string launcher, BenchFolder folder, string lesson, int starts)
    {
        var terminal = new BenchTerminal(program, launcher, folder, $"home-{label.Replace(' ', '-')}");
        var (frames, bare) = (new List<double>(), new List<double>());
        for (var i = 0; i < starts; i++)
        {
            frames.Add(FirstFrame(terminal));
            bare.Add(await Measurement.TimeAsync(() => terminal.RunAsync("--version")));
        }
        await terminal.RunAsync("up", lesson);
        try
        {
            return
            [
                new($"first frame, {label}", Measurement.Median(frames), null, 600, $"median of {starts}, spawn to the help line, {frames.Min():0} to {frames.Max():0} ms; floor {Measurement.Median(bare):0} ms, the program's --version"),
                .. Live(terminal, label),
            ];
        }
        finally
        {
            await terminal.RunAsync("down", "--all");
        }
    }

    private static double FirstFrame(BenchTerminal tutor)
    {
        using var terminal = tutor.Open();
        var shown = terminal.Wait("Ctrl-Q", terminal.StartedAt, Patience) ?? throw new InvalidOperationException($"No first frame: {terminal.Text}");
        return shown.TotalMilliseconds;
    }

    private static IEnumerable<Measurement> Live(BenchTerminal tutor, string label)
    {
        using var terminal = tutor.Open();
        _ = terminal.Wait("streaming", terminal.StartedAt, Patience) ?? throw new InvalidOperationException("The lab's picture did not appear.");
        Thread.Sleep(2000); // Idle means idle: what starting caused has to be over.
        var (cpu, began) = (Cpu(terminal.Pid), Stopwatch.GetTimestamp());
        Thread.Sleep(5000);
        var idle = (Cpu(terminal.Pid) - cpu) / Stopwatch.GetElapsedTime(began).TotalSeconds * 100;
        var floor = Echo();
        terminal.Type("\x1b[17~"); // F6, the console
        Thread.Sleep(300);
        var quiet = Keys(terminal, 60);
        // All at once they would be through before the second key.
        terminal.Type("\x15");
        Thread.Sleep(300);
        terminal.Type("for part in $(seq 400); do seq 1 500; sleep 0.02; done");
        // Enter by itself: what comes in one piece with the text would count as pasted.
        Thread.Sleep(500);
        terminal.Type("\r");
        Thread.Sleep(100);
        var busy = Keys(terminal, 60);
        // Not "done in": a blank that stood there before is not sent again.
        _ = terminal.Wait("done", Stopwatch.GetTimestamp(), Patience) ?? throw new InvalidOperationException("The lines had ended before the last key was typed.");
        var memory = Status(terminal.Pid, "VmRSS:") / 1024.0;
        yield return new($"key to frame, idle, median, {label}", Measurement.Median(quiet), null, 35, $"floor {Measurement.Median(floor):0.0} ms, bash echoing at its prompt");
        yield return new($"key to frame, idle, p95, {label}", Measurement.Percentile(quiet, 0.95), null, 100, $"floor {Measurement.Percentile(floor, 0.95):0.0} ms");
        yield return new($"key to frame, 200,000 lines stream, median, {label}", Measurement.Median(busy), null, 35, "");
        yield return new($"key to frame, 200,000 lines stream, p95, {label}", Measurement.Percentile(busy, 0.95), null, 100, "");
        yield return new($"memory after that, {label}", memory, null, 200, "resident") { Unit = "MB" };
        yield return new($"idle, live picture on, {label}", idle, null, 5, "of one core") { Unit = "% " };
    }

    /// <summary>What the terminal itself and the machine's other work cost: the same keys at the prompt of a shell.</summary>
    private static List<double> Echo()
    {
        using var terminal = new PseudoTerminal("bash", ["--norc", "--noprofile", "-i"], new Dictionary<string, string> { ["PATH"] = Environment.GetEnvironmentVariable("PATH")!, ["TERM"] = "xterm-256color", ["PS1"] = "ready" });
        _ = terminal.Wait("ready", terminal.StartedAt, Patience) ?? throw new InvalidOperationException($"No prompt of bash: {terminal.Text}");
        return Keys(terminal, 60);
    }

    /// <summary>Types one letter after the other at the prompt, each when the one before stands on the screen.</summary>
    private static List<double> Keys(PseudoTerminal terminal, int count)
    {
        var times = new List<double>();
        var random = new Random(1);
        for (var i = 0; i < count; i++)
        {
            // Not in step with the program's own rhythm, as a person is not.
            Thread.Sleep(random.Next(20, 90));
            // Letters that stand in no LSN and end no escape sequence: what is seen is the echo.
            var letter = "jkwyzv"[i % 6].ToString();
            terminal.Forget();
            var at = Stopwatch.GetTimestamp();
            terminal.Type(letter);
            times.Add((terminal.Wait(letter, at, TimeSpan.FromSeconds(5)) ?? TimeSpan.FromSeconds(5)).TotalMilliseconds);
        }
        return times;
    }

    private static double Cpu(int pid)
    {
        var fields = File.ReadAllText($"/proc/{pid}/stat").Split(") ")[1].Split(' ');
        return (double.Parse(fields[11], CultureInfo.InvariantCulture) + double.Parse(fields[12], CultureInfo.InvariantCulture)) / 100;
    }

    private static double Status(int pid, string field) => double.Parse(
        File.ReadLines($"/proc/{pid}/status").First(line => line.StartsWith(field, StringComparison.Ordinal)).Split(':')[1].Replace("kB", "", StringComparison.Ordinal).Trim(),
        CultureInfo.InvariantCulture);
}
