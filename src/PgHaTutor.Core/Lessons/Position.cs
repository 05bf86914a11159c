namespace PgHaTutor.Lessons;

/// <summary>A place in a file; both count from 1.</summary>
internal readonly record struct Position(int Line, int Column)
{
    public static Position Start { get; } = new(1, 1);

    public Position Right(int columns) => this with { Column = Column + columns };
}
