namespace PgHaTutor.Ui;

/// <summary>The end of a server's log.</summary>
internal sealed class LogSheet : RowsSheet
{
    public LogSheet(string node, string log)
        : base($"Log of {node}", [.. Lines(log)], 120) => BeginAtEnd();

    private static IEnumerable<RowsView.Entry> Lines(string log) =>
        log.Trim().Length == 0
            ? [Say("Nothing is in it: its server has written no log yet.", Ink.Quiet)]
            : log.TrimEnd().Split('\n').Select(line => new RowsView.Entry(width => Rows.Wrap([new Piece(CleanText.Of(line))], width, "  ")));
}
