using Terminal.Gui.Input;

namespace PgHaTutor.Ui;

/// <summary>A scrolling list of entries, each of one or more rows, one of which is chosen.</summary>
internal class RowsView : View
{
    private IReadOnlyList<Entry> _entries = [];
    private List<Line> _lines = [];
    private int _width = -1;
    private int _height;
    private bool _toEnd;

    public RowsView()
    {
        CanFocus = true;
        ViewportSettings |= ViewportSettingsFlags.HasVerticalScrollBar;
    }

    /// <summary>An entry: how it reads at a width, and what Enter or a click on it does. Without that it cannot be chosen.</summary>
    public sealed record Entry(Func<int, IReadOnlyList<Row>> Write, Action? Enter = null, string Key = "");

    /// <summary>The chosen entry's index; -1 where nothing can be chosen.</summary>
    public int Chosen { get; private set; } = -1;

    public Entry? ChosenEntry => Chosen >= 0 && Chosen < _entries.Count ? _entries[Chosen] : null;

    public event Action? ChosenChanged;

    /// <summary>The rows that it takes in full, at a width.</summary>
    public int RowsAt(int width) => width <= 2 ? 0 : _entries.Sum(entry => entry.Write(width - 2).Count);

    /// <summary>Shows other entries; the choice stays on the entry with the same key.</summary>
    public void SetEntries(IReadOnlyList<Entry> entries)
    {
        var key = ChosenEntry?.Key;
        _entries = entries;
        var same = key is null ? -1 : entries.ToList().FindIndex(entry => entry.Enter is not null && entry.Key == key);
        Chosen = same >= 0 ? same : entries.ToList().FindIndex(entry => entry.Enter is not null);
        Write(Viewport.Width);
        SetNeedsDraw();
        ChosenChanged?.Invoke();
    }

    /// <summary>What an entry says has changed.</summary>
    public void SetNeedsWrite()
    {
        Write(Viewport.Width);
        SetNeedsDraw();
    }

    public void Choose(string key)
    {
        var index = _entries.ToList().FindIndex(entry => entry.Key == key && entry.Enter is not null);
        if (index >= 0)
            Choose(index);
    }

    public void ChooseNothing()
    {
        Chosen = -1;
        SetNeedsDraw();
    }

    /// <summary>Whether the chosen entry is marked although the focus is elsewhere, as in a list under a filter.</summary>
    public bool AlwaysMarked { get; init; }

    /// <summary>Shows the last rows, once it has a size.</summary>
    public void BeginAtEnd() => _toEnd = true;

    /// <summary>Moves the choice, or scrolls where there is none to move to.</summary>
    public void Move(int by)
    {
        var next = Chosen;
        for (var left = Math.Min(Math.Abs(by), _entries.Count); left > 0; left--)
        {
            var candidate = next + Math.Sign(by);
            while (candidate >= 0 && candidate < _entries.Count && _entries[candidate].Enter is null)
                candidate += Math.Sign(by);
            if (candidate < 0 || candidate >= _entries.Count)
                break;
            next = candidate;
        }
        if (next == Chosen)
            ScrollBy(by);
        else
            Choose(next);
    }

    protected override bool OnKeyDown(Key key)
    {
        var page = Math.Max(1, Viewport.Height - 1);
        if (key == Key.CursorDown || key == 'j') Move(1);
        else if (key == Key.CursorUp || key == 'k') Move(-1);
        else if (key == Key.PageDown) Move(page);
        else if (key == Key.PageUp) Move(-page);
        else if (key == Key.Home) Move(-_entries.Count);
        else if (key == Key.End) Move(_entries.Count);
        else if (key == Key.Enter && ChosenEntry?.Enter is { } enter) enter();
        else return base.OnKeyDown(key);
        return true;
    }

    protected override bool OnMouseEvent(Mouse mouse)
    {
        if (mouse.Flags.HasFlag(MouseFlags.WheeledDown)) ScrollBy(3);
        else if (mouse.Flags.HasFlag(MouseFlags.WheeledUp)) ScrollBy(-3);
        else if (mouse.Flags.HasFlag(MouseFlags.LeftButtonPressed) && mouse.Position is { } at && Viewport.Y + at.Y < _lines.Count && at.Y >= 0)
        {
            SetFocus();
            var (row, entry) = _lines[Viewport.Y + at.Y];
            var wasChosen = entry == Chosen;
            if (_entries[entry].Enter is not null)
                Choose(entry);
            if (row.PieceAt(at.X)?.Click is { } click)
                click();
            else if (wasChosen)
                _entries[entry].Enter?.Invoke();
        }
        else return base.OnMouseEvent(mouse);
        return true;
    }

    protected override void OnViewportChanged(DrawEventArgs e)
    {
        base.OnViewportChanged(e);
        if (Viewport.Width != _width)
            Write(Viewport.Width);
        if (_toEnd && Viewport.Height > 0 && _lines.Count > 0)
        {
            _toEnd = false;
            ScrollBy(_lines.Count);
        }
        // What is chosen stays in sight where the list becomes shorter under it.
        var shorter = Viewport.Height < _height;
        _height = Viewport.Height;
        if (shorter && Chosen >= 0)
            Reveal(Chosen);
    }

    protected override bool OnDrawingContent(DrawContext? context)
    {
        for (var y = 0; y < Viewport.Height && Viewport.Y + y < _lines.Count; y++)
        {
            var (row, entry) = _lines[Viewport.Y + y];
            this.Draw(y, row, chosen: entry == Chosen && (HasFocus || AlwaysMarked));
        }
        return true;
    }

    private void Choose(int index)
    {
        Chosen = index;
        Reveal(index);
        SetNeedsDraw();
        ChosenChanged?.Invoke();
    }

    private void Reveal(int index)
    {
        var first = _lines.FindIndex(line => line.Entry == index);
        var last = _lines.FindLastIndex(line => line.Entry == index);
        if (first < Viewport.Y)
            Viewport = Viewport with { Y = first };
        else if (last >= Viewport.Y + Viewport.Height)
            Viewport = Viewport with { Y = Math.Max(0, Math.Min(first, last - Viewport.Height + 1)) };
    }

    private void ScrollBy(int rows)
    {
        var furthest = Math.Max(0, _lines.Count - Viewport.Height);
        Viewport = Viewport with { Y = (int)Math.Clamp((long)Viewport.Y + rows, 0, furthest) };
    }

    private void Write(int viewportWidth)
    {
        _width = viewportWidth;
        // A blank column, and the scroll bar's, which is kept free also while there is none.
        var width = viewportWidth - (VerticalScrollBar.Visible ? 1 : 2);
        if (width <= 0)
            return;
        _lines = [.. _entries.SelectMany((entry, index) => entry.Write(width).Select(row => new Line(row, index)))];
        var size = new Size(viewportWidth, Math.Max(1, _lines.Count));
        if (GetContentSize() != size)
            SetContentSize(size);
        if (Viewport.Y > Math.Max(0, _lines.Count - Viewport.Height))
            ScrollBy(0);
    }

    private sealed record Line(Row Row, int Entry);
}
