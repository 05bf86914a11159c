namespace PgHaTutor.Ui;

/// <summary>Markdown in a labelled box, with rows of its own above and below.</summary>
internal abstract class BoxedMarkdown : RowsBlock
{
    private readonly List<View> _passages = [];

    protected override IReadOnlyList<Row> Write(int width)
    {
        var y = 1;
        foreach (var passage in _passages)
        {
            y += passage == _passages[0] ? 0 : 1;
            passage.Frame = new Rectangle(2, y, width - 4, ((ILessonBlock)passage).Arrange(width - 4));
            y += passage.Frame.Height;
        }
        var rows = Enumerable.Repeat(Row.Empty, y - 1).Concat(Footer(width - 4));
        return Rows.Box(Label, rows, width, HasFocus ? Ink.Accent : Ink, HasFocus);
    }

    protected abstract string Label { get; }

    protected abstract Ink Ink { get; }

    protected virtual IEnumerable<Row> Footer(int width) => [];

    protected void Say(string markdown)
    {
        foreach (var passage in _passages)
        {
            Remove(passage);
            passage.Dispose();
        }
        _passages.Clear();
        _passages.AddRange(Passages.Of(markdown));
        foreach (var passage in _passages)
            Add(passage);
        Rewrite();
    }
}
