using System.Text.RegularExpressions;

namespace PgHaTutor.Commands;

/// <summary>Markdown as it is read aloud: no marks for headings and stress, table rows as lists, code set apart by its indent.</summary>
internal static partial class PlainText
{
    public static string Of(string markdown)
    {
        var lines = new List<string>();
        var code = false;
        foreach (var line in markdown.ReplaceLineEndings("\n").Trim('\n').Split('\n'))
        {
            if (line.TrimStart().StartsWith("```", StringComparison.Ordinal))
                code = !code;
            else if (code)
                lines.Add($"    {line}");
            else if (!TableRule().IsMatch(line))
                lines.Add(Prose(line));
        }
        return string.Join('\n', lines);
    }

    private static string Prose(string line)
    {
        var text = Heading().Replace(line, "");
        if (text.TrimStart().StartsWith('|'))
            text = string.Join("; ", text.Trim().Trim('|').Split('|').Select(cell => cell.Trim()));
        text = Link().Replace(text, "$1 ($2)");
        return Stress().Replace(text, "$2");
    }

    [GeneratedRegex(@"^#{1,6} +")]
    private static partial Regex Heading();

    [GeneratedRegex(@"^\s*\|?[\s:|-]*-{3,}[\s:|-]*$")]
    private static partial Regex TableRule();

    [GeneratedRegex(@"\[([^\]]+)\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"(\*\*|__)(.+?)\1")]
    private static partial Regex Stress();
}
