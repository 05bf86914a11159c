using System.Text;
using PgHaTutor.Sessions;

namespace PgHaTutor.Ui;

/// <summary>Ordinary Markdown of a lesson, without its fenced code.</summary>
internal sealed class ProseView : Markdown, ILessonBlock
{
    // By default the library makes a hot key of what follows an underscore, and pg_stat_replication would take every S.
    public static readonly Rune NoHotKey = (Rune)'\uffff';
    private int _width = -1;

    public ProseView(string markdown)
    {
        CanFocus = false;
        HotKeySpecifier = NoHotKey;
        ShowCopyButtons = false;
        ShowHeadingPrefix = false;
        UseThemeBackground = false;
        SyntaxHighlighter = Highlighter.Shared;
        Text = markdown;
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
}
