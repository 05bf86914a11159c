using System.Globalization;
using Terminal.Gui.Input;

namespace PgHaTutor.Ui;

/// <summary>
/// An output log on the screen; it follows the end until the reader scrolls back. Long lines are wrapped: of a server's
/// log line it is the end that tells the reason.
/// </summary>
internal sealed class OutputView : View
{
    // Often enough for the eye; lines that come in between are drawn together.
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    private readonly OutputLog _log;
    private (long First, long Next) _drawn = (-1, -1);
    private long _top;
    private bool _follows = true;
    private int _drawsSoon;
    private (string Text, OutputKind Kind)[] _lines = [];

    public OutputView(OutputLog log)
    {
        _log = log;
        CanFocus = true;
        _log.Changed += DrawSoon;
    }

    /// <summary>Moves by lines; reaching the end means to follow it again.</summary>
    public void Scroll(long lines)
    {
        var (first, next) = _log.Span;
        var last = LastTop(first, next);
        _top = Math.Clamp((_follows ? last : _top) + lines, first, Math.Max(first, last));
        _follows = _top >= last;
        SetNeedsDraw();
    }

    public void ScrollPage(int pages) => Scroll(pages * Math.Max(1, Viewport.Height - 1));

    public void ScrollToStart() => Scroll(-(_log.Span.Next));

    public void ScrollToEnd() => Scroll(_log.Span.Next);

    protected override bool OnKeyDown(Key key)
    {
        if (key == Key.CursorUp) Scroll(-1);
        else if (key == Key.CursorDown) Scroll(1);
        else if (key == Key.PageUp) ScrollPage(-1);
        else if (key == Key.PageDown) ScrollPage(1);
        else if (key == Key.Home) ScrollToStart();
        else if (key == Key.End) ScrollToEnd();
        else return base.OnKeyDown(key);
        return true;
    }

    protected override bool OnMouseEvent(Mouse mouse)
    {
        if (mouse.Flags.HasFlag(MouseFlags.WheeledUp)) Scroll(-3);
        else if (mouse.Flags.HasFlag(MouseFlags.WheeledDown)) Scroll(3);
        else return base.OnMouseEvent(mouse);
        return true;
    }

    protected override bool OnDrawingContent(DrawContext? context)
    {
        var (width, height) = (Viewport.Width, Viewport.Height);
        _drawn = _log.Span;
        // What was on top may have left the log meanwhile.
        _top = _follows ? Math.Max(_drawn.First, _drawn.Next - height) : Math.Max(_top, _drawn.First);
        List<Row> rows = [];
        var below = _drawn.Next - _top;
        foreach (var (text, kind) in Lines(_top))
        {
            if (!_follows && rows.Count >= height)
                break;
            rows.AddRange(RowsOf(text, kind, width));
            below--;
        }
        if (_follows && rows.Count > height)
            rows.RemoveRange(0, rows.Count - height);
        for (var y = 0; y < Math.Min(rows.Count, height); y++)
            this.Draw(y, rows[y]);
        if (below > 0)
            DrawBelow(below, width, height - 1);
        return true;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _log.Changed -= DrawSoon;
        base.Dispose(disposing);
    }

    /// <summary>The lines from one on, as many as can be seen at once.</summary>
    private ReadOnlySpan<(string Text, OutputKind Kind)> Lines(long from)
    {
        if (_lines.Length != Viewport.Height)
            _lines = new (string, OutputKind)[Viewport.Height];
        return _lines.AsSpan(0, _log.Read(from, _lines));
    }

    /// <summary>The line on top where the view stands at the end of the log.</summary>
    private long LastTop(long first, long next)
    {
        var top = Math.Max(first, next - Viewport.Height);
        var lines = Lines(top);
        var (rows, fitting) = (0, 0);
        for (var index = lines.Length - 1; index >= 0; index--, fitting++)
            if ((rows += RowsOf(lines[index].Text, lines[index].Kind, Viewport.Width).Count) > Viewport.Height)
                break;
        return top + lines.Length - Math.Max(1, fitting);
    }

    private IReadOnlyList<Row> RowsOf(string text, OutputKind kind, int width)
    {
        var (mark, ink) = kind switch
        {
            OutputKind.Begin => ("▶ ", Ink.Accent),
            OutputKind.Further => ("> ", Ink.Accent),
            OutputKind.Waiting => ("… ", Ink.Blocked),
            OutputKind.Error => ("! ", Ink.Callout),
            OutputKind.Succeeded => ("✔ ", Ink.Passed),
            OutputKind.Failed => ("✘ ", Ink.Failed),
            OutputKind.Divider => ("── ", Ink.Accent),
            _ => ("  ", Ink.Plain),
        };
        return Row.Columns(text) <= width - mark.Length
            ? [new Row(new Piece(mark, ink), new Piece(text, ink))]
            : [.. Rows.Wrap([new Piece(text, ink)], width - mark.Length).Select((row, index) => new Row([new Piece(index == 0 ? mark : "  ", ink), .. row.Pieces]))];
    }

    private void DrawBelow(long count, int width, int y)
    {
        var said = string.Create(CultureInfo.InvariantCulture, $" ↓ {count:N0} more, PgDn ");
        if (said.Length < width)
        {
            SetAttribute(Inks.Of(Ink.Chosen));
            AddStr(width - said.Length, y, said);
        }
    }

    // From any thread. Without an application there is nothing to draw on yet, and the first drawing shows all.
    private void DrawSoon()
    {
        if (App is { } app && Interlocked.Exchange(ref _drawsSoon, 1) == 0)
            app.AddTimeout(Interval, DrawWhatIsNew);
    }

    private bool DrawWhatIsNew()
    {
        _drawsSoon = 0;
        if (_log.Span != _drawn)
            SetNeedsDraw();
        return false;
    }
}
