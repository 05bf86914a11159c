using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using PgHaTutor.Hosts;
using PgHaTutor.Lessons;
using PgHaTutor.Progress;

namespace PgHaTutor.LabTests;

/// <summary>
/// kill -9 of the program at any instant, then start again: nothing acknowledged is gone, no server is orphaned, and what stands
/// beside the lab is as it was.
/// </summary>
public sealed partial class KillTests
{
    private const string Lesson = "streaming.first-standby";
    private const int Kills = 50;

    /// <summary>Half of the time the lesson is played; the rest is what builds, resets and removes labs.</summary>
    private static readonly string[] Doings =
    [
        $"plain {Lesson}", $"plain {Lesson}", $"plain {Lesson}", $"plain {Lesson}", $"plain {Lesson}", $"plain {Lesson}",
        "reset", "reset --to start", "solve", "up wal.first-look", "down", "verify wal.first-look",
    ];

    private static CancellationToken TestEnd => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Speed", "slow")]
    public async Task I_can_kill_the_program_fifty_times_and_lose_nothing_that_it_told_me()
    {
        await using var site = new ATemporarySite();
        var home = new KilledHome(Path.Combine(site.Folder, "home"));
        await using var foreign = await AForeignCluster.StartAsync(site, "home/labs/foreign");
        await site.Host.RunAsync(new Script($"cd {home.Labs}; mkdir 0123abcd torn; echo mine >0123abcd/file; echo '{{' >torn/pghatutor-lab.json"), cancellationToken: TestEnd);
        var before = Fingerprint.Of(home.Labs);
        var random = new Random(20260101);
        var acknowledged = 0;
        for (var i = 0; i < Kills; i++)
        {
            var doing = Doings[random.Next(Doings.Length)];
            var journalled = home.Journalled().Count;
            var told = await home.DoAndKillAsync(doing.Split(' '), TimeSpan.FromMilliseconds(random.Next(50, 5000)));
            var written = home.Journalled().Skip(journalled).ToList();
            Assert.True(IsWithin(told.Where(one => !IsPass(one)), written), $"kill {i}, {doing}: told of {string.Join(", ", told)}; the journal has {string.Join(", ", written)}");
            Assert.Empty(told.Where(IsPass).Except(home.PassedInThisAttempt()));
            acknowledged += told.Count;

            var status = await home.RunAsync("status", "--json");
            Assert.True(status.Exit is 0 or 4 && !status.Error.Contains("fault of its own", StringComparison.Ordinal), $"kill {i}, {doing}: {status}");
            await home.AssertNothingIsLeftBesideAsync(status.Output, $"kill {i}, {doing}", except: "foreign");
            Assert.Null(Journal.FirstBrokenLine(home.JournalFile));
            if (random.Next(4) == 0)
                await home.RunAsync("down");
        }

        var down = await home.RunAsync("down", "--all");
        Assert.True(down.Exit == 0, $"{down}");
        await home.AssertNothingIsLeftBesideAsync("{}", "down --all", except: "foreign");
        Assert.True(foreign.IsRunning);
        Assert.Equal(before, Fingerprint.Of(home.Labs));
        // A test that killed only before anything had happened would prove nothing.
        Assert.True(acknowledged >= 20, $"Only {acknowledged} things were acknowledged.");
    }

    private static bool IsPass(string happened) => happened.StartsWith("passed ", StringComparison.Ordinal);

    /// <summary>Whether all of it stands there, in this order.</summary>
    private static bool IsWithin(IEnumerable<string> told, IEnumerable<string> written)
    {
        using var rest = written.GetEnumerator();
        return told.All(one =>
        {
            while (rest.MoveNext())
                if (rest.Current == one)
                    return true;
            return false;
        });
    }

    /// <summary>A home in which the program is killed.</summary>
    private sealed partial class KilledHome(string folder)
    {
        private static readonly Dictionary<string, string> Checks = CourseReader
            .ReadLesson(Directory.EnumerateFiles(Path.Combine(Root(AppContext.BaseDirectory), "lessons"), "lesson.md", SearchOption.AllDirectories).Single(file => file.Contains("first-standby", StringComparison.Ordinal)))
            .Lesson!.Checks.ToDictionary(check => check.Title, check => check.Id);

        public string Labs => Path.Combine(folder, "labs");

        public string JournalFile => Path.Combine(folder, "journal.jsonl");

