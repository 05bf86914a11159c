using Terminal.Gui.Input;

namespace PgHaTutor.Ui;

/// <summary>One row of pieces that may be clicked: the tabs, the key bar.</summary>
internal sealed class Strip : View
{
    private Row _row = Row.Empty;

    public Strip()
    {
        CanFocus = false;
        Height = 1;
    }

    public void Show(Row row)
    {
        var same = Rows.AreSame([row], [_row]);
        _row = row;
        if (!same)
            SetNeedsDraw();
    }

    protected override bool OnMouseEvent(Mouse mouse)
    {
        if (!mouse.Flags.HasFlag(MouseFlags.LeftButtonPressed) || mouse.Position is not { } at || _row.PieceAt(at.X)?.Click is not { } click)
            return base.OnMouseEvent(mouse);
        click();
        return true;
    }

    protected override bool OnDrawingContent(DrawContext? context)
    {
        this.Draw(0, _row.At(Viewport.Width));
        return true;
    }
}
