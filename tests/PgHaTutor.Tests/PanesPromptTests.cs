using PgHaTutor.Lessons;
using PgHaTutor.Ui;

namespace PgHaTutor.Tests;

/// <summary>The prompt remembers, completes, and keeps no password on disk.</summary>
public sealed class PanesPromptTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("panes-").FullName;

    private string HistoryFile => Path.Combine(_folder, "history");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void What_I_entered_is_there_after_the_next_start()
    {
        var history = new PromptHistory(HistoryFile);
        history.Add(StepLanguage.Sh, "pg_ctl status");
        history.Add(StepLanguage.Sql, "select 1");

        var next = new PromptHistory(HistoryFile);

        Assert.Equal("pg_ctl status", next.Older(StepLanguage.Sh, ""));
        Assert.Null(next.Older(StepLanguage.Sh, ""));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(HistoryFile));
    }

    [Fact]
    public void A_damaged_or_unreadable_history_costs_nothing()
    {
        File.WriteAllText(HistoryFile, "sh ls\n\u0000\u0001garbage\nsql\n");
        Assert.Equal("ls", new PromptHistory(HistoryFile).Older(StepLanguage.Sh, ""));

        var nowhere = new PromptHistory(Path.Combine(_folder, "no", "such", "folder"));
        nowhere.Add(StepLanguage.Sh, "ls");
        nowhere.StopLooking();
        Assert.Equal("ls", nowhere.Older(StepLanguage.Sh, ""));
    }

    [Fact]
    public void The_history_file_does_not_grow_without_end()
    {
        File.WriteAllLines(HistoryFile, Enumerable.Range(1, 3000).Select(number => $"sh echo {number}"));

        Assert.Equal("echo 3000", new PromptHistory(HistoryFile).Older(StepLanguage.Sh, ""));
        Assert.Equal(1000, File.ReadAllLines(HistoryFile).Length);
    }

    [Theory]
    [InlineData("psql \"host=h password=geheim user=u\"", "psql \"host=h password=… user=u\"")]
    [InlineData("PGPASSWORD=geheim psql", "PGPASSWORD=… psql")]
    [InlineData("alter role r password 'geheim'", "alter role r password …")]
    [InlineData("primary_conninfo = 'user=r password=''geheim'' host=h'", "primary_conninfo = 'user=r password=… host=h'")]
    [InlineData("select passwords from t", "select passwords from t")]
    public void Passwords_are_not_written_down(string entered, string kept)
    {
        Assert.Equal(kept, Secrets.Hide(entered));
        Assert.DoesNotContain("geheim", Secrets.Hide(entered));
    }

    [Theory]
    [InlineData("pg_c", StepLanguage.Sh, "", "pg_checksums pg_config pg_controldata pg_ctl")]
    [InlineData("pg_ct", StepLanguage.Sh, "l ", "pg_ctl")]
    [InlineData("pg_ctl pro", StepLanguage.Sh, "mote ", "promote")]
    [InlineData("ls | gre", StepLanguage.Sh, "p ", "grep")]
    [InlineData("psql -c \"select * from pg_stat_rep", StepLanguage.Sh, "lication ", "pg_stat_replication")]
    [InlineData("echo $STAND", StepLanguage.Sh, "BY_PORT ", "$STANDBY_PORT")]
    [InlineData("echo ${STAND", StepLanguage.Sh, "BY_PORT}", "${STANDBY_PORT}")]
    [InlineData("echo \"$PRIMARY_", StepLanguage.Sh, "", "$PRIMARY_DATA $PRIMARY_PORT")]
    [InlineData("select pg_create_p", StepLanguage.Sql, "hysical_replication_slot(", "pg_create_physical_replication_slot(")]
    [InlineData("show wal_l", StepLanguage.Sql, "", "wal_level wal_log_hints")]
    [InlineData("nothing-fits", StepLanguage.Sh, "", "")]
    [InlineData("", StepLanguage.Sh, "", "")]
    public void Tab_knows_the_words_of_the_lab(string before, StepLanguage language, string rest, string candidates)
    {
        var completion = Completion.Of(before, language, ["PRIMARY_PORT", "PRIMARY_DATA", "STANDBY_PORT"]);

        Assert.Equal((rest, candidates), (completion.Rest, string.Join(' ', completion.Candidates)));
    }

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("\x1b[1;31mred\x1b[0m \x1b]0;title\u0007and \x1b(Bmore", "red and more")]
    [InlineData("10%\r50%\r100%\r", "100%")]
    [InlineData("a\tb\tc", "a       b       c")]
    [InlineData("日本\tx", "日本    x")]
    [InlineData("bell\a back\b del\x7f c1\u009b bidi\u202e", "bell back del c1 bidi")]
    public void Output_cannot_disturb_the_screen(string printed, string shown) => Assert.Equal(shown, CleanText.Of(printed));

    [Fact]
    public void An_endless_line_is_cut()
    {
        Assert.Equal(2001, CleanText.Of(new string('x', 1_000_000)).Length);
        Assert.EndsWith("x…", CleanText.Of($"{new string('x', 1999)}😀 and more"));
    }

    [Theory]
    [InlineData(new long[] { 0, 0, 0 }, "▁▁▁")]
    [InlineData(new long[] { 0, 1, 1_000_000_000 }, "▁▂█")]
    [InlineData(new long[] { 8, 4, 2 }, "█▄▂")]
    public void A_sparkline_shows_nothing_as_nothing_and_a_little_as_a_little(long[] values, string line) =>
        Assert.Equal(line, Sparkline.Of([.. values.Select(value => (long?)value)], 10));

    [Fact]
    public void A_sparkline_leaves_the_unknown_blank_and_shows_the_newest() =>
        Assert.Equal(" ▁█", Sparkline.Of([9, null, 0, 5], 3));

    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(18_728, "18,728 B")]
    [InlineData(240_000, "234 kB")]
    [InlineData(17_000_000, "16.2 MB")]
    [InlineData(3_500_000_000, "3.3 GB")]
    public void Amounts_of_WAL_are_short_but_exact_where_they_are_small(long bytes, string said) => Assert.Equal(said, Amounts.Short(bytes));
}
