// Who lands the real type deletes its placeholder here.
namespace PgHaTutor.Lessons;

public static class ParameterValues
{
    public static IReadOnlyDictionary<string, string> For(Lesson lesson, string seed) => throw new NotImplementedException();
}
