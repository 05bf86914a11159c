using PgHaTutor.Sessions;

namespace PgHaTutor.Ui;

/// <summary>
/// What an exercise tells behind its last check and hint: it names the fault, so it is shown when the exercise has been solved.
/// </summary>
internal sealed class AfterwardsView : View, ILessonBlock
{
    private readonly IReadOnlyList<View> _told;
    private IReadOnlyList<Row> _rows = [];
    private bool _open;

    public AfterwardsView(IReadOnlyList<View> told)
    {
        _told = told;
        CanFocus = false;
        foreach (var view in told)
        {
            view.Visible = false;
            Add(view);
        }
    }

    public int Arrange(int width)
    {
        _rows = _open ? [] : Rows.Wrap("What it was, and what to keep from it, is told here when the checks are green.", width, Ink.Quiet);
        if (!_open)
            return _rows.Count;
        var y = 0;
        foreach (var view in _told)
        {
            y += view == _told[0] ? 0 : 1;
            view.Frame = new Rectangle(0, y, width, ((ILessonBlock)view).Arrange(width));
            y += view.Frame.Height;
        }
        return y;
    }

    public bool Show(SessionState state)
    {
        var open = state.Done || (state.Lesson is { } lesson && state.Progress[lesson.Id].Completed);
        if (open == _open)
            return false;
        _open = open;
        foreach (var view in _told)
            view.Visible = open;
        SetNeedsDraw();
        SuperView?.SetNeedsLayout();
        return true;
    }

    protected override bool OnDrawingContent(DrawContext? context)
    {
        for (var y = 0; y < Viewport.Height && y < _rows.Count; y++)
            this.Draw(y, _rows[y]);
        return true;
    }
}
