using PgHaTutor.Ui;
using Terminal.Gui.Configuration;
using Terminal.Gui.Drawing;

namespace PgHaTutor.Tests;

/// <summary>Every look can be read: in full colour, in sixteen, and without.</summary>
[Collection("screen")]
public sealed class PanesThemesTests : IDisposable
{
    private static readonly string[] SchemeNames =
        ["Base", "Dialog", "Menu", "Error", "Accent", "Passed", "Failed", "Blocked", "CannotTell", "Callout", "Code"];

    public static TheoryData<string> Looks => [.. Themes.Names];

    public void Dispose() => Themes.Apply("dark");

    [Theory, MemberData(nameof(Looks))]
    public void Every_text_stands_out_from_its_ground(string look)
    {
        Themes.Apply(look);
        var tooFaint =
            from name in SchemeNames
            from role in Enum.GetValues<VisualRole>()
            let attribute = SchemeManager.GetScheme(name).GetAttributeForRole(role)
            where attribute.Foreground != Color.None
            from colours in (int[])[16, 16_777_216]
            let ratio = ContrastOf(attribute, colours)
            // What the sixteen really are is up to the terminal.
            where ratio < (colours == 16 ? 3.9 : 4.5)
            select $"{look} {name} {role} in {colours} colours: {ratio:0.0} ({attribute.Foreground.GetClosestNamedColor16()} on {attribute.Background.GetClosestNamedColor16()})";

        Assert.True(!tooFaint.Any(), string.Join("\n", tooFaint));
    }

    [Fact]
    public void Mono_sends_no_colour_at_all()
    {
        Themes.Apply("mono");
        var coloured =
            from name in SchemeNames
            from role in Enum.GetValues<VisualRole>()
            let attribute = SchemeManager.GetScheme(name).GetAttributeForRole(role)
            where attribute.Foreground != Color.None || attribute.Background != Color.None
            select $"{name} {role}: {attribute}";

        Assert.Empty(coloured);
    }

    [Fact]
    public void What_has_the_focus_never_looks_like_the_rest() =>
        Assert.All(Themes.Names, look =>
        {
            Themes.Apply(look);
            Assert.All(SchemeNames.Except(["Error", "Menu", "Failed"]), name => Assert.NotEqual(SchemeManager.GetScheme(name).Normal, SchemeManager.GetScheme(name).Focus));
        });

    [Fact]
    public void An_unknown_look_is_refused_with_the_known_ones() =>
        Assert.Contains("dark, light, contrast, mono", Assert.Throws<ArgumentException>(() => Themes.Apply("pink")).Message);

    private static double ContrastOf(Terminal.Gui.Drawing.Attribute attribute, int colours)
    {
        var (ink, paper) = (Luminance(As(attribute.Foreground, colours)), Luminance(As(attribute.Background, colours)));
        return (Math.Max(ink, paper) + 0.05) / (Math.Min(ink, paper) + 0.05);
    }

    private static Color As(Color colour, int colours) => colours == 16 ? new Color(colour.GetClosestNamedColor16()) : colour;

    // https://www.w3.org/TR/WCAG21/#dfn-relative-luminance
    private static double Luminance(Color colour) => (0.2126 * Linear(colour.R)) + (0.7152 * Linear(colour.G)) + (0.0722 * Linear(colour.B));

    private static double Linear(byte channel)
    {
        var value = channel / 255.0;
        return value <= 0.04045 ? value / 12.92 : Math.Pow((value + 0.055) / 1.055, 2.4);
    }
}
