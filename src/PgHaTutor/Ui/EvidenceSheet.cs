using PgHaTutor.Checks;
using Terminal.Gui.Input;

namespace PgHaTutor.Ui;

/// <summary>All that a check saw, so that anybody can see the same again.</summary>
internal sealed class EvidenceSheet : RowsSheet
{
    private readonly CheckResult? _result;
    private readonly Action<string> _copy;

    public EvidenceSheet(Check check, CheckResult? result, Action<string> copy)
        : base($"Check {check.Id}", [.. Entries(check, result)], 84) => (_result, _copy) = (result, copy);

    protected override bool OnKeyDown(Key key)
    {
        if (key != 'y' || _result is null)
            return base.OnKeyDown(key);
        _copy(_result.Finding.Query);
        return true;
    }

    private static IEnumerable<RowsView.Entry> Entries(Check check, CheckResult? result)
    {
        yield return new RowsView.Entry(width => Rows.Wrap(
            [new($"{Words.Mark(result?.Answer)} {Words.Name(result?.Answer)}  ", Words.Ink(result?.Answer)), .. Rows.Inline(check.Title, Ink.Strong)], width, "  "));
        yield return Say(Words.Tense(check.Tense), Ink.Quiet);
        if (check.Needs.Count > 0)
            yield return Say($"needs: {string.Join(", ", check.Needs)}", Ink.Quiet);
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
        yield return Blank;
        yield return Say(finding.Query.Length > 0 ? "y copies what was asked · Esc closes" : "Esc closes", Ink.Quiet);
    }

    private static RowsView.Entry? Part(string label, string text, bool code = false) => text.Trim().Length == 0 ? null : new(width =>
    [
        Row.Empty,
        new Row(new Piece(label, Ink.Accent)),
        .. Rows.Wrap(code ? Highlighter.Pieces(text.Trim()) : Rows.Inline(text.Trim()), width - 2, "  ").Select(row => new Row([new Piece("  "), .. row.Pieces])),
    ]);
}
