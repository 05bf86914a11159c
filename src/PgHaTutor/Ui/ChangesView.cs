using PgHaTutor.Labs;

namespace PgHaTutor.Ui;

/// <summary>What a step changed in the lab: the Observation before it against the one after.</summary>
internal sealed class ChangesView : View
{
    private IReadOnlyList<Piece> _pieces = [];

    public void Show(Observation? before, Observation? after)
    {
        _pieces = [.. Write(before, after).SelectMany((row, index) => index == 0 ? row.Pieces : [new Piece("\n"), .. row.Pieces])];
        SetNeedsDraw();
    }

    /// <summary>The changes as rows, for a view that shows more than them.</summary>
    public static IReadOnlyList<Row> Write(Observation? before, Observation? after) => (before, after) switch
    {
        (null, _) or (_, null) => [new Row(new Piece("The cluster was not observed around this step.", Ink.Quiet))],
        _ when Changes.Of(before, after) is { Count: > 0 } changes => [.. changes.Select(said => new Row(new Piece("△ ", Ink.Accent), new Piece(said, said.StartsWith("CONTRADICTION", StringComparison.Ordinal) ? Ink.Failed : Ink.Plain)))],
        _ => [new Row(new Piece("No server, role, slot or stream changed.", Ink.Quiet))],
    };

    protected override bool OnDrawingContent(DrawContext? context)
    {
        var rows = Rows.Wrap(_pieces, Viewport.Width, "  ");
        for (var y = 0; y < Math.Min(rows.Count, Viewport.Height); y++)
            this.Draw(y, rows[y]);
        return true;
    }
}
