using PgHaTutor.Sessions;

namespace PgHaTutor.Ui;

/// <summary>What was told last, and under it what is under way, or what could be done next.</summary>
internal sealed class StatusLine(TimeProvider time) : View
{
    private const int MostRows = 5;
    private static readonly string[] Turning = ["◐", "◓", "◑", "◒"];
    private Notice? _notice;
    private Notice? _told;
    private Notice? _dismissed;
    private bool _passing;
    private bool _whileBusy;
    private Work? _work;
    private NextUp? _next;
    private object? _atHand;
    private string _otherwise = "";
    private IReadOnlyList<Row> _rows = [Row.Empty];

    /// <summary>Whether there is something to dismiss.</summary>
    public bool HasNotice => _notice is not null;

    public void Show(SessionState state)
    {
        // What the session takes back, and what was told before the learner went on or of work that is over, is no longer true.
        if (_notice is not null && (_notice == _told ? state.Notice is null : (state.Work is not null && _work is null) || (_whileBusy && state.Work is null)))
            (_notice, _passing) = (null, false);
        _told = state.Notice;
        if (_told is { } told && told != _dismissed && (_notice is null || told.At >= _notice.At))
            (_notice, _passing) = (told, false);
        (_work, _next) = (state.Work, NextUp.Of(state));
    }

    /// <summary>What Enter acts on where the learner is: where that is what is next, the pointer says so.</summary>
    /// <param name="otherwise">Else how to come there.</param>
    public void SetAtHand(object? target, string otherwise) => (_atHand, _otherwise) = (target, otherwise);

    /// <summary>Tells something that the screen itself found; what is no failure goes with the next key.</summary>
    public void Tell(string text, bool isError = false) =>
        (_notice, _passing, _whileBusy) = (new Notice(text, isError, time.GetUtcNow()), !isError, _work is not null);

    /// <summary>The learner went on; true where something told in passing is gone with that.</summary>
    public bool Pass()
    {
        if (!_passing)
            return false;
        Dismiss();
        return true;
    }

    public void Dismiss()
    {
        // What the session told of the same is not to come back in its place.
        _dismissed = _passing ? _dismissed : _told;
        (_notice, _passing) = (null, false);
    }

    /// <summary>Writes itself for a width; gives the rows that it takes.</summary>
    public int Arrange(int width)
    {
        IReadOnlyList<Row> rows = [.. Told(width).Take(MostRows - 1), (_work is { } work ? Doing(work, width) : Pointer(width)).At(Math.Max(1, width))];
        if (!Rows.AreSame(rows, _rows))
            SetNeedsDraw();
        _rows = rows;
        return rows.Count;
    }

    protected override bool OnDrawingContent(DrawContext? context)
    {
        for (var y = 0; y < _rows.Count; y++)
            this.Draw(y, _rows[y]);
        return true;
    }

    private IReadOnlyList<Row> Told(int width) => _notice is not { } notice
        ? []
        : Rows.Wrap([new(notice.IsError ? " ✘ " : " • ", notice.IsError ? Ink.Failed : Ink.Accent), .. Rows.Inline(notice.Text), new(_passing ? "" : "  (Esc dismisses)", Ink.Quiet)], width, "   ");

    private Row Doing(Work work, int width)
    {
        var elapsed = time.GetUtcNow() - work.Since;
        var mark = Turning[(int)(elapsed.TotalSeconds * 4) & 3];
        var bar = work.Fraction is { } fraction && width >= 60 ? $" {Bar(fraction)}" : "";
        return new Row(
            new($" {mark} ", Ink.Accent), new(Row.Cut(work.Doing, Math.Max(10, width - 42)), Ink.Strong), new(bar, Ink.Accent),
            new($"  {Math.Max(0, (int)elapsed.TotalSeconds)} s", Ink.Plain), new(work.CanCancel ? "  Ctrl-C cancels" : "", Ink.Quiet));
    }

    private static string Bar(double fraction)
    {
        var full = (int)Math.Round(Math.Clamp(fraction, 0, 1) * 12);
        return $"▕{new string('█', full)}{new string('░', 12 - full)}▏";
    }

    private Row Pointer(int width)
    {
        if (_next is not { } next)
            return Row.Empty;
        var how = next.Target is null || _otherwise.Length == 0 ? "" : ReferenceEquals(next.Target, _atHand) ? " · Enter" : $" · {_otherwise}";
        return new Row(new(" next: ", Ink.Quiet), new(Row.Cut(next.Text, width - 7 - how.Length), Ink.Quiet), new(how, Ink.Accent));
    }
}
