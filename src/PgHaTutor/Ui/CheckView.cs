using PgHaTutor.Checks;
using PgHaTutor.Sessions;

namespace PgHaTutor.Ui;

/// <summary>A check at its place in the lesson.</summary>
internal sealed class CheckView(Check check, BlockActions actions) : RowsBlock
{
    private SessionState? _state;

    public Check Check => check;

    /// <summary>It is true, in its tense: there is nothing left to do about it.</summary>
    public bool HasPassed => _state?.Results.GetValueOrDefault(check.Id)?.Answer is Answer.Passed;

    public override Action? Enter => () => actions.Open(check);

    public override string EnterName => _state is not null && CheckRows.HiddenBy(check, _state) is not null ? "answer" : "details";

    public override bool Show(SessionState state)
    {
        var same = CheckRows.SaysTheSame(check, _state, state);
        _state = state;
        if (!same)
            Rewrite();
        return !same;
    }

    protected override IReadOnlyList<Row> Write(int width) => _state is null ? [] :
    [
        .. CheckRows.Of(check, _state, width - 2).Select(row => new Row(
            [new Piece(HasFocus ? "┃ " : "  ", Ink.Accent), .. row.Pieces.Select(piece => piece with { Click = () => actions.Open(check) })])),
    ];
}
