namespace PgHaTutor.Ui;

/// <summary>A pane with its title and a line around it, heavy where the focus is; or, on a small screen, the pane alone.</summary>
internal sealed class PaneFrame : View
{
    private readonly View _pane;
    private bool _bordered = true;

    public PaneFrame(View pane)
    {
        _pane = pane;
        CanFocus = true;
        HotKeySpecifier = ProseView.NoHotKey;
        Add(pane);
    }

    public View Pane => _pane;

    public bool Bordered
    {
        get => _bordered;
        set
        {
            if (_bordered == value)
                return;
            _bordered = value;
            SetNeedsLayout();
            SetNeedsDraw();
        }
    }

    protected override void OnTitleChanged()
    {
        base.OnTitleChanged();
        SetNeedsDraw();
    }

    protected override void OnHasFocusChanged(bool newHasFocus, View? previousFocusedView, View? focusedView)
    {
        base.OnHasFocusChanged(newHasFocus, previousFocusedView, focusedView);
        SetNeedsDraw();
    }

    protected override void OnSubViewLayout(LayoutEventArgs args)
    {
        var place = _bordered
            ? new Rectangle(1, 1, Math.Max(1, Viewport.Width - 2), Math.Max(1, Viewport.Height - 2))
            : new Rectangle(0, 0, Viewport.Width, Viewport.Height);
        if (_pane.Frame != place)
            _pane.Frame = place;
        base.OnSubViewLayout(args);
    }

    protected override bool OnDrawingContent(DrawContext? context)
    {
        if (!_bordered || Viewport.Width < 8 || Viewport.Height < 2)
            return true;
        var rows = Rows.Box(Title, Enumerable.Repeat(Row.Empty, Viewport.Height - 2), Viewport.Width, HasFocus ? Ink.Accent : Ink.Quiet, HasFocus);
        for (var y = 0; y < rows.Count; y++)
            this.Draw(y, rows[y]);
        return true;
    }
}
