using System.Text.RegularExpressions;
using PgHaTutor.Sessions;

namespace PgHaTutor.Ui;

/// <summary>
/// A table of a lesson. The library's own gives all room to what stands first and breaks words in the rest; here no word is broken that
/// has room, and where the columns have none beside each other, each row is told by its heads.
/// </summary>
internal sealed partial class TableView : RowsBlock
{
    private const int Gap = 2;

    /// <summary>A longer word may be broken: it would leave nothing for its neighbours.</summary>
    private const int LongestWord = 26;

    private readonly string[] _heads;
    private readonly IReadOnlyList<string[]> _rows;

    /// <param name="markdown">The lines of a pipe table: heads, rule, rows.</param>
    public TableView(string markdown)
    {
        CanFocus = false;
        List<string[]> lines = [.. markdown.Trim().Split('\n').Select(Cells)];
        _heads = lines[0];
        _rows = [.. lines.Skip(2).Select(cells => cells.Concat(Enumerable.Repeat("", _heads.Length)).Take(_heads.Length).ToArray())];
    }

    public override bool Show(SessionState state) => false;

    protected override IReadOnlyList<Row> Write(int width) => Widths(width) is { } widths
        ? [
            .. Beside(_heads, widths, Ink.Strong),
            new Row(new Piece(string.Join(new string(' ', Gap), widths.Select(column => new string('─', column))), Ink.Quiet)),
            .. _rows.SelectMany(cells => Beside(cells, widths, Ink.Plain)),
        ]
        : [.. _rows.SelectMany((cells, index) => Below(cells, width).Prepend(Row.Empty).Skip(index == 0 ? 1 : 0))];

    /// <summary>The columns' widths; null where their longest words have no room beside each other.</summary>
    private int[]? Widths(int width)
    {
        var room = width - (Gap * (_heads.Length - 1));
        var columns = Enumerable.Range(0, _heads.Length).Select(column => _rows.Select(cells => cells[column]).Prepend(_heads[column]).ToList()).ToList();
        var wished = columns.ConvertAll(cells => cells.Max(Columns));
        // What is wrapped at all is wrapped to eight columns at least.
        var least = columns.Select((cells, column) => Math.Max(Math.Min(8, wished[column]), cells.Max(cell => Math.Min(LongestWord, cell.Split(' ').Max(Columns))))).ToArray();
        if (least.Sum() > room)
            return null;
        // What is left goes, a column's width at a time, to whom it is short of most.
        for (var left = room - least.Sum(); left > 0; left--)
        {
            var neediest = Enumerable.Range(0, least.Length).MaxBy(column => wished[column] - least[column]);
            if (least[neediest] >= wished[neediest])
                break;
            least[neediest]++;
        }
        return least;
    }

    private static IEnumerable<Row> Beside(string[] cells, int[] widths, Ink ink)
    {
        var written = cells.Select((cell, column) => Rows.Wrap(Rows.Inline(cell, ink), widths[column])).ToList();
        for (var line = 0; line < written.Max(rows => rows.Count); line++)
            yield return new Row([.. written.SelectMany((rows, column) => (IEnumerable<Piece>)
            [
                .. (line < rows.Count ? rows[line] : Row.Empty).At(widths[column]).Pieces,
                .. column == written.Count - 1 ? [] : new Piece[] { new(new string(' ', Gap)) },
            ])]);
    }

    private IEnumerable<Row> Below(string[] cells, int width) =>
    [
        .. Rows.Wrap(Rows.Inline(cells[0], Ink.Strong), width),
        .. cells.Skip(1).SelectMany((cell, index) => cell.Length == 0 ? [] : Rows.Wrap([new($"  {_heads[index + 1]}: ", Ink.Quiet), .. Rows.Inline(cell)], width, "    ")),
    ];

    private static int Columns(string cell) => Row.Columns(cell.Replace("`", "", StringComparison.Ordinal));

    /// <summary>What stands between the bars, but for those in code or behind a backslash.</summary>
    private static string[] Cells(string line) =>
        [.. Bar().Split(line.Trim().TrimStart('|').TrimEnd('|')).Select(cell => Emphasis().Replace(cell.Trim().Replace("\\|", "|").Replace("**", ""), "$1"))];

    /// <summary>Not the star of <c>count(*)</c>.</summary>
    [GeneratedRegex(@"(?<![\w(`])\*(\w[^*`]*)\*")]
    private static partial Regex Emphasis();

    [GeneratedRegex(@"(?<!\\)\|(?=(?:[^`]*`[^`]*`)*[^`]*$)")]
    private static partial Regex Bar();
}
