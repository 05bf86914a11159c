using PgHaTutor.Sessions;
using Terminal.Gui.Input;

namespace PgHaTutor.Ui;

/// <summary>A block of the lesson that is made of rows.</summary>
internal abstract class RowsBlock : View, ILessonBlock
{
    private IReadOnlyList<Row> _rows = [];
    private int _width = -1;

    protected RowsBlock()
    {
        CanFocus = true;
        TabStop = TabBehavior.TabStop;
    }

    public virtual Action? Enter => null;

    public virtual string EnterName => "run";

    public int Arrange(int width)
    {
        if (width != _width)
        {
            _width = width;
            _rows = Write(width);
        }
        return _rows.Count;
    }

    public abstract bool Show(SessionState state);

    /// <summary>What it says, at a width.</summary>
    protected abstract IReadOnlyList<Row> Write(int width);

    /// <summary>What it says is to be written anew before the next frame.</summary>
    protected void Rewrite()
    {
        _width = -1;
        SetNeedsDraw();
        SuperView?.SetNeedsLayout();
    }

    protected override void OnHasFocusChanged(bool newHasFocus, View? previousFocusedView, View? focusedView)
    {
        base.OnHasFocusChanged(newHasFocus, previousFocusedView, focusedView);
        Rewrite();
    }

    protected override bool OnMouseEvent(Mouse mouse)
    {
        if (!mouse.Flags.HasFlag(MouseFlags.LeftButtonPressed) || mouse.Position is not { } at || at.Y < 0 || at.Y >= _rows.Count)
            return base.OnMouseEvent(mouse);
        // What is meant is what stands there now: the focus may scroll it away before the button is let go.
        var click = _rows[at.Y].PieceAt(at.X)?.Click;
        if (!CanFocus && click is null)
            return base.OnMouseEvent(mouse);
        SetFocus();
        click?.Invoke();
        return true;
    }

    protected override bool OnDrawingContent(DrawContext? context)
    {
        for (var y = 0; y < Viewport.Height && y < _rows.Count; y++)
            this.Draw(y, _rows[y]);
        return true;
    }
}
