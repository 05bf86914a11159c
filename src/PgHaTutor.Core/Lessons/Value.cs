namespace PgHaTutor.Lessons;

/// <summary>Something that an author wrote, with its place in the lesson file: a text, a list, or named fields.</summary>
internal abstract record Value(Position At);

/// <summary>A text.</summary>
/// <param name="TextAt">Where its first character stands.</param>
/// <param name="IsWord">It has no quotes, so that null means nothing and not a word.</param>
/// <param name="IsBlock">It stands on lines of its own, from the line of <paramref name="TextAt"/> on.</param>
internal sealed record TextValue(Position At, string Text, Position TextAt, bool IsWord, bool IsBlock = false) : Value(At)
{
    public bool IsNull => IsWord && Text is "" or "null" or "~";
}

internal sealed record ListValue(Position At, IReadOnlyList<Value> Items) : Value(At);

internal sealed record MapValue(Position At, IReadOnlyList<Field> Fields) : Value(At)
{
    public Field? this[string name] => Fields.FirstOrDefault(field => field.Name == name);
}

/// <summary>A name with its value.</summary>
internal sealed record Field(string Name, Position At, Value Value);
