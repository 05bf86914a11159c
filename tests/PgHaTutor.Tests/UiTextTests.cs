using PgHaTutor.Ui;

namespace PgHaTutor.Tests;

/// <summary>How texts become rows of the screen.</summary>
public sealed class UiTextTests
{
    [Fact]
    public void A_text_breaks_at_its_last_blank_that_fits() =>
        Assert.Equal(["the standby", "  follows the", "  primary"], Wrap("the standby follows the primary", 14, "  "));

    [Fact]
    public void A_row_that_is_exactly_full_loses_only_its_blank() =>
        Assert.Equal(["0123456789", "ab"], Wrap("0123456789 ab", 10));

    [Fact]
    public void A_word_longer_than_the_row_is_broken_and_nothing_of_it_lost() =>
        Assert.Equal("/very/long/path/without/blanks", string.Concat(Wrap("/very/long/path/without/blanks", 10)));

    [Fact]
    public void A_long_path_is_broken_between_its_folders() =>
        Assert.Equal(["/tmp/labs/1/nodes/", "primary/"], Wrap("/tmp/labs/1/nodes/primary/", 20));

    [Fact]
    public void Lines_of_the_text_stay_lines() =>
        Assert.Equal(["one", "", "two"], Wrap("one\n\ntwo", 20));

    [Fact]
    public void Backticks_mark_code()
    {
        var pieces = Rows.Inline("read `pg_hba.conf` first");

        Assert.Equal([("read ", Ink.Plain), ("pg_hba.conf", Ink.Code), (" first", Ink.Plain)], pieces.Select(piece => (piece.Text, piece.Ink)));
    }

    [Fact]
    public void A_wide_character_counts_twice()
    {
        var row = new Row(new Piece("漢字"), new Piece("ab")).At(5);

        Assert.Equal(5, row.Width);
        Assert.Equal("漢字…", row.ToString());
    }

    [Fact]
    public void A_box_is_as_wide_as_it_was_asked_to_be() =>
        Assert.All(Rows.Box("a title that is much too long for it", [new Row("x")], 20, Ink.Quiet, heavy: true, "note"), row => Assert.Equal(20, row.Width));

    [Theory]
    [InlineData("\u001b[1mbold\u001b[0m", "bold")]
    [InlineData("10%\r20%\r100%", "100%")]
    [InlineData("a\tb", "a       b")]
    [InlineData("\u001b]0;title\u0007text", "text")]
    public void What_would_disturb_the_screen_is_left_out_of_output(string line, string shown) =>
        Assert.Equal(shown, CleanText.Of(line));

    [Fact]
    public void A_variable_in_double_quotes_is_still_one()
    {
        var pieces = Highlighter.Pieces("psql -p \"$PORT\" -c 'select 1' # why");

        Assert.Equal("$PORT", pieces.Single(piece => piece.Ink is Ink.Variable).Text);
        Assert.Equal("# why", pieces.Single(piece => piece.Ink is Ink.Comment).Text);
        Assert.Contains(pieces, piece => piece is { Text: "'select 1'", Ink: Ink.Literal });
    }

    [Theory]
    [InlineData(0.31, "310 ms")]
    [InlineData(12.34, "12.3 s")]
    [InlineData(125, "2 min 5 s")]
    public void Times_are_said_as_a_person_would(double seconds, string said) =>
        Assert.Equal(said, Words.Lasting(TimeSpan.FromSeconds(seconds)));

    private static IEnumerable<string> Wrap(string text, int width, string hang = "") =>
        Rows.Wrap(text, width, hang: hang).Select(row => row.ToString().TrimEnd());
}
