using System.Text;
using System.Text.RegularExpressions;
using PgHaTutor.Sessions;

namespace PgHaTutor.Ui;

/// <summary>Ordinary Markdown of a lesson, without its fenced code and its tables.</summary>
internal sealed partial class ProseView : Markdown, ILessonBlock
{
    // By default the library makes a hot key of what follows an underscore, and pg_stat_replication would take every S.
    public static readonly Rune NoHotKey = (Rune)'\uffff';

    // The library breaks no line between parentheses, and so breaks words where a parenthesis is longer than a line (Markdown.WrapBlock).
    // What it does not know for one, it wraps like any word; on the screen it is put back.
    private const char Opening = '\ue028';

    private int _width = -1;

    public ProseView(string markdown)
    {
        CanFocus = false;
        HotKeySpecifier = NoHotKey;
        ShowCopyButtons = false;
        ShowHeadingPrefix = false;
        UseThemeBackground = false;
        SyntaxHighlighter = Highlighter.Shared;
        Text = Parenthesis().Replace(markdown, $"{Opening}");
    }

    public int Arrange(int width)
    {
        if (width != _width)
        {
            _width = width;
            Frame = Frame with { Width = width };
            Layout();
        }
        return Math.Max(1, LineCount);
    }

    public bool Show(SessionState state) => false;

    protected override bool OnDrawingSubViews(DrawContext? context)
    {
        var handled = base.OnDrawingSubViews(context);
        if (App?.Driver?.Contents is not { } cells)
            return handled;
        var whole = ViewportToScreen(new Rectangle(Point.Empty, Viewport.Size));
        // A view that is scrolled begins above the screen.
        var place = Rectangle.Intersect(whole, new Rectangle(0, 0, cells.GetLength(1), cells.GetLength(0)));
        for (var y = place.Top; y < place.Bottom; y++)
            for (var x = place.Left; x < place.Right; x++)
                if (cells[y, x] is { Grapheme: [Opening], Attribute: { } ink })
                {
                    SetAttribute(ink);
                    AddStr(x - whole.Left, y - whole.Top, "(");
                }
        return handled;
    }

    /// <summary>What opens a parenthesis in running text, and not a link.</summary>
    [GeneratedRegex(@"(?<!\])\(")]
    private static partial Regex Parenthesis();
}
