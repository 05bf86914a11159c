namespace PgHaTutor.Ui;

/// <summary>The attributes of every ink in the look that is on.</summary>
internal static class Inks
{
    private static readonly Lock Gate = new();
    private static string _look = "";
    private static Attribute[] _attributes = [];

    public static Attribute Of(Ink ink)
    {
        lock (Gate)
        {
            if (_look != Themes.Current)
                (_look, _attributes) = (Themes.Current, [.. Enum.GetValues<Ink>().Select(Mix)]);
            return _attributes[(int)ink];
        }
    }

    private static Attribute Mix(Ink ink)
    {
        var page = Scheme("Base").Normal;
        return ink switch
        {
            Ink.Plain => page,
            // Not faint by itself: how faint that is, is up to the terminal.
            Ink.Quiet => Scheme("Base").Disabled,
            Ink.Strong => page with { Style = page.Style | TextStyle.Bold },
            Ink.Chosen => Scheme("Base").Focus,
            Ink.Code => Scheme("Code").Code,
            Ink.Comment => Scheme("Code").CodeComment,
            Ink.Keyword => Scheme("Code").CodeKeyword,
            Ink.Literal => Scheme("Code").CodeString,
            Ink.Number => Scheme("Code").CodeNumber,
            Ink.Variable => Scheme("Code").CodeIdentifier,
            _ => Scheme($"{ink}").Normal,
        };
    }

    private static Scheme Scheme(string name) =>
        SchemeManager.TryGetScheme(name, out var scheme) ? scheme! : SchemeManager.GetScheme("Base");
}
