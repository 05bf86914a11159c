using System.Globalization;
using System.Text.RegularExpressions;

namespace PgHaTutor.Checks;

/// <summary>Reads a condition by recursive descent: <c>or</c> of <c>and</c> of <c>not</c> of comparisons.</summary>
internal sealed class ConditionParser(string text)
{
    /// <summary>Nobody writes a longer one; a lesson file may be anything, and the stack is finite.</summary>
    private const int LongestText = 2000;
    private const int DeepestNesting = 50;

    private static readonly string[] Comparisons = ["==", "!=", "<", "<=", ">", ">="];
    private static readonly TimeSpan RegexPatience = TimeSpan.FromMilliseconds(250);

    private readonly List<ConditionToken> _names = [];
    private IReadOnlyList<ConditionToken> _tokens = [];
    private ConditionProblem? _problem;
    private int _at;
    private int _depth;

    public IReadOnlyList<ConditionToken> Names => _names;

    /// <summary>Null with a problem where the text is not a condition.</summary>
    public ConditionExpression? Parse(out ConditionProblem? problem)
    {
        var expression = text.Length > LongestText
            ? Fail(LongestText, $"a condition has at most {LongestText} characters.")
            : Whole();
        problem = _problem;
        return expression;
    }

    private ConditionToken Current => _tokens[_at];

    private ConditionExpression? Whole()
    {
        if (ConditionToken.TryRead(text, out _problem) is not { } tokens)
            return null;
        _tokens = tokens;
        return Or() is not { } expression ? null
            : Current.Kind is TokenKind.End ? expression
            : Fail(Current.Column, $"'{Current.Text}' is not expected here.");
    }

    private ConditionExpression? Or()
    {
        var left = And();
        while (left is not null && TakeSymbol("||"))
            left = And() is { } right ? new OrExpression(left, right) : null;
        return left;
    }

    private ConditionExpression? And()
    {
        var left = Not();
        while (left is not null && TakeSymbol("&&"))
            left = Not() is { } right ? new AndExpression(left, right) : null;
        return left;
    }

    private ConditionExpression? Not()
    {
        if (!TakeSymbol("!"))
            return Comparison();
        if (!Deeper())
            return null;
        var inner = Not();
        _depth--;
        return inner is null ? null : new NotExpression(inner);
    }

    private ConditionExpression? Comparison()
    {
        if (Operand() is not { } left)
            return null;
        var sign = Current;
        if (sign.Kind is TokenKind.Symbol && Comparisons.Contains(sign.Text))
        {
            _at++;
            return Operand() is { } right ? new CompareExpression(sign.Text, left, right) : null;
        }
        if (sign is { Kind: TokenKind.Name, Text: "contains" })
        {
            _at++;
            return Operand() is { } part ? new ContainsExpression(left, part) : null;
        }
        if (sign is not { Kind: TokenKind.Name, Text: "matches" })
            return left;
        _at++;
        return Pattern() is { } pattern ? new MatchesExpression(left, pattern) : null;
    }

    private ConditionExpression? Operand()
    {
        var token = Current;
        if (TakeSymbol("("))
            return Deeper() ? Inside(token) : null;
        if (token.Kind is TokenKind.Symbol or TokenKind.End || token is { Kind: TokenKind.Name, Text: "contains" or "matches" })
            return Fail(token.Column, token.Kind is TokenKind.End ? "a value is missing at the end." : $"a value is missing before '{token.Text}'.");
        _at++;
        if (token.Kind is TokenKind.Text)
            return new LiteralExpression(token.Text);
        if (token.Kind is TokenKind.Number)
            return new LiteralExpression(decimal.Parse(token.Text, NumberStyles.Float, CultureInfo.InvariantCulture));
        return Named(token);
    }

    private ConditionExpression? Inside(ConditionToken opening)
    {
        var inner = Or();
        _depth--;
        if (inner is null || TakeSymbol(")"))
            return inner;
        return Current.Kind is TokenKind.End
            ? Fail(opening.Column, "this parenthesis is not closed.")
            : Fail(Current.Column, $"'{Current.Text}' is not expected here.");
    }

    private ConditionExpression Named(ConditionToken token)
    {
        switch (token.Text)
        {
            case "null":
                return new LiteralExpression(null);
            case "true" or "false":
                return new LiteralExpression(token.Text == "true");
            default:
                _names.Add(token);
                return new NameExpression(token.Text);
        }
    }

    private Regex? Pattern()
    {
        var token = Current;
        if (token.Kind is not TokenKind.Text)
        {
            Fail(token.Column, "'matches' takes a regular expression in quotes.");
            return null;
        }
        _at++;
        try
        {
            return new Regex(token.Text, RegexOptions.CultureInvariant | RegexOptions.Multiline, RegexPatience);
        }
        catch (ArgumentException invalid)
        {
            Fail(token.Column, $"not a regular expression: {invalid.Message}");
            return null;
        }
    }

    private bool Deeper()
    {
        if (++_depth <= DeepestNesting)
            return true;
        Fail(Current.Column, $"more than {DeepestNesting} levels deep.");
        return false;
    }

    private bool TakeSymbol(string symbol)
    {
        if (Current.Kind is not TokenKind.Symbol || Current.Text != symbol)
            return false;
        _at++;
        return true;
    }

    private ConditionExpression? Fail(int column, string what)
    {
        _problem ??= new ConditionProblem(column, what);
        return null;
    }
}
