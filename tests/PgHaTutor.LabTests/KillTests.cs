using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace PgHaTutor.LabTests;

/// <summary>kill -9 of the program at any instant, then start again: nothing acknowledged is gone, no server is orphaned.</summary>
public sealed partial class KillTests
{
    private const string Lesson = "streaming.first-standby";
    private const int Kills = 50;

    [Fact]
    [Trait("Speed", "slow")]
    public async Task I_can_kill_the_program_fifty_times_and_lose_nothing_that_it_told_me()
    {
        var home = Path.Combine(Path.GetTempPath(), $"pghatutor-kill-{Guid.NewGuid().ToString("N")[..8]}");
        var random = new Random(20260101);
        var acknowledged = 0;
        try
        {
            for (var i = 0; i < Kills; i++)
            {
                var before = Journalled(home);
                var told = await PlayAndKillAsync(home, TimeSpan.FromMilliseconds(random.Next(50, 5000)));
                var journalled = Journalled(home).Skip(before.Count).ToList();
                Assert.True(told.Count <= journalled.Count, $"kill {i}: told of {string.Join(", ", told)}; the journal has {string.Join(", ", journalled)}");
                Assert.Equal(told, journalled.Take(told.Count));
                acknowledged += told.Count;

                var status = await TutorAsync(home, "status", "--json");
                Assert.DoesNotContain("Unhandled", status.Error);
                AssertNoOrphans(home, status.Output);
                if (random.Next(3) == 0)
                    await TutorAsync(home, "down");
            }
            // A test that killed only before anything had happened would prove nothing.
            Assert.True(acknowledged >= 10, $"Only {acknowledged} steps were acknowledged.");
        }
        finally
        {
            await TutorAsync(home, "down", "--all");
            AssertNoOrphans(home, "{}");
            Directory.Delete(home, recursive: true);
        }
    }

    /// <summary>Plays the lesson by its dialogue, and kills the program at an instant. Gives the steps that it told to have run.</summary>
    private static async Task<IReadOnlyList<string>> PlayAndKillAsync(string home, TimeSpan instant)
    {
        using var program = Start(home, "plain", Lesson);
        var told = new List<string>();
        var reading = Task.Run(async () =>
        {
            string? step = null;
            while (await program.StandardOutput.ReadLineAsync() is { } line)
                if (StepLine().Match(line) is { Success: true } begun)
                    step = begun.Groups[1].Value;
                else if (line.Contains("Exit code ", StringComparison.Ordinal) && step is not null)
                    told.Add(step);
        });
        _ = program.StandardError.ReadToEndAsync();
        try
        {
            for (var i = 0; i < 40; i++)
                await program.StandardInput.WriteLineAsync();
            await program.StandardInput.FlushAsync();
        }
        catch (IOException)
        {
            // It had already come to its end.
        }
        using var late = new CancellationTokenSource(instant);
        try
        {
            await program.WaitForExitAsync(late.Token);
        }
        catch (OperationCanceledException)
        {
            program.Kill(entireProcessTree: false);
        }
        await reading;
        await program.WaitForExitAsync();
        return told;
    }

    private static List<string> Journalled(string home)
    {
        var file = Path.Combine(home, "journal.jsonl");
        var steps = new List<string>();
        foreach (var line in File.Exists(file) ? File.ReadAllLines(file) : [])
        {
            if (!line.EndsWith('}'))
                continue; // The last line may be torn; the next start sets it aside.
            using var happened = JsonDocument.Parse(line);
            if (happened.RootElement.GetProperty("event").GetString() == "command_ran"
                && happened.RootElement.TryGetProperty("step", out var step) && step.GetString() is { } id)
                steps.Add(id);
        }
        return steps;
    }

    /// <summary>Every process that works below the home's labs belongs to a node that status shows.</summary>
    private static void AssertNoOrphans(string home, string status)
    {
        using var document = JsonDocument.Parse(status.Length == 0 ? "{}" : status);
        var known = document.RootElement.TryGetProperty("nodes", out var nodes)
            ? nodes.EnumerateArray().Select(node => node.GetProperty("data").GetString()!).ToList()
            : [];
        // A command that was under way when the program was killed may live for as long as it has to do.
        var deadline = Stopwatch.StartNew();
        var orphans = Below(Path.Combine(home, "labs"), known);
        while (orphans.Count > 0 && deadline.Elapsed < TimeSpan.FromSeconds(15))
            orphans = Below(Path.Combine(home, "labs"), known);
        Assert.Empty(orphans);
    }

    private static List<string> Below(string labs, List<string> known) =>
    [
        .. from folder in Directory.EnumerateDirectories("/proc")
           where int.TryParse(Path.GetFileName(folder), out _)
           let at = WorkingDirectory(folder)
           where at is not null && at.StartsWith(labs, StringComparison.Ordinal) && !known.Contains(at)
           select $"{Path.GetFileName(folder)} in {at}",
    ];

    private static string? WorkingDirectory(string process)
    {
        try
        {
            return new FileInfo(Path.Combine(process, "cwd")).LinkTarget;
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null; // It ended while we looked.
        }
    }

    private static async Task<(int Exit, string Output, string Error)> TutorAsync(string home, params string[] words)
    {
        using var program = Start(home, words);
        program.StandardInput.Close();
        var output = program.StandardOutput.ReadToEndAsync();
        var error = program.StandardError.ReadToEndAsync();
        using var late = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        await program.WaitForExitAsync(late.Token);
        return (program.ExitCode, await output, await error);
    }

    private static Process Start(string home, params string[] words)
    {
        var start = new ProcessStartInfo(TutorProgram.File)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var word in words)
            start.ArgumentList.Add(word);
        start.Environment["PGHATUTOR_HOME"] = home;
        start.Environment["PGHATUTOR_LAUNCHER"] = Path.Combine(Root(AppContext.BaseDirectory), "tutor");
        return Process.Start(start)!;
    }

    private static string Root(string from) =>
        File.Exists(Path.Combine(from, "PgHaTutor.sln")) ? from : Root(Path.GetDirectoryName(from)!);

    [GeneratedRegex(@"Step \d+ of \d+, ([\w-]+),")]
    private static partial Regex StepLine();
}
