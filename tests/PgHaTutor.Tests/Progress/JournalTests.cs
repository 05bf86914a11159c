using System.Diagnostics;
using System.Text;
using PgHaTutor.Progress;

namespace PgHaTutor.Tests.Progress;

public sealed class JournalTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);

    private readonly string _folder = Directory.CreateTempSubdirectory("pghatutor-journal-").FullName;

    private string JournalFile => Path.Combine(_folder, "journal.jsonl");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void What_I_append_is_there_after_the_next_start()
    {
        JournalEvent[] all =
        [
            new LearnerNamed("seed") { At = Noon },
            new LessonStarted("lab1", "local", "15.18") { At = Noon, Lesson = "a.b", LessonHash = "00ff" },
            new CommandRan(null, "primary", "echo \"ü\"\nls", 2, 0.25, "d1") { At = Noon, Lesson = "a.b" },
            new CheckAnswered("c1", "s1", "milestone", "passed") { At = Noon, Lesson = "a.b", Observed = "2 rows" },
            new HintShown("s1", 2) { At = Noon, Lesson = "a.b" },
            new LessonLeft { At = Noon, Lesson = "a.b" },
        ];
        using (var journal = Open())
            foreach (var one in all) journal.Append(one);

        using var again = Open(out var repaired);

        Assert.Equal(all, again.Events);
        Assert.Null(repaired);
    }

    [Fact]
    public void Each_line_is_readable_JSON_that_carries_the_hash_of_the_line_before()
    {
        using (var journal = Open()) Append(journal, 1, 3);

        var lines = File.ReadAllLines(JournalFile);

        Assert.Equal($$"""{"event":"hint_shown","step":"s","tier":1,"at":"2026-01-02T12:00:00+00:00","lesson":"a.b","prev":"{{new string('0', 64)}}"}""", lines[0]);
        Assert.EndsWith($"\"prev\":\"{Sha256(lines[0])}\"}}", lines[1]);
        Assert.EndsWith($"\"prev\":\"{Sha256(lines[1])}\"}}", lines[2]);
        Assert.Null(Journal.FirstBrokenLine(JournalFile));
    }

    [Fact]
    public void Nobody_else_may_read_what_I_typed()
    {
        using (var journal = Open()) Append(journal, 1, 1);
        File.AppendAllText(JournalFile, "{\"torn");
        Open().Dispose();

        Assert.All(Directory.GetFiles(_folder), file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file)));
    }

    [Fact]
    public void A_line_that_was_changed_afterwards_breaks_the_chain_at_the_next_line()
    {
        using (var journal = Open()) Append(journal, 1, 4);

        File.WriteAllText(JournalFile, File.ReadAllText(JournalFile).Replace("\"tier\":2", "\"tier\":9"));

        Assert.Equal(3, Journal.FirstBrokenLine(JournalFile));
    }

    [Fact]
    public void A_line_torn_at_any_byte_is_set_aside_and_said_and_nothing_before_it_is_lost()
    {
        using (var journal = Open()) Append(journal, 1, 3);
        var whole = File.ReadAllBytes(JournalFile);
        var lastLine = Array.LastIndexOf(whole, (byte)'\n', whole.Length - 2) + 1;

        for (var length = lastLine + 1; length < whole.Length; length++)
        {
            foreach (var file in Directory.GetFiles(_folder)) File.Delete(file);
            File.WriteAllBytes(JournalFile, whole[..length]);

            using var journal = Open(out var repaired);

            var aside = Directory.GetFiles(_folder, "journal.torn-*").Single();
            Assert.Equal(whole[lastLine..length], File.ReadAllBytes(aside));
            Assert.Contains(aside, repaired);
            Assert.Equal([1, 2], Tiers(journal));
            Assert.Equal(new JournalRepaired(length - lastLine, Path.GetFileName(aside)) { At = Noon }, journal.Events[^1]);
            Assert.Null(Journal.FirstBrokenLine(JournalFile));
        }
    }

    [Fact]
    public void A_line_torn_by_another_process_while_I_work_does_not_spoil_my_next_one()
    {
        using var journal = Open();
        Append(journal, 1, 2);
        File.AppendAllText(JournalFile, "{\"event\":\"hint_sh");

        Append(journal, 3, 3);

        using var again = Open(out var repaired);
        Assert.Null(repaired);
        Assert.Equal([1, 2, 3], Tiers(again));
        Assert.Null(Journal.FirstBrokenLine(JournalFile));
    }

    [Fact]
    public void A_damaged_line_in_the_middle_is_skipped_counted_and_kept()
    {
        using (var journal = Open()) Append(journal, 1, 3);
        var lines = File.ReadAllLines(JournalFile);
        File.WriteAllLines(JournalFile, [lines[0], "\0\0 not JSON", "{\"event\":\"from_the_future\",\"at\":\"2026-01-02T12:00:00+00:00\"}", lines[2]]);

        using var again = Open(out var repaired);
        Append(again, 4, 4);

        Assert.Null(repaired);
        Assert.Equal([1, 3, 4], Tiers(again));
        Assert.Equal(2, again.UnreadableLines);
        Assert.Equal("\0\0 not JSON", File.ReadAllLines(JournalFile)[1]);
    }

    [Fact]
    public void A_line_that_lacks_a_part_is_damaged_and_not_half_an_event()
    {
        File.WriteAllText(JournalFile, """{"event":"check_answered","check":"c1","at":"2026-01-02T12:00:00+00:00"}""" + "\n");

        using var journal = Open();

        Assert.Empty(journal.Events);
        Assert.Equal(1, journal.UnreadableLines);
    }

    [Fact]
    public void I_see_what_another_program_of_my_home_appended()
    {
        using var mine = Open();
        using var other = Open();
        Append(other, 1, 1);

        Assert.Empty(mine.Events);
        Assert.True(mine.Refresh());
        Assert.False(mine.Refresh());
        Append(mine, 2, 2);
        Append(other, 3, 3);

        Assert.Equal([1, 2, 3], Tiers(other));
        Assert.Null(Journal.FirstBrokenLine(JournalFile));
    }

    [Fact]
    public void A_journal_that_was_replaced_underneath_is_read_anew()
    {
        using var mine = Open();
        Append(mine, 1, 2);
        File.Delete(JournalFile);
        using (var other = Open()) Append(other, 5, 9);

        mine.Refresh();

        Assert.Equal([5, 6, 7, 8, 9], Tiers(mine));
    }

    [Fact]
    public void Many_programs_may_append_at_once_and_every_line_fits_the_one_before()
    {
        using (var first = Open()) Append(first, 0, 0);

        Parallel.For(1, 9, writer =>
        {
            using var journal = Open();
            for (var n = 0; n < 20; n++) Append(journal, (writer * 100) + n, (writer * 100) + n);
        });

        using var all = Open();
        Assert.Equal(161, all.Events.Count);
        Assert.Equal(161, Tiers(all).Distinct().Count());
        Assert.Null(Journal.FirstBrokenLine(JournalFile));
    }

    [Fact]
    public async Task A_program_killed_while_it_appends_loses_nothing_that_was_acknowledged()
    {
        var acknowledgedFile = JournalFile + ".acknowledged";
        for (var round = 0; round < 3; round++)
        {
            File.Delete(acknowledgedFile);
            File.Delete(JournalFile);
            using var appending = Process.Start(new ProcessStartInfo(
                Environment.ProcessPath!, ["-explicit", "only", "-method", $"{typeof(JournalVictim).FullName}.{nameof(JournalVictim.Append_until_killed)}"])
            {
                Environment = { ["PGHATUTOR_TEST_APPEND_TO"] = JournalFile },
                RedirectStandardOutput = true,
            })!;
            try
            {
                await Eventually(() => File.Exists(acknowledgedFile) && new FileInfo(acknowledgedFile).Length > 300 + (round * 70));
            }
            finally
            {
                appending.Kill();
                await appending.WaitForExitAsync(TestContext.Current.CancellationToken);
            }

            using var journal = Open();

            var acknowledged = File.ReadLines(acknowledgedFile).Count(line => line.Length > 0);
            var there = Tiers(journal);
            Assert.Equal(Enumerable.Range(1, there.Length), there);
            Assert.InRange(there.Length, acknowledged, acknowledged + 1);
            Assert.Null(Journal.FirstBrokenLine(JournalFile));
        }
    }

    [Fact]
    public void A_full_disk_is_said_and_leaves_no_half_line()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess && Run("mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", _folder) == 0,
            "Only root can mount a small disk to fill.");
        try
        {
            using var journal = Open();
            Append(journal, 1, 1);
            var full = Assert.ThrowsAny<JournalException>(() =>
            {
                for (var n = 2; n < 1000; n++) journal.Append(new HintShown(new string('x', 1000), n) { At = Noon, Lesson = "a.b" });
            });

            Assert.Contains(JournalFile, full.Message);
            Assert.EndsWith("\n", File.ReadAllText(JournalFile));
            Assert.Equal(File.ReadLines(JournalFile).Count(), journal.Events.Count);
            Assert.Null(Journal.FirstBrokenLine(JournalFile));
        }
        finally
        {
            Run("umount", _folder);
        }
    }

    [Fact]
    public void A_home_that_cannot_be_written_is_named_with_what_to_set_instead()
    {
        var refused = Assert.Throws<JournalException>(() => Journal.Open("/proc/pghatutor/journal.jsonl", TimeProvider.System, out _));

        Assert.Contains("/proc/pghatutor/journal.jsonl", refused.Message);
        Assert.Contains("PGHATUTOR_HOME", refused.Message);
    }

    private Journal Open() => Open(out _);

    private Journal Open(out string? repaired) => Journal.Open(JournalFile, new AtNoon(), out repaired);

    private static void Append(Journal journal, int from, int to)
    {
        for (var tier = from; tier <= to; tier++) journal.Append(new HintShown("s", tier) { At = Noon, Lesson = "a.b" });
    }

    private static int[] Tiers(Journal journal) => [.. journal.Events.OfType<HintShown>().Select(hint => hint.Tier)];

    private static string Sha256(string line) =>
        Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(line)));

    private static int Run(string program, params string[] words)
    {
        using var process = Process.Start(new ProcessStartInfo(program, words) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode;
    }

    private static async Task Eventually(Func<bool> holds)
    {
        var started = Stopwatch.StartNew();
        while (!holds())
        {
            Assert.True(started.Elapsed < TimeSpan.FromSeconds(30), "It did not come true within 30 s.");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TestContext.Current.CancellationToken);
        }
    }

    private sealed class AtNoon : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => Noon;
    }
}
