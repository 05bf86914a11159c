using PgHaTutor.Sessions;
using Terminal.Gui.Input;

namespace PgHaTutor.Ui;

/// <summary>Markdown in a labelled box, with rows of its own above and below.</summary>
internal abstract class BoxedMarkdown : View, ILessonBlock
{
    private readonly ProseView _prose = new("") { X = 2, Y = 1, Visible = false };
    private IReadOnlyList<Row> _rows = [];
    private int _proseRows;
    private int _width = -1;

    protected BoxedMarkdown() => Add(_prose);

    public virtual Action? Enter => null;

    public int Arrange(int width)
    {
        if (width == _width)
            return _rows.Count;
        _width = width;
        _proseRows = _prose.Visible ? _prose.Arrange(width - 4) : 0;
        _prose.Frame = new Rectangle(2, 1, width - 4, Math.Max(1, _proseRows));
        var rows = Enumerable.Repeat(Row.Empty, _proseRows).Concat(Footer(width - 4));
        _rows = Rows.Box(Label, rows, width, HasFocus ? Ink.Accent : Ink, HasFocus);
        return _rows.Count;
    }

    public abstract bool Show(SessionState state);

    protected abstract string Label { get; }

    protected abstract Ink Ink { get; }

    protected virtual IEnumerable<Row> Footer(int width) => [];

    protected void Say(string markdown)
    {
        _prose.Visible = markdown.Length > 0;
        _prose.Say(markdown);
        Rewrite();
    }

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
        if (!CanFocus || !mouse.Flags.HasFlag(MouseFlags.LeftButtonPressed) || mouse.Position is not { } at || at.Y < 0 || at.Y >= _rows.Count)
            return base.OnMouseEvent(mouse);
        var click = _rows[at.Y].PieceAt(at.X)?.Click;
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
