using PgHaTutor.Sessions;

namespace PgHaTutor.Ui;

/// <summary>Ordinary Markdown of a lesson.</summary>
internal sealed class ProseView : Markdown, ILessonBlock
{
    private int _width = -1;

    public ProseView(string markdown)
    {
        CanFocus = false;
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

    /// <summary>Other text: its height is to be asked for again.</summary>
    public void Say(string markdown)
    {
        Text = markdown;
        _width = -1;
    }
}
