using Terminal.Gui.Input;

namespace PgHaTutor.Ui;

/// <summary>A question with its answers; the first one is chosen at the start, so it is the one that harms nothing.</summary>
internal sealed class AskSheet : RowsSheet
{
    private readonly IReadOnlyList<Option> _options;
    private bool _wasPressed;

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
        sheet = new AskSheet(title, question, options, [Say(question), Blank, .. answers, Blank, new RowsView.Entry(width => sheet!.HowTo(open, width))]);
        if (open)
            sheet.ChooseNothing();
        return sheet;
    }

    public override IEnumerable<(string Key, string Does, Action Do)> Offers => _options
        .Select(option => ($"{option.Key}", "", (Action)(() => Take(option))))
        .Concat(IsChosen ? [("Enter", "take the marked one", TakeChosen)] : [])
        .Concat(base.Offers);

    private IReadOnlyList<Row> HowTo(bool open, int width) =>
        _wasPressed ? Rows.Wrap($"Nothing is marked yet: press {_options[0].Key} to {_options[^1].Key}, or ↓ and then Enter.", width, Ink.Callout)
        : Rows.Wrap(open ? "Its key, or ↑ ↓ and Enter, chooses" : "Enter takes the marked one", width, Ink.Quiet);

    protected override bool OnKeyDown(Key key)
    {
        if (key == Key.Enter && !IsChosen)
        {
            _wasPressed = true;
            Rewrite();
            return true;
        }
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
