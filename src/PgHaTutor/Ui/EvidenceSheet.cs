using PgHaTutor.Checks;
using PgHaTutor.Sessions;
using Terminal.Gui.Input;

namespace PgHaTutor.Ui;

/// <summary>All that a check saw, so that anybody can see the same again.</summary>
internal sealed class EvidenceSheet : RowsSheet
{
    private readonly CheckResult? _result;
    private readonly Action<string> _copy;

    public EvidenceSheet(Check check, SessionState state, Action<string> copy)
        : base($"Check {check.Id}", [.. Entries(check, state)], 84) => (_result, _copy) = (state.Results.GetValueOrDefault(check.Id), copy);

    public override IEnumerable<(string Key, string Does, Action Do)> Offers =>
        _result is { Finding.Query.Length: > 0 } ? [("y", "copy what was asked", CopyQuery), .. base.Offers] : base.Offers;

    protected override bool OnKeyDown(Key key)
    {
        if (key != 'y' || _result is null)
            return base.OnKeyDown(key);
        CopyQuery();
        return true;
    }

    private void CopyQuery() => _copy(_result!.Finding.Query);

    private static IEnumerable<RowsView.Entry> Entries(Check check, SessionState state)
    {
        var result = state.Results.GetValueOrDefault(check.Id);
        yield return new RowsView.Entry(width => Rows.Wrap([CheckRows.Head(check, result), .. Rows.Inline(check.Title, Ink.Strong)], width, "  "));
        yield return Say(Words.Tense(check.Tense), Ink.Quiet);
        if (check.Tense is Tense.Invariant && result?.Answer is Answer.Failed)
            yield return Say("R, back in the lesson, is the way out: to the lesson's start, or to the step before which it still held.", Ink.Callout);
        if (check.Needs.Count > 0)
            yield return Say($"needs: {string.Join(", ", check.Needs.Select(id => state.Lesson?.Checks.FirstOrDefault(other => other.Id == id)?.Title is { Length: > 0 } title ? $"“{title}”" : id))}", Ink.Quiet);
        if (result is null)
        {
            yield return Say("Nobody has looked yet.");
            yield break;
        }
        var finding = result.Finding;
        foreach (var entry in new[]
                 {
                     Part("Why", finding.Reason), Part("What that means", result.Explanation ?? ""), Part("Node", finding.Node),
                     Part("Asked", finding.Query, code: true), Part("Answered", finding.Observed), Part("Expected", finding.Expected),
                     Part("At", $"{result.At.ToLocalTime():HH:mm:ss}"),
                 })
            if (entry is not null)
                yield return entry;
        if (finding.Query.Length > 0)
        {
            yield return Blank;
            yield return Say("y copies what was asked", Ink.Quiet);
        }
    }

    private static RowsView.Entry? Part(string label, string text, bool code = false) => text.Trim().Length == 0 ? null : new(width =>
    [
        Row.Empty,
        new Row(new Piece(label, Ink.Accent)),
        .. Rows.Wrap(code ? Highlighter.Pieces(text.Trim()) : Rows.Inline(text.Trim()), width - 2, "  ").Select(row => new Row([new Piece("  "), .. row.Pieces])),
    ]);
}
