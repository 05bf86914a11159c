using PgHaTutor.Lessons;
using PgHaTutor.Sessions;

namespace PgHaTutor.Ui;

/// <summary>The hints for one step, or for the lesson as a whole: shown tier by tier, as they are asked for.</summary>
internal sealed class HintView : BoxedMarkdown
{
    private readonly string? _step;
    private readonly IReadOnlyList<Hint> _hints;
    private readonly BlockActions _actions;
    private int _shown;
    private bool _isAsked;

    public HintView(string? step, IReadOnlyList<Hint> hints, BlockActions actions) =>
        (_step, _hints, _actions) = (step, [.. hints.OrderBy(hint => hint.Tier)], actions);

    public string? Step => _step;

    /// <summary>One who only comes by here shall not spend a hint: the first Enter says what the second does.</summary>
    public override Action? Enter => _shown == _hints.Count ? null : Reveal;

    public override string EnterName => "hint";

    private void Reveal()
    {
        if (_isAsked)
            _actions.Hint(_step);
        _isAsked = !_isAsked;
        Rewrite();
    }

    protected override void OnHasFocusChanged(bool newHasFocus, View? previousFocusedView, View? focusedView)
    {
        _isAsked = false;
        base.OnHasFocusChanged(newHasFocus, previousFocusedView, focusedView);
    }

    public override bool Show(SessionState state)
    {
        var tier = state.Lesson is { } lesson ? state.Progress[lesson.Id].Hints.GetValueOrDefault(_step ?? "") : 0;
        var shown = _hints.Count(hint => hint.Tier <= tier);
        if (shown == _shown)
            return false;
        _shown = shown;
        Say(string.Join("\n\n", _hints.Take(shown).Select((hint, index) => $"**Hint {index + 1}**\n\n{hint.Markdown.Trim()}")));
        return true;
    }

    protected override string Label => _step is null ? "Hints" : $"Hints for {_step}";

    protected override Ink Ink => Ink.Quiet;

    protected override IEnumerable<Row> Footer(int width)
    {
        var left = _hints.Count - _shown;
        if (left == 0)
            return [new Row(new Piece("There is no further hint.", Ink.Quiet))];
        var offer = new Piece(_shown == 0 ? "[h\u00a0first hint]" : "[h\u00a0next hint]", Ink.Accent, () => _actions.Hint(_step));
        return Rows.Wrap([offer, _isAsked ? new(" Enter again shows it; it is noted in your record.", Ink.Callout) : new($" {left} of {_hints.Count} not shown; each is noted in your record.", Ink.Quiet)], width);
    }
}
