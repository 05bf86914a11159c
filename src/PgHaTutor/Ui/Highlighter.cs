using System.Text.RegularExpressions;

namespace PgHaTutor.Ui;

/// <summary>Colours shell, SQL and configuration by a handful of patterns: a grammar engine would cost a third of a second at the start.</summary>
internal sealed partial class Highlighter : ISyntaxHighlighter
{
    public static Highlighter Shared { get; } = new();

    public string ThemeName => "PgHaTutor";

    public Color? DefaultBackground => null;

    public IReadOnlyList<StyledSegment> Highlight(string code, string? language) =>
        [.. Pieces(code).Select(piece => new StyledSegment(piece.Text, MarkdownStyleRole.CodeBlock, role: Role(piece.Ink)))];

    public void ResetState()
    {
        // It keeps no state from one line to the next.
    }

    public Attribute? GetAttributeForScope(MarkdownStyleRole role) => role switch
    {
        MarkdownStyleRole.Heading or MarkdownStyleRole.HeadingMarker => Inks.Of(Ink.Accent) with { Style = TextStyle.Bold },
        MarkdownStyleRole.InlineCode => Inks.Of(Ink.Code),
        MarkdownStyleRole.Strong => Inks.Of(Ink.Strong),
        _ => null,
    };

    /// <summary>The same for rows.</summary>
    public static IEnumerable<Piece> Pieces(string code)
    {
        var end = 0;
        foreach (Match match in Tokens().Matches(code))
        {
            if (match.Index > end)
                yield return new Piece(code[end..match.Index], Ink.Code);
            foreach (var piece in match.Groups["literal"].Success ? Literal(match.Value) : [new Piece(match.Value, Kind(match))])
                yield return piece;
            end = match.Index + match.Length;
        }
        if (end < code.Length)
            yield return new Piece(code[end..], Ink.Code);
    }

    // In a shell's double quotes a variable is still one.
    private static IEnumerable<Piece> Literal(string text)
    {
        var end = 0;
        foreach (var match in text[0] == '"' ? Variable().Matches(text).AsEnumerable() : [])
        {
            if (match.Index > end)
                yield return new Piece(text[end..match.Index], Ink.Literal);
            yield return new Piece(match.Value, Ink.Variable);
            end = match.Index + match.Length;
        }
        if (end < text.Length)
            yield return new Piece(text[end..], Ink.Literal);
    }

    private static Ink Kind(Match match) =>
        match.Groups["comment"].Success ? Ink.Comment
        : match.Groups["variable"].Success ? Ink.Variable
        : match.Groups["number"].Success ? Ink.Number
        : Ink.Keyword;

    private static VisualRole Role(Ink ink) => ink switch
    {
        Ink.Comment => VisualRole.CodeComment,
        Ink.Variable => VisualRole.CodeIdentifier,
        Ink.Literal => VisualRole.CodeString,
        Ink.Number => VisualRole.CodeNumber,
        Ink.Keyword => VisualRole.CodeKeyword,
        _ => VisualRole.Code,
    };

    [GeneratedRegex(@"\$\{?\w+\}?")]
    private static partial Regex Variable();

    [GeneratedRegex("""
        (?<comment>(?:^|(?<=\s))(?:\#|--\s).*$)
        |(?<variable>\$\{?\w+\}?)
        |(?<literal>'[^'\n]*'|"[^"\n]*")
        |(?<keyword>\b(?:select|from|where|insert|into|values|update|delete|create|alter|drop|table|role|system|set|show|begin|commit|rollback|and|or|not|null|as|order|by|group|limit|join|on|returning|with|if|then|else|fi|for|do|done|while|case|esac|echo|cat|grep|sed|psql|pg_ctl|initdb|pg_basebackup|pg_isready|pg_controldata|pg_waldump|pg_verifybackup|pg_rewind)\b)
        |(?<number>\b\d+(?:\.\d+)?\b)
        """, RegexOptions.IgnorePatternWhitespace | RegexOptions.IgnoreCase | RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Tokens();
}
