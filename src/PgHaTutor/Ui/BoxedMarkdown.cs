using PgHaTutor.Sessions;
using Terminal.Gui.Input;

namespace PgHaTutor.Ui;

/// <summary>Markdown in a labelled box, with rows of its own above and below.</summary>
internal abstract class BoxedMarkdown : View, ILessonBlock
{
    private readonly List<View> _passages = [];
    private IReadOnlyList<Row> _rows = [];
    private int _width = -1;

    public virtual Action? Enter => null;

    public virtual string EnterName => "run";

    public int Arrange(int width)
    {
        if (width == _width)
            return _rows.Count;
        _width = width;
        var y = 1;
        foreach (var passage in _passages)
        {
            y += passage == _passages[0] ? 0 : 1;
            passage.Frame = new Rectangle(2, y, width - 4, ((ILessonBlock)passage).Arrange(width - 4));
            y += passage.Frame.Height;
        }
        var rows = Enumerable.Repeat(Row.Empty, y - 1).Concat(Footer(width - 4));
        _rows = Rows.Box(Label, rows, width, HasFocus ? Ink.Accent : Ink, HasFocus);
        return _rows.Count;
    }

    public abstract bool Show(SessionState state);

    protected abstract string Label { get; }

    protected abstract Ink Ink { get; }

    protected virtual IEnumerable<Row> Footer(int width) => [];

    protected void Say(string markdown)
    {
        foreach (var passage in _passages)
        {
            Remove(passage);
            passage.Dispose();
        }
        _passages.Clear();
        _passages.AddRange(Passages.Of(markdown));
        foreach (var passage in _passages)
            Add(passage);
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
