using Terminal.Gui.Input;

namespace PgHaTutor.Ui;

/// <summary>One line of the key table.</summary>
/// <param name="Name">What it is called in the palette and the key bar.</param>
/// <param name="Does">What it does, for the help.</param>
/// <param name="Keys">The keys. F keys and those with Ctrl work everywhere; what the view with the focus takes for itself, a letter at the prompt, does not come here.</param>
/// <param name="Unavailable">Why it cannot be done now; null where it can.</param>
/// <param name="Bar">Its rank in the key bar, from 1; 0 where it is not shown there.</param>
internal sealed record KeyAction(string Group, string Name, string Does, IReadOnlyList<Key> Keys, Func<string?> Unavailable, Action Do, int Bar = 0)
{
    /// <summary>The key bar shows it only while the prompt has the focus.</summary>
    public bool IsForPrompt { get; init; }

    /// <summary>What it is called in the key bar, where that is not its name.</summary>
    public string? BarName { get; init; }

    /// <summary>Other words that somebody may look for it by.</summary>
    public string Also { get; init; } = "";

    /// <summary>The keys as a reader knows them: <c>F5 r</c>, <c>Ctrl-P</c>, <c>1-9</c>.</summary>
    public string KeyText => Keys.Count > 3 ? $"{Text(Keys[0])}-{Text(Keys[^1])}" : string.Join(" ", Keys.Select(Text));

    public bool Has(Key key) => Keys.Any(own => own == key);

    public static string Text(Key key) => key.ToString().Replace("+", "-") switch
    {
        "CursorUp" => "↑",
        "CursorDown" => "↓",
        "Tab-Shift" or "Shift-Tab" => "Shift-Tab",
        ['S', 'h', 'i', 'f', 't', '-', var letter] => $"{letter}",
        var text => text,
    };

    /// <summary>A key that is text where text is being typed.</summary>
    public static bool IsText(Key key) => !key.IsCtrl && !key.IsAlt && key.AsRune.Value >= ' ';

    /// <summary>A key that no view may take for itself.</summary>
    public static bool IsEverywhere(Key key) => key.IsCtrl || (key.KeyCode >= KeyCode.F1 && key.KeyCode <= KeyCode.F24);
}
