using Terminal.Gui.Input;

namespace PgHaTutor.Ui;

/// <summary>A question with its answers; the first one is chosen at the start, so it is the one that harms nothing.</summary>
internal sealed class AskSheet : RowsSheet
{
    private readonly IReadOnlyList<Option> _options;

    private AskSheet(string title, string question, IReadOnlyList<Option> options, IReadOnlyList<RowsView.Entry> entries)
        : base(title, entries, 64) => _options = options;

    /// <param name="Key">A letter that chooses it at once.</param>
    public sealed record Option(char Key, string Text, Action Do);

    /// <param name="open">Nothing is chosen at the start: an answer to this is worth a thought.</param>
    public static AskSheet Of(string title, string question, IReadOnlyList<Option> options, bool open = false)
    {
        AskSheet? sheet = null;
        IEnumerable<RowsView.Entry> answers = options.Select(option => new RowsView.Entry(
            width => Rows.Wrap([new($" {option.Key} ", Ink.Accent), new($" {option.Text}")], width, "    "), () => sheet!.Take(option), option.Text));
        sheet = new AskSheet(title, question, options, [Say(question), Blank, .. answers, Blank, Say(open ? "Its key, or ↑ ↓ and Enter, chooses · Esc closes" : "Enter takes the marked one · Esc closes", Ink.Quiet)]);
        if (open)
            sheet.ChooseNothing();
        return sheet;
    }

    protected override bool OnKeyDown(Key key)
    {
        if (_options.FirstOrDefault(option => key == option.Key) is not { } option)
            return base.OnKeyDown(key);
        Take(option);
        return true;
    }

    private void Take(Option option)
    {
        Close();
        option.Do();
    }
}
