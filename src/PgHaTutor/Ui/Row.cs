using Terminal.Gui.Text;

namespace PgHaTutor.Ui;

/// <summary>One line of the screen, made of pieces.</summary>
internal sealed record Row(params IReadOnlyList<Piece> Pieces)
{
    public static Row Empty { get; } = new();

    /// <summary>Columns that it takes; a wide character takes two.</summary>
    public int Width => Pieces.Sum(piece => Columns(piece.Text));

    /// <summary>Cut, or filled with blanks, to exactly that many columns.</summary>
    public Row At(int width)
    {
        List<Piece> kept = [];
        var left = width;
        foreach (var piece in Pieces)
        {
            var columns = Columns(piece.Text);
            if (columns > left)
            {
                if (left > 0)
                    kept.Add(piece with { Text = Cut(piece.Text, left) });
                left = 0;
                break;
            }
            kept.Add(piece);
            left -= columns;
        }
        if (left > 0)
            kept.Add(new string(' ', left));
        return new Row(kept);
    }

    /// <summary>The piece at a column; null behind the last one.</summary>
    public Piece? PieceAt(int column)
    {
        foreach (var piece in Pieces)
        {
            column -= Columns(piece.Text);
            if (column < 0)
                return piece;
        }
        return null;
    }

    public override string ToString() => string.Concat(Pieces.Select(piece => piece.Text));

    public static int Columns(string text)
    {
        foreach (var character in text)
            if (character is < ' ' or > '~')
                return text.GetColumns();
        return text.Length;
    }

    /// <summary>The longest beginning that fits; the last column says that something was cut off.</summary>
    public static string Cut(string text, int width)
    {
        if (Columns(text) <= width)
            return text;
        var kept = 0;
        var end = 0;
        foreach (var grapheme in GraphemeHelper.GetGraphemes(text))
        {
            var columns = Columns(grapheme);
            if (kept + columns > width - 1)
                break;
            kept += columns;
            end += grapheme.Length;
        }
        return width <= 0 ? "" : $"{text[..end]}…{new string(' ', width - 1 - kept)}";
    }
}
