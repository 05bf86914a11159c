using System.Text.RegularExpressions;

namespace PgHaTutor.Ui;

/// <summary>Parts Markdown into what the library's view shows and the fenced code between.</summary>
internal static partial class Passages
{
    public static IEnumerable<View> Of(string markdown)
    {
        var end = 0;
        foreach (Match fence in Fence().Matches(markdown))
        {
            if (markdown[end..fence.Index].Trim() is { Length: > 0 } before)
                yield return new ProseView(before);
            yield return new CodeView(fence.Groups["code"].Value.TrimEnd('\n'));
            end = fence.Index + fence.Length;
        }
        if (markdown[end..].Trim() is { Length: > 0 } rest)
            yield return new ProseView(rest);
    }

    [GeneratedRegex(@"^(?<mark>```+|~~~+)[^\n]*\n(?<code>.*?)^\k<mark>[ \t]*$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();
}
