namespace PgHaTutor.Ui;

/// <summary>The four looks of the screen. What is on is process-wide, as Terminal.Gui's schemes are.</summary>
internal static class Themes
{
    // No colour that two terminals would show differently: each has a near neighbour among the sixteen that every terminal knows.
    private static readonly Look Dark = OnPaper("dark", paper: "#0d1117", ink: "#d7dde5", raised: "#1b2330") with
    {
        Focus = Mix("#000000", "#7fd4ff"),
        Disabled = Mix("#8b949e", "#0d1117"),
        Editable = Mix("#ffffff", "#1b2330"),
        Error = Mix("#ffffff", "#9b1c16", TextStyle.Bold),
        Accent = Mix("#7fd4ff", "#0d1117"),
        Passed = Mix("#5fd787", "#0d1117"),
        Failed = Mix("#ff7b72", "#0d1117", TextStyle.Bold),
        Blocked = Mix("#e3b341", "#0d1117"),
        CannotTell = Mix("#d2a8ff", "#0d1117"),
        Callout = Mix("#ffd580", "#0d1117"),
        Code = Mix("#a5d6ff", "#0d1117"),
        Comment = Mix("#9aa4af", "#0d1117"),
        Keyword = Mix("#ff9bce", "#0d1117"),
        Literal = Mix("#7ee787", "#0d1117"),
        Number = Mix("#ffab70", "#0d1117"),
        Variable = Mix("#ffd580", "#0d1117"),
    };

    private static readonly Look Light = OnPaper("light", paper: "#ffffff", ink: "#1b1f24", raised: "#eef1f5") with
    {
        Focus = Mix("#ffffff", "#00379a"),
        Disabled = Mix("#57606a", "#ffffff"),
        Editable = Mix("#000000", "#eef1f5"),
        Error = Mix("#ffffff", "#a40e26", TextStyle.Bold),
        Accent = Mix("#00379a", "#ffffff"),
        Passed = Mix("#116329", "#ffffff"),
        Failed = Mix("#b3121f", "#ffffff", TextStyle.Bold),
        Blocked = Mix("#7d4e00", "#ffffff"),
        CannotTell = Mix("#6639ba", "#ffffff"),
        Callout = Mix("#6b4a00", "#ffffff"),
        Code = Mix("#0a3069", "#ffffff"),
        Comment = Mix("#57606a", "#ffffff"),
        Keyword = Mix("#8f0f4f", "#ffffff"),
        Literal = Mix("#116329", "#ffffff"),
        Number = Mix("#953800", "#ffffff"),
        Variable = Mix("#7d4e00", "#ffffff"),
    };

    private static readonly Look Contrast = OnPaper("contrast", paper: "#000000", ink: "#ffffff", raised: "#000000") with
    {
        Focus = Mix("#000000", "#ffffff", TextStyle.Bold),
        Disabled = Mix("#c0c0c0", "#000000"),
        Accent = Mix("#ffffff", "#000000", TextStyle.Bold),
        Failed = Mix("#000000", "#ffffff", TextStyle.Bold),
        Error = Mix("#000000", "#ffffff", TextStyle.Bold),
        Passed = Mix("#ffffff", "#000000", TextStyle.Bold),
        Blocked = Mix("#ffffff", "#000000", TextStyle.Underline),
        CannotTell = Mix("#ffffff", "#000000", TextStyle.Underline | TextStyle.Bold),
        Callout = Mix("#ffffff", "#000000", TextStyle.Bold),
        Editable = Mix("#ffffff", "#000000", TextStyle.Underline),
    };

    // The terminal's own two colours, whatever they are.
    private static readonly Look Mono = new("mono")
    {
        Page = Plain(TextStyle.None),
        Focus = Plain(TextStyle.Reverse),
        Disabled = Plain(TextStyle.Faint),
        Editable = Plain(TextStyle.Underline),
        HotKey = TextStyle.Underline,
        Dialog = Plain(TextStyle.None),
        Menu = Plain(TextStyle.Reverse),
        Error = Plain(TextStyle.Reverse | TextStyle.Bold),
        Accent = Plain(TextStyle.Bold),
        Passed = Plain(TextStyle.Bold),
        Failed = Plain(TextStyle.Reverse),
        Blocked = Plain(TextStyle.Underline),
        CannotTell = Plain(TextStyle.Underline | TextStyle.Bold),
        Callout = Plain(TextStyle.Bold),
        Code = Plain(TextStyle.None),
        Comment = Plain(TextStyle.Faint),
        Keyword = Plain(TextStyle.Bold),
        Literal = Plain(TextStyle.None),
        Number = Plain(TextStyle.None),
        Variable = Plain(TextStyle.Underline),
    };

    private static readonly IReadOnlyList<Look> Looks = [Dark, Light, Contrast, Mono];

    public static IReadOnlyList<string> Names { get; } = [.. Looks.Select(look => look.Name)];

    /// <summary>The look to begin with: without colour where NO_COLOR asks for that (https://no-color.org).</summary>
    public static string First => string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")) ? "dark" : "mono";

    /// <summary>The look that was on the last time; null where there is none of that name, or where colour is not wanted.</summary>
    public static string? Again(string? last) => First == Mono.Name ? null : Names.FirstOrDefault(name => name == last);

    /// <summary>The look that is on.</summary>
    public static string Current { get; private set; } = "none yet";

    /// <summary>Switches the process to a look; what is on the screen is then to be drawn anew. On the UI thread.</summary>
    public static void Apply(string name)
    {
        var look = Looks.FirstOrDefault(look => look.Name == name)
            ?? throw new ArgumentException($"There is no look '{name}'; there are {string.Join(", ", Names)}.", nameof(name));
        foreach (var (scheme, value) in look.Schemes)
            SchemeManager.AddScheme(scheme, value);
        Current = name;
    }

    private static Look OnPaper(string name, string paper, string ink, string raised) => new(name)
    {
        Page = Mix(ink, paper),
        Focus = Mix(paper, ink),
        Disabled = Mix(ink, paper, TextStyle.Faint),
        Editable = Mix(ink, raised),
        HotKey = TextStyle.Underline,
        Dialog = Mix(ink, raised),
        Menu = Mix(ink, raised),
        Error = Mix(ink, paper),
        Accent = Mix(ink, paper),
        Passed = Mix(ink, paper),
        Failed = Mix(ink, paper),
        Blocked = Mix(ink, paper),
        CannotTell = Mix(ink, paper),
        Callout = Mix(ink, paper),
        Code = Mix(ink, paper),
        Comment = Mix(ink, paper),
        Keyword = Mix(ink, paper),
        Literal = Mix(ink, paper),
        Number = Mix(ink, paper),
        Variable = Mix(ink, paper),
    };

    private static Attribute Mix(string ink, string paper, TextStyle style = TextStyle.None) => new(new Color(ink), new Color(paper), style);

    private static Attribute Plain(TextStyle style) => new(Color.None, Color.None, style);
}
