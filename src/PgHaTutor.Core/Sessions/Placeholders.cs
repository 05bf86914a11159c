// Who lands the real type deletes its placeholder here.
namespace PgHaTutor.Lessons;

public static class ParameterValues
{
    public static IReadOnlyDictionary<string, string> For(Lesson lesson, string seed) => throw new NotImplementedException();
}

public static class NearestName
{
    public static string? Of(string wanted, IEnumerable<string> known) =>
        known.OrderBy(name => name.Zip(wanted).Count(pair => pair.First != pair.Second) + Math.Abs(name.Length - wanted.Length)).FirstOrDefault();
}
