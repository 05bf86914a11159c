using System.Text.RegularExpressions;

namespace PgHaTutor.Ui;

/// <summary>Parts Markdown into what the library's view shows, and the fenced code and the tables between.</summary>
internal static partial class Passages
{
    public static IEnumerable<View> Of(string markdown)
    {
        var end = 0;
        foreach (Match own in Own().Matches(markdown))
        {
            if (markdown[end..own.Index].Trim() is { Length: > 0 } before)
                yield return new ProseView(before);
            yield return own.Groups["code"].Success ? new CodeView(own.Groups["code"].Value.TrimEnd('\n')) : new TableView(own.Groups["table"].Value);
            end = own.Index + own.Length;
        }
        if (markdown[end..].Trim() is { Length: > 0 } rest)
            yield return new ProseView(rest);
    }

    [GeneratedRegex(@"^(?<mark>```+|~~~+)[^\n]*\n(?<code>.*?)^\k<mark>[ \t]*$|^(?<table>\|[^\n]*\n\|[ \t:|-]+\n(?:\|[^\n]*(?:\n|\z))+)", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Own();
}