        /// <summary>Does it, and kills the program at an instant. Gives what it told to have happened.</summary>
        public async Task<IReadOnlyList<string>> DoAndKillAsync(string[] words, TimeSpan instant)
        {
            using var program = Start(words);
            var told = new List<string>();
            var reading = Task.Run(
                async () =>
                {
                    string? step = null;
                    while (await program.StandardOutput.ReadLineAsync() is { } line)
                    {
                        if (StepLine().Match(line) is { Success: true } begun)
                            step = begun.Groups[1].Value;
                        if (Told(line, step) is { } happened)
                            told.Add(happened);
                    }
                },
                TestEnd);
            _ = program.StandardError.ReadToEndAsync(TestEnd);
            try
            {
                for (var i = 0; i < 40; i++)
                    await program.StandardInput.WriteLineAsync();
                await program.StandardInput.FlushAsync(TestEnd);
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
            await program.WaitForExitAsync(TestEnd);
            return told;
        }

        private static string? Told(string line, string? step) => line switch
        {
            _ when step is not null && line.Contains("Exit code ", StringComparison.Ordinal) => $"ran {step}",
            _ when PassedLine().Match(line) is { Success: true } passed && Checks.TryGetValue(passed.Groups[1].Value, out var check) => $"passed {check}",
            "The lab is at the lesson's start." => "reset",
            _ when line.StartsWith("The lab is as it stands before step ", StringComparison.Ordinal) => "reset",
            _ when line.StartsWith("The lab of “", StringComparison.Ordinal) && line.Contains("stands, on PostgreSQL", StringComparison.Ordinal) => "started",
            _ when line.EndsWith("is gone. What you did is kept.", StringComparison.Ordinal) => "left",
            _ => null,
        };

        public IEnumerable<string> PassedInThisAttempt() =>
            Journalled() is var all ? all.Skip(all.FindLastIndex(one => one is "started" or "reset") + 1).Where(IsPass) : [];

        /// <summary>What the journal has, in the same words.</summary>
        public List<string> Journalled()
        {
            var written = new List<string>();
            foreach (var line in File.Exists(JournalFile) ? File.ReadAllLines(JournalFile) : [])
            {
                if (!line.EndsWith('}'))
                    continue; // The last line may be torn; the next start sets it aside.
                using var happened = JsonDocument.Parse(line);
                string? Text(string name) => happened.RootElement.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;
                if (Written(Text) is { } one)
                    written.Add(one);
            }
            return written;
        }

        private static string? Written(Func<string, string?> text) => text("event") switch
        {
            "command_ran" when text("step") is { } step => $"ran {step}",
            "check_answered" when text("answer") == "passed" => $"passed {text("check")}",
            "lesson_reset" => "reset",
            "lesson_started" => "started",
            "lesson_left" => "left",
            _ => null,
        };

        /// <summary>Every process that works below the labs, and every folder for sockets, belongs to the lab that status shows.</summary>
        public async Task AssertNothingIsLeftBesideAsync(string status, string when, string except)
        {
            using var document = JsonDocument.Parse(status.Length == 0 ? "{}" : status);
            var known = document.RootElement.TryGetProperty("nodes", out var nodes)
                ? nodes.EnumerateArray().Select(node => node.GetProperty("data").GetString()!).ToList()
                : [];
            // A command that was under way when the program was killed may live for as long as it has to do.
            var deadline = Stopwatch.StartNew();
            while (Processes(known, except) is { Count: > 0 } orphans)
            {
                Assert.True(deadline.Elapsed < TimeSpan.FromSeconds(30), $"{when}: {string.Join(", ", orphans)}");
                await Task.Delay(TimeSpan.FromMilliseconds(50), TestEnd);
            }
            Assert.All(Sockets(), lab => Assert.Contains(known, data => data.StartsWith(lab, StringComparison.Ordinal)));
        }

        private List<string> Processes(List<string> known, string except) =>
        [
            .. from process in Directory.EnumerateDirectories("/proc")
               where int.TryParse(Path.GetFileName(process), out _)
               let at = WorkingDirectory(process)
               where at is not null && at.StartsWith(Labs, StringComparison.Ordinal) && !at.StartsWith(Path.Combine(Labs, except), StringComparison.Ordinal) && !known.Contains(at)
               select $"{Path.GetFileName(process)} in {at}",
        ];

        private IEnumerable<string> Sockets() => Directory.EnumerateFiles("/tmp", "lab", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 1, IgnoreInaccessible = true })
            .Where(file => Path.GetFileName(Path.GetDirectoryName(file))!.StartsWith("pght-", StringComparison.Ordinal))
            .Select(File.ReadAllText)
            .Where(lab => lab.StartsWith(Labs, StringComparison.Ordinal));

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

        public async Task<(int Exit, string Output, string Error)> RunAsync(params string[] words)
        {
            using var program = Start(words);
            program.StandardInput.Close();
            var output = program.StandardOutput.ReadToEndAsync(TestEnd);
            var error = program.StandardError.ReadToEndAsync(TestEnd);
            using var late = new CancellationTokenSource(TimeSpan.FromMinutes(2));
            await program.WaitForExitAsync(late.Token);
            return (program.ExitCode, await output, await error);
        }

        private Process Start(params string[] words)
        {
            var start = new ProcessStartInfo(CommandsHome.Program, words)
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            start.Environment["PGHATUTOR_HOME"] = folder;
            start.Environment["PGHATUTOR_LAUNCHER"] = Path.Combine(Root(AppContext.BaseDirectory), "tutor");
            return Process.Start(start)!;
        }

        private static string Root(string from) =>
            File.Exists(Path.Combine(from, "PgHaTutor.sln")) ? from : Root(Path.GetDirectoryName(from)!);

        [GeneratedRegex(@"Step \d+ of \d+, ([\w-]+),")]
        private static partial Regex StepLine();

        [GeneratedRegex(@"^PASSED: (.*)\.$")]
        private static partial Regex PassedLine();
    }
}
