namespace PgHaTutor.Checks;

/// <summary>
/// A condition over named facts, as written in a lesson: <c>receiver == null</c>, <c>primary.role != "primary" &amp;&amp; lag &gt; 1000</c>,
/// <c>error contains "hba"</c>. Operators: == != &lt; &lt;= &gt; &gt;= contains matches ! &amp;&amp; || ( ).
/// A name that no fact has is null; comparing null with anything but null is false.
/// </summary>
public sealed record Condition(string Text)
{
    /// <summary>Null where the text is not a condition; <paramref name="problem"/> then says what and where (column from 1).</summary>
    public static Condition? TryParse(string text, out string? problem) => throw new NotImplementedException();

    public bool Holds(IReadOnlyDictionary<string, object?> facts) => throw new NotImplementedException();
}
