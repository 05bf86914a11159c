namespace PgHaTutor.Checks;

/// <summary>
/// A condition over named facts, as written in a lesson: <c>receiver == null</c>, <c>primary.role != "primary" &amp;&amp; lag &gt; 1000</c>,
/// <c>error contains "hba"</c>. Operators: == != &lt; &lt;= &gt; &gt;= contains matches ! &amp;&amp; || ( ).
/// Comparing null with anything but null is false. A name that no fact has is unknown: no comparison with it holds, nor its opposite.
/// </summary>
public sealed record Condition
{
    private readonly ConditionExpression _expression;

    private Condition(string text, ConditionExpression expression, IReadOnlyList<ConditionToken> names)
    {
        Text = text;
        Names = names;
        _expression = expression;
    }

    public string Text { get; }

    /// <summary>The names that it looks up, as written, with their columns.</summary>
    internal IReadOnlyList<ConditionToken> Names { get; }

    /// <summary>Null where the text is not a condition; <paramref name="problem"/> then says what and where (column from 1).</summary>
    public static Condition? TryParse(string text, out string? problem)
    {
        var condition = TryParse(text, out ConditionProblem? found);
        problem = found?.ToString();
        return condition;
    }

    internal static Condition? TryParse(string text, out ConditionProblem? problem)
    {
        var parser = new ConditionParser(text);
        var expression = parser.Parse(out problem);
        return expression is null ? null : new Condition(text, expression, parser.Names);
    }

    /// <summary>Whether it holds over these facts; never throws.</summary>
    public bool Holds(IReadOnlyDictionary<string, object?> facts) => _expression.Holds(facts);

    public bool Equals(Condition? other) => other is not null && other.Text == Text;

    public override int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);
}
