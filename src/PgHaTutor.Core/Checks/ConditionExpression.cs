using System.Globalization;
using System.Text.RegularExpressions;
using PgHaTutor.Labs;

namespace PgHaTutor.Checks;

/// <summary>What nobody found out, because whom it would have taken did not answer. That is less than null: even "there is none" is not said.</summary>
internal sealed class Unknown
{
    public static readonly Unknown Value = new();

    private Unknown()
    {
    }
}

/// <summary>A part of a condition: something that has a value over the facts.</summary>
internal abstract record ConditionExpression
{
    public abstract object? Value(IReadOnlyDictionary<string, object?> facts);

    /// <summary>True, also as PostgreSQL writes it.</summary>
    public bool Holds(IReadOnlyDictionary<string, object?> facts) => Value(facts) is true or "t" or "true";

    /// <summary>A value as text, the way a lesson writes it.</summary>
    protected static string Text(object? value) => value switch
    {
        null => "",
        bool flag => flag ? "true" : "false",
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };
}

internal sealed record LiteralExpression(object? Constant) : ConditionExpression
{
    public override object? Value(IReadOnlyDictionary<string, object?> facts) => Constant;
}

/// <summary>A fact by its name. A dotted one is looked up whole first, then inside the fact that its beginning names.</summary>
internal sealed record NameExpression(string Name) : ConditionExpression
{
    public override object? Value(IReadOnlyDictionary<string, object?> facts) => Find(facts, Name);

    private static object? Find(IReadOnlyDictionary<string, object?> facts, string name)
    {
        if (facts.TryGetValue(name, out var value))
            return value;
        for (var dot = name.LastIndexOf('.'); dot > 0; dot = name.LastIndexOf('.', dot - 1))
            if (facts.TryGetValue(name[..dot], out var whole))
                return whole is IReadOnlyDictionary<string, object?> inside ? Find(inside, name[(dot + 1)..]) : whole is null ? null : Unknown.Value;
        return Unknown.Value;
    }
}

internal sealed record NotExpression(ConditionExpression Inner) : ConditionExpression
{
    public override object Value(IReadOnlyDictionary<string, object?> facts) => Inner.Value(facts) is Unknown unknown ? unknown : !Inner.Holds(facts);
}

internal sealed record AndExpression(ConditionExpression Left, ConditionExpression Right) : ConditionExpression
{
    public override object Value(IReadOnlyDictionary<string, object?> facts) => Left.Holds(facts) && Right.Holds(facts);
}

internal sealed record OrExpression(ConditionExpression Left, ConditionExpression Right) : ConditionExpression
{
    public override object Value(IReadOnlyDictionary<string, object?> facts) => Left.Holds(facts) || Right.Holds(facts);
}

internal sealed record CompareExpression(string Operator, ConditionExpression Left, ConditionExpression Right) : ConditionExpression
{
    public override object Value(IReadOnlyDictionary<string, object?> facts)
    {
        var left = Left.Value(facts);
        var right = Right.Value(facts);
        if (left is Unknown || right is Unknown)
            return Unknown.Value;
        if (left is null || right is null)
            return left is null && right is null
                ? Operator == "=="
                : Operator == "!=" && (IsNull(Left) || IsNull(Right));
        var order = Order(left, right);
        return Operator switch
        {
            "==" => order == 0,
            "!=" => order != 0,
            "<" => order < 0,
            "<=" => order <= 0,
            ">" => order > 0,
            _ => order >= 0,
        };
    }

    private static bool IsNull(ConditionExpression side) => side is LiteralExpression { Constant: null };

    /// <summary>Null where the two have no order: a number against a word, say. They are then unlike, and neither is the greater.</summary>
    private static int? Order(object left, object right)
    {
        if (left is bool || right is bool)
            return Flag(left) is { } a && Flag(right) is { } b ? a.CompareTo(b) : null;
        if (left is not string || right is not string)
            return Number(left) is { } a && Number(right) is { } b ? a.CompareTo(b) : null;
        return Lsn.TryParse((string)left) is { } earlier && Lsn.TryParse((string)right) is { } later
            ? earlier.CompareTo(later)
            : string.CompareOrdinal((string)left, (string)right);
    }

    private static bool? Flag(object value) => value switch
    {
        bool flag => flag,
        "t" or "true" or "on" => true,
        "f" or "false" or "off" => false,
        _ => null,
    };

    /// <summary>Decimal, because a system identifier has more digits than a double keeps.</summary>
    private static decimal? Number(object value) =>
        value is not IReadOnlyDictionary<string, object?>
        && decimal.TryParse(Text(value), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;
}

internal sealed record ContainsExpression(ConditionExpression Whole, ConditionExpression Part) : ConditionExpression
{
    public override object Value(IReadOnlyDictionary<string, object?> facts)
    {
        var whole = Whole.Value(facts);
        var part = Part.Value(facts);
        if (whole is Unknown || part is Unknown)
            return Unknown.Value;
        return whole is not null && part is not null && Text(whole).Contains(Text(part), StringComparison.Ordinal);
    }
}

internal sealed record MatchesExpression(ConditionExpression Whole, Regex Pattern) : ConditionExpression
{
    public override object Value(IReadOnlyDictionary<string, object?> facts)
    {
        try
        {
            var whole = Whole.Value(facts);
            return whole is Unknown ? whole : whole is not null && Pattern.IsMatch(Text(whole));
        }
        catch (RegexMatchTimeoutException)
        {
            // A pattern that takes this long says nothing about the lab; the next explanation may.
            return false;
        }
    }
}
