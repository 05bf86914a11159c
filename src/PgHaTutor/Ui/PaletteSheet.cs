using PgHaTutor.Lessons;
using Terminal.Gui.Input;

namespace PgHaTutor.Ui;

/// <summary>Finds a command or a lesson by words of its name, of what it does, or by what others call it.</summary>
internal sealed class PaletteSheet : Sheet
{
    private readonly IReadOnlyList<Command> _commands;
    private readonly TextField _filter = new() { X = 2, Width = Dim.Fill() };
    private readonly RowsView _found = new() { Y = 1, Width = Dim.Fill(), Height = Dim.Fill(), CanFocus = false, AlwaysMarked = true };

    public PaletteSheet(IReadOnlyList<Command> commands)
        : base("Commands")
    {
        _commands = commands;
        Add(new Label { Text = ">" }, _filter, _found);
        _filter.TextChanged += (_, _) => Find();
        Find();
    }

    /// <param name="Unavailable">Why it cannot be done now; null where it can.</param>
    /// <param name="Also">Other words that it is found by.</param>
    public sealed record Command(string Name, string Key, string? Unavailable, Action Do, string Does = "", string Also = "");

    public override Size Wanted(Size free) => new(Math.Min(76, free.Width), Math.Min(22, free.Height));

    public override IEnumerable<(string Key, string Does, Action Do)> Offers =>
        [("Enter", "take the marked one", () => _found.ChosenEntry?.Enter?.Invoke()), ("↓", "down", () => _found.Move(1)), ("↑", "up", () => _found.Move(-1)), .. base.Offers];

    protected override bool OnKeyDown(Key key)
    {
        if (key == Key.CursorDown || key == Key.N.WithCtrl) _found.Move(1);
        else if (key == Key.CursorUp || key == Key.P.WithCtrl) _found.Move(-1);
        else if (key == Key.PageDown) _found.Move(10);
        else if (key == Key.PageUp) _found.Move(-10);
        else if (key == Key.Enter) _found.ChosenEntry?.Enter?.Invoke();
        else return base.OnKeyDown(key);
        return true;
    }

    private void Find()
    {
        var words = _filter.Text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var found = Entries(words);
        var meant = found.Count > 0 ? words : [.. words.Select(Meant)];
        if (found.Count == 0)
            found = [.. Entries(meant)];
        _found.SetEntries(found.Count > 0 && meant.SequenceEqual(words) ? found
            : found.Count > 0 ? [Say($"Nothing is called so; with “{string.Join(' ', meant)}”:"), .. found]
            : [Say("Nothing is called so. F1 shows every key.")]);
    }

    private static RowsView.Entry Say(string text) => new(width => Rows.Wrap(text, width, Ink.Quiet));

    /// <summary>The nearest word that something is found by; the word itself where it is one, or where none is near.</summary>
    private string Meant(string word) => _commands.Any(command => Has(command, word)) ? word
        : NearestName.Of(word, [.. _commands.SelectMany(command => $"{command.Name} {command.Also}".Split([' ', ':'], StringSplitOptions.RemoveEmptyEntries)).Distinct()]) ?? word;

    private static bool Has(Command command, string word) => $"{command.Name} {command.Does} {command.Also}".Contains(word, StringComparison.OrdinalIgnoreCase);

    private List<RowsView.Entry> Entries(IReadOnlyList<string> words) =>
    [
        .. _commands
            .Where(command => words.All(word => Has(command, word)))
            .OrderBy(command => command.Unavailable is not null)
            .ThenBy(command => words.Count > 0 && !command.Name.StartsWith(words[0], StringComparison.OrdinalIgnoreCase))
            .ThenBy(command => words.Count > 0 && !command.Name.Contains(words[0], StringComparison.OrdinalIgnoreCase) && !command.Also.Contains(words[0], StringComparison.OrdinalIgnoreCase))
            .Select(command => new RowsView.Entry(width => [Write(command, width)], command.Unavailable is null ? () => Take(command) : null, command.Name)),
    ];

    private static Row Write(Command command, int width) => command.Unavailable is { } why
        ? new Row(new Piece($" {command.Name}: not now, {why}", Ink.Quiet)).At(width)
        : new Row([.. new Row(new($" {command.Name}{(command.Does.Length > 0 ? new string(' ', Math.Max(1, 15 - command.Name.Length)) : "")}"), new(command.Does, Ink.Quiet)).At(width - Row.Columns(command.Key) - 2).Pieces, new Piece($" {command.Key} ", Ink.Accent)]);

    private void Take(Command command)
    {
        Close();
        command.Do();
    }
}
