namespace PgHaTutor.Lessons;

/// <summary>A piece of a lesson file, cut out but not yet understood.</summary>
internal abstract record LessonPart(Position At);

internal sealed record ProsePart(Position At, string Markdown) : LessonPart(At);

/// <param name="Kind">The word in the brackets, as written.</param>
internal sealed record CalloutPart(Position At, string Kind, string Markdown) : LessonPart(At);

/// <summary>A fenced block that means something to the lab.</summary>
/// <param name="Word">The first word of its info string, for example <c>sh</c>.</param>
/// <param name="Lines">What stands inside, without the fence's own indentation.</param>
/// <param name="BodyAt">Where the first of these lines begins.</param>
internal sealed record FencePart(Position At, string Word, MapValue Attributes, IReadOnlyList<string> Lines, Position BodyAt) : LessonPart(At)
{
    public string Text => string.Join('\n', Lines);

    /// <summary>Whether it is what a learner runs.</summary>
    public bool IsStep => Word is "sh" or "sql" or "host";
}

/// <summary>A part, and what it was understood as; null where it could not be.</summary>
internal sealed record ReadPart(LessonPart Part, Block? Block);
