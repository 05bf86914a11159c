using Terminal.Gui.Input;

namespace PgHaTutor.Ui;

/// <summary>One line of the key table.</summary>
/// <param name="Name">What it is called in the palette and the key bar.</param>
/// <param name="Does">What it does, for the help.</param>
/// <param name="Keys">The keys; letters work where no text is being typed, all others everywhere.</param>
/// <param name="Unavailable">Why it cannot be done now; null where it can.</param>
/// <param name="Bar">Its rank in the key bar, from 1; 0 where it is not shown there.</param>
internal sealed record KeyAction(string Group, string Name, string Does, IReadOnlyList<Key> Keys, Func<string?> Unavailable, Action Do, int Bar = 0)
{
    /// <summary>The keys as a reader knows them: <c>F5 r</c>, <c>Ctrl-P</c>.</summary>
    public string KeyText => string.Join(" ", Keys.Select(Text));

    public bool Has(Key key) => Keys.Any(own => own == key);

    public static string Text(Key key) => key.ToString().Replace("+", "-") switch
    {
        "CursorUp" => "↑",
        "CursorDown" => "↓",
        "Shift-Tab" => "Shift-Tab",
        ['S', 'h', 'i', 'f', 't', '-', var letter] => $"{letter}",
        var text => text,
    };

    /// <summary>A key that would be text where text is being typed.</summary>
    public static bool IsText(Key key) => !key.IsCtrl && !key.IsAlt && key.AsRune.Value >= ' ';
}
