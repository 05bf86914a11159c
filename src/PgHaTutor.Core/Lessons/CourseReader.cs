namespace PgHaTutor.Lessons;

/// <summary>Reads a course folder. Never throws: what cannot be read becomes a problem, and the rest stays usable.</summary>
public static class CourseReader
{
    public static Course Read(string folder) => throw new NotImplementedException();

    /// <summary>Reads one lesson file; the lesson is null where too much of it is broken.</summary>
    public static (Lesson? Lesson, IReadOnlyList<Problem> Problems) ReadLesson(string file) => throw new NotImplementedException();
}
