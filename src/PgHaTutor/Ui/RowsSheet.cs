namespace PgHaTutor.Ui;

/// <summary>A sheet of rows to read, some of which may be chosen.</summary>
internal class RowsSheet : Sheet
{
    private readonly RowsView _rows = new() { Width = Dim.Fill(), Height = Dim.Fill() };
    private readonly IReadOnlyList<RowsView.Entry> _entries;
    private readonly int _width;

    public RowsSheet(string title, IReadOnlyList<RowsView.Entry> entries, int width = 76)
        : base(title)
    {
        (_entries, _width) = (entries, width);
        Add(_rows);
        _rows.SetEntries(entries);
    }

    public override Size Wanted(Size free)
    {
        var width = Math.Min(_width, free.Width);
        return new Size(width, Math.Min(free.Height, 2 + _entries.Sum(entry => entry.Write(width - 4).Count)));
    }

    public override IEnumerable<(string Key, string Does, Action Do)> Offers => [("↓", "down", () => _rows.Move(1)), ("↑", "up", () => _rows.Move(-1)), .. base.Offers];

    /// <summary>Shows the last rows, once it has a size.</summary>
    protected void BeginAtEnd() => _rows.BeginAtEnd();

    protected void TakeChosen() => _rows.ChosenEntry?.Enter?.Invoke();

    protected bool IsChosen => _rows.Chosen >= 0;

    /// <summary>Writes its rows anew; what was chosen stays so.</summary>
    protected void Rewrite() => _rows.SetNeedsWrite();

    protected void ChooseNothing() => _rows.ChooseNothing();

    /// <summary>Text that is only read.</summary>
    protected static RowsView.Entry Say(string text, Ink ink = Ink.Plain) => new(width => Rows.Wrap(text, width, ink));

    protected static RowsView.Entry Blank { get; } = new(_ => [Row.Empty]);
}
