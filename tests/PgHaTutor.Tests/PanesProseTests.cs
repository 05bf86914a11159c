using PgHaTutor.Ui;
using Terminal.Gui.ViewBase;

namespace PgHaTutor.Tests;

/// <summary>The text of lessons: no word is broken that has room.</summary>
[Collection("screen")]
public sealed class PanesProseTests
{
    [Fact]
    public void A_parenthesis_longer_than_a_line_breaks_no_word() => Assert.Equal(
        """
        It is kept (from PostgreSQL
        17 on, logical slots can be
        carried over) by pg_upgrade,
        as the manual says.
        """,
        Drawn("It is kept (from PostgreSQL 17 on, logical slots can be carried over) by `pg_upgrade`, as the [manual](https://a.b) says.", 30, 6));

    [Fact]
    public void A_parenthesis_stands_in_its_place_also_where_its_text_begins_above_the_screen() => Assert.Equal(
        """
        on, logical slots can be
        carried over) by pg_upgrade
        (as the manual says).
        """,
        Drawn("It is kept (from PostgreSQL 17 on, logical slots can be carried over) by `pg_upgrade` (as the manual says).", 31, 6, above: 1));

    [Fact]
    public void A_call_in_code_keeps_its_parentheses() =>
        Assert.Equal("Ask pg_is_in_recovery() first.", Drawn("Ask `pg_is_in_recovery()` first.", 40, 2));

    [Theory]
    [InlineData(52)]
    [InlineData(76)]
    [InlineData(30)]
    public void A_table_breaks_no_word(int columns) => PanesApproved.Equal($"table-{columns}", Drawn(
        """
        | where | written by | wins over | read at |
        |---|---|---|---|
        | `postgresql.conf` | you | `pg_settings.boot_val` | reload or restart |
        | `postgresql.auto.conf` | `ALTER SYSTEM` | all files | reload or restart |
        | the command line | `pg_ctl -o "-c a\|b"` | both files | restart only |
        | the client (`PGOPTIONS`) | whoever connects, for one session | everything above | session start |
        """, columns, 24));

    /// <param name="above">How many lines are scrolled away.</param>
    private static string Drawn(string markdown, int columns, int rows, int above = 0)
    {
        var blocks = Passages.Of(markdown).ToList();
        using var page = new View { CanFocus = true };
        var y = -above;
        foreach (var block in blocks)
        {
            page.Add(block);
            block.Frame = new System.Drawing.Rectangle(0, y, columns, ((ILessonBlock)block).Arrange(columns));
            y += block.Frame.Height;
        }
        using var screen = new PanesScreen(page, columns, rows);
        return screen.Text.TrimEnd();
    }
}
