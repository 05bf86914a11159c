namespace PgHaTutor.Ui;

/// <summary>Draws rows into a view.</summary>
internal static class RowDrawing
{
    /// <summary>Draws one row at a line of the viewport; a chosen one in one ink over the whole width.</summary>
    public static void Draw(this View view, int y, Row row, bool chosen = false)
    {
        var x = 0;
        foreach (var piece in chosen ? row.At(view.Viewport.Width).Pieces : row.Pieces)
        {
            view.SetAttribute(Inks.Of(chosen ? Ink.Chosen : piece.Ink));
            view.AddStr(x, y, piece.Text);
            x += Row.Columns(piece.Text);
        }
    }
}
