using System.Globalization;
using Terminal.Gui.Input;
using Terminal.Gui.Text;

namespace PgHaTutor.Ui;

/// <summary>An output log on the screen; it follows the end until the reader scrolls back.</summary>
internal sealed class OutputView : View
{
    private const int Sideways = 8;

    // Often enough for the eye; lines that come in between are drawn together.
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    private readonly OutputLog _log;
    private (long First, long Next) _drawn = (-1, -1);
    private long _top;
    private int _left;
    private bool _follows = true;
    private object? _timer;
    private (string Text, OutputKind Kind)[] _lines = [];

    public OutputView(OutputLog log)
    {
        _log = log;
        CanFocus = true;
        Initialized += (_, _) => _timer = App?.AddTimeout(Interval, DrawWhatIsNew);
    }

    /// <summary>Moves by lines; reaching the end means to follow it again.</summary>
    public void Scroll(long lines)
    {
        var (first, next) = _log.Span;
        var last = Math.Max(first, next - Viewport.Height);
        _top = Math.Clamp((_follows ? last : _top) + lines, first, last);
        _follows = _top >= last;
        SetNeedsDraw();
    }

    public void ScrollPage(int pages) => Scroll(pages * Math.Max(1, Viewport.Height - 1));

    public void ScrollToStart() => Scroll(-(_log.Span.Next));

    public void ScrollToEnd() => Scroll(_log.Span.Next);

    /// <summary>Moves the view along lines that are longer than it is wide.</summary>
    public void ScrollSideways(int columns)
    {
        _left = Math.Max(0, _left + columns);
        SetNeedsDraw();
    }

    protected override bool OnKeyDown(Key key)
    {
        if (key == Key.CursorUp) Scroll(-1);
        else if (key == Key.CursorDown) Scroll(1);
        else if (key == Key.PageUp) ScrollPage(-1);
        else if (key == Key.PageDown) ScrollPage(1);
        else if (key == Key.Home) ScrollToStart();
        else if (key == Key.End) ScrollToEnd();
        else if (key == Key.CursorLeft) ScrollSideways(-Sideways);
        else if (key == Key.CursorRight) ScrollSideways(Sideways);
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
        if (_lines.Length != height)
            _lines = new (string, OutputKind)[height];
        _drawn = _log.Span;
        // What was on top may have left the log meanwhile.
        _top = _follows ? Math.Max(_drawn.First, _drawn.Next - height) : Math.Max(_top, _drawn.First);
        var count = _log.Read(_top, _lines);
        for (var y = 0; y < count; y++)
            this.Draw(y, RowOf(_lines[y].Text, _lines[y].Kind, width));
        if (_drawn.Next - _top - height is > 0 and var below)
            DrawBelow(below, width, height - 1);
        return true;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && _timer is not null)
            App?.RemoveTimeout(_timer);
        base.Dispose(disposing);
    }

    private Row RowOf(string text, OutputKind kind, int width)
    {
        var (mark, ink) = kind switch
        {
            OutputKind.Begin => ("▶ ", Ink.Accent),
            OutputKind.Error => ("! ", Ink.Callout),
            OutputKind.Succeeded => ("✔ ", Ink.Passed),
            OutputKind.Failed => ("✘ ", Ink.Failed),
            _ => ("  ", Ink.Plain),
        };
        return new Row(new Piece(mark, ink), new Piece(Row.Cut(From(text, _left), Math.Max(0, width - mark.Length)), ink));
    }

    private static string From(string text, int left)
    {
        var (skipped, at) = (0, 0);
        foreach (var grapheme in left == 0 ? [] : GraphemeHelper.GetGraphemes(text))
        {
            if (skipped >= left)
                break;
            skipped += Row.Columns(grapheme);
            at += grapheme.Length;
        }
        return text[at..];
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

    private bool DrawWhatIsNew()
    {
        if (_log.Span != _drawn)
            SetNeedsDraw();
        return true;
    }
}
