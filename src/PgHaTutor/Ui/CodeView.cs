using PgHaTutor.Sessions;

namespace PgHaTutor.Ui;

/// <summary>A piece of code in the text: only to be read, long lines broken. The library's own would cut them off, and widen tables to them.</summary>
internal sealed class CodeView : RowsBlock
{
    private readonly string _code;

    public CodeView(string code)
    {
        _code = code;
        CanFocus = false;
    }

    public override bool Show(SessionState state) => false;

    protected override IReadOnlyList<Row> Write(int width) =>
        [.. _code.Split('\n').SelectMany(line => Rows.Wrap(Highlighter.Pieces(line), width - 2, "    ")).Select(row => new Row([new Piece("  "), .. row.Pieces]))];
}
