namespace PgHaTutor.Ui;

/// <summary>The four looks of the screen, and the schemes that its views name.</summary>
internal static class Themes
{
    public static IReadOnlyList<string> Names { get; } = ["dark", "light", "contrast", "mono"];

    /// <summary>The look that is on.</summary>
    public static string Current { get; private set; } = "dark";

    /// <summary>Switches the whole screen to a look.</summary>
    public static void Apply(string name)
    {
        Current = name;
        foreach (var scheme in (string[])["Accent", "Passed", "Failed", "Blocked", "CannotTell", "Callout", "Code"])
            SchemeManager.AddScheme(scheme, new Scheme(new Attribute(Color.None, Color.None)));
    }
}
