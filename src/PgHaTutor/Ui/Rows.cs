using Terminal.Gui.Text;

namespace PgHaTutor.Ui;

/// <summary>Makes rows out of texts: wrapped, boxed, with inline code in its own ink.</summary>
internal static class Rows
{
    /// <summary>Prose of one paragraph, in which backticks mark code.</summary>
    public static IReadOnlyList<Piece> Inline(string text, Ink ink = Ink.Plain) =>
        [.. text.Split('`').Select((part, index) => new Piece(part, index % 2 == 1 ? Ink.Code : ink)).Where(piece => piece.Text.Length > 0)];

    /// <summary>Breaks pieces into rows: at line feeds, else at the last blank that fits, else behind a mark within a long word, else where the width ends.</summary>
    /// <param name="hang">What a continued row begins with.</param>
    public static IReadOnlyList<Row> Wrap(IEnumerable<Piece> pieces, int width, string hang = "")
    {
        width = Math.Max(width, 8);
        List<Row> rows = [];
        List<Cell> line = [];
        var columns = 0;
        foreach (var cell in pieces.SelectMany(Cells))
        {
            if (cell.Text == "\n")
            {
                rows.Add(Join(line));
                line.Clear();
                columns = 0;
                continue;
            }
            if (columns + cell.Columns > width)
            {
                // The blank between two rows is what the break replaces.
                var last = line.FindLastIndex(one => one.Text == " ");
                var indent = line.FindIndex(one => one.Text != " ");
                var keep = cell.Text == " " ? line.Count : last > indent && last > hang.Length ? last + 1 : WithinWord(line);
                var carried = line[keep..];
                rows.Add(Join(line[..keep]));
                line = [.. hang.Select(blank => new Cell($"{blank}", 1, new Piece(hang, Ink.Quiet))), .. carried];
                columns = line.Sum(one => one.Columns);
                if (cell.Text == " ")
                    continue;
            }
            line.Add(cell);
            columns += cell.Columns;
        }
        rows.Add(Join(line));
        return rows;
    }

    /// <summary>A path is broken between its folders, a call between its arguments, where that leaves half of the line at least.</summary>
    private static int WithinWord(List<Cell> line) =>
        line.FindLastIndex(one => one.Text is "/" or "_" or "," or "(" or "." or "=" or "-" or "|") is var mark && mark >= line.Count / 2 ? mark + 1 : line.Count;

    public static IReadOnlyList<Row> Wrap(string text, int width, Ink ink = Ink.Plain, string hang = "") => Wrap(Inline(text, ink), width, hang);

    /// <summary>A frame with a title around rows; heavy lines say that it has the focus, so that this needs no colour.</summary>
    public static IReadOnlyList<Row> Box(string title, IEnumerable<Row> rows, int width, Ink ink, bool heavy, string note = "")
    {
        width = Math.Max(width, 8);
        var (line, side, corners) = heavy ? ('━', "┃", "┏┓┗┛") : ('─', "│", "╭╮╰╯");
        var inside = width - 4;
        var named = Row.Cut(title, inside - 2);
        var noted = note.Length > 0 && Row.Columns(named) + Row.Columns(note) + 4 <= inside ? $" {note} " : "";
        var rest = width - 5 - Row.Columns(named) - Row.Columns(noted) - 1;
        return
        [
            new Row(new($"{corners[0]}{line} ", ink), new(named, Ink.Strong), new($" {new string(line, Math.Max(0, rest))}", ink), new(noted, Ink.Quiet), new($"{line}{corners[1]}", ink)),
            .. rows.Select(row => new Row([new Piece($"{side} ", ink), .. row.At(inside).Pieces, new Piece($" {side}", ink)])),
            new Row(new Piece($"{corners[2]}{new string(line, width - 2)}{corners[3]}", ink)),
        ];
    }

    /// <summary>Whether two pictures look the same.</summary>
    public static bool AreSame(IReadOnlyList<Row> one, IReadOnlyList<Row> other) =>
        one.Count == other.Count && one.Zip(other).All(pair => Looks(pair.First).SequenceEqual(Looks(pair.Second)));

    private static IEnumerable<Piece> Looks(Row row) => row.Pieces.Select(piece => piece with { Click = null });

    private static IEnumerable<Cell> Cells(Piece piece)
    {
        foreach (var grapheme in GraphemeHelper.GetGraphemes(piece.Text.Replace("\t", "    ").Replace("\r", "")))
            yield return new Cell(grapheme, grapheme == "\n" ? 0 : Row.Columns(grapheme), piece);
    }

    private static Row Join(List<Cell> cells)
    {
        List<Piece> pieces = [];
        for (var start = 0; start < cells.Count;)
        {
            var end = start + 1;
            while (end < cells.Count && cells[end].From == cells[start].From)
                end++;
            // A blank that must not break has done its part now.
            pieces.Add(cells[start].From with { Text = string.Concat(cells[start..end].Select(cell => cell.Text)).Replace('\u00a0', ' ') });
            start = end;
        }
        return new Row(pieces);
    }

    private sealed record Cell(string Text, int Columns, Piece From);
}
