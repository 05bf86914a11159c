using PgHaTutor.Checks;
using PgHaTutor.Sessions;

namespace PgHaTutor.Ui;

/// <summary>A check at its place in the lesson.</summary>
internal sealed class CheckView(Check check, BlockActions actions) : RowsBlock
{
    private CheckResult? _result;
    private bool _ahead;

    public Check Check => check;

    public override Action? Enter => () => actions.Open(check);

    public override string EnterName => "details";

    public override bool Show(SessionState state)
    {
        var result = state.Results.GetValueOrDefault(check.Id);
        var ahead = CheckRows.IsAhead(check, state);
        var same = CheckRows.SaysTheSame(result, _result) && ahead == _ahead;
        (_result, _ahead) = (result, ahead);
        if (!same)
            Rewrite();
        return !same;
    }

    protected override IReadOnlyList<Row> Write(int width)
    {
        var rows = CheckRows.Of(check, _result, _ahead, width - 2);
        return [.. rows.Select((row, index) => new Row(
            [new Piece(HasFocus ? "┃ " : "  ", Ink.Accent), .. row.Pieces.Select(piece => piece with { Click = () => actions.Open(check) })]))];
    }
}
