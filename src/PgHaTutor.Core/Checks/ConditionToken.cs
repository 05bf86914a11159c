using System.Globalization;
using System.Text;

namespace PgHaTutor.Checks;

internal enum TokenKind { Name, Text, Number, Symbol, End }

/// <summary>A word of a condition. The text of a string is without its quotes.</summary>
/// <param name="Column">Where it begins, from 1.</param>
internal sealed record ConditionToken(TokenKind Kind, string Text, int Column)
{
    private static readonly string[] Symbols = ["==", "!=", "<=", ">=", "&&", "||", "<", ">", "!", "(", ")"];

    /// <summary>All words of a text, closed by <see cref="TokenKind.End"/>; null where it has something that no condition has.</summary>
    public static IReadOnlyList<ConditionToken>? TryRead(string text, out ConditionProblem? problem)
    {
        var tokens = new List<ConditionToken>();
        var at = 0;
        while (true)
        {
            while (at < text.Length && char.IsWhiteSpace(text[at]))
                at++;
            if (at == text.Length)
                break;
            var (token, length) = Next(text, at);
            if (length == 0)
            {
                problem = new ConditionProblem(at + 1, Strange(text, at));
                return null;
            }
            tokens.Add(token);
            at += length;
        }
        problem = null;
        tokens.Add(new ConditionToken(TokenKind.End, "", text.Length + 1));
        return tokens;
    }

    private static (ConditionToken Token, int Length) Next(string text, int at)
    {
        if (text[at] is '"' or '\'')
            return Quoted(text, at);
        if (IsLetter(text[at]))
            return Word(TokenKind.Name, text, at, character => IsLetter(character) || char.IsAsciiDigit(character) || character is '.' or '-');
        if (char.IsAsciiDigit(text[at]) || (text[at] is '-' && at + 1 < text.Length && char.IsAsciiDigit(text[at + 1])))
        {
            var (number, length) = Word(TokenKind.Number, text, at, character => char.IsAsciiLetterOrDigit(character) || character is '.' or '-');
            return decimal.TryParse(number.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out _) ? (number, length) : default;
        }
        var symbol = Array.Find(Symbols, symbol => string.CompareOrdinal(text, at, symbol, 0, symbol.Length) == 0);
        return symbol is null ? default : (new ConditionToken(TokenKind.Symbol, symbol, at + 1), symbol.Length);
    }

    private static (ConditionToken Token, int Length) Word(TokenKind kind, string text, int at, Func<char, bool> belongs)
    {
        var end = at + 1;
        while (end < text.Length && belongs(text[end]))
            end++;
        return (new ConditionToken(kind, text[at..end], at + 1), end - at);
    }

    /// <summary>A backslash stands for itself unless a quote or a backslash follows: regular expressions are full of them.</summary>
    private static (ConditionToken Token, int Length) Quoted(string text, int at)
    {
        var value = new StringBuilder();
        for (var i = at + 1; i < text.Length; i++)
        {
            if (text[i] == text[at])
                return (new ConditionToken(TokenKind.Text, value.ToString(), at + 1), i + 1 - at);
            if (text[i] is '\\' && i + 1 < text.Length && text[i + 1] is '\\' or '"' or '\'')
                i++;
            value.Append(text[i]);
        }
        return default;
    }

    private static bool IsLetter(char character) => char.IsAsciiLetter(character) || character is '_';

    private static string Strange(string text, int at) => text[at] switch
    {
        '"' or '\'' => "the text is not closed.",
        '=' => "'=' alone is no operator; equality is '=='.",
        '&' or '|' => $"'{text[at]}' alone is no operator; it is '{text[at]}{text[at]}'.",
        '-' or >= '0' and <= '9' => "this is not a number.",
        _ => $"'{text[at]}' has no meaning here.",
    };
}
