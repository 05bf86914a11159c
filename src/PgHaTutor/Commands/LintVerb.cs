using System.CommandLine;
using PgHaTutor.Lessons;

namespace PgHaTutor.Commands;

/// <summary><c>tutor lint</c>: what is wrong in lesson files, where, and how to mend it. Runs nothing of them.</summary>
internal sealed class LintVerb : Verb
{
    private readonly Argument<string?> _path = new("PATH") { Description = "a course folder, a module's or a lesson's, or one lesson.md; the course where none is named", Arity = ArgumentArity.ZeroOrOne };

    private readonly Option<bool> _json = new("--json") { Description = "as one JSON document" };

    public LintVerb(Desk desk) : base("lint", "checks lesson files without running them", desk)
    {
        Add(_path);
        Add(_json);
    }

    protected override async Task<int> RunAsync(ParseResult words, CancellationToken cancellationToken)
    {
        var path = words.GetValue(_path) ?? CourseFolder.Find(words.GetValue(Desk.CourseOption)).Path;
        var (lessons, problems) = Read(path);
        if (words.GetValue(_json))
        {
            Streams.WriteJson(LintDocument.Of(lessons, problems), DocumentJson.Indented.LintDocument);
            return problems.Count == 0 ? ExitCode.Done : ExitCode.WrongUsage;
        }
        foreach (var problem in problems)
            await Streams.Out.WriteLineAsync(problem.ToString());
        await Streams.Error.WriteLineAsync(problems.Count == 0
            ? $"{Count.Of(lessons, "lesson")} in {path}: nothing to mend."
            : $"{Count.Of(problems.Count, "problem")} in {Count.Of(problems.Select(problem => problem.File).Distinct().Count(), "file")} of {path}.");
        return problems.Count == 0 ? ExitCode.Done : ExitCode.WrongUsage;
    }

    private static (int Lessons, IReadOnlyList<Problem> Problems) Read(string path)
    {
        if (File.Exists(path))
        {
            var (lesson, problems) = CourseReader.ReadLesson(path);
            return (lesson is null ? 0 : 1, problems);
        }
        if (!Directory.Exists(path))
            throw new UsageException($"There is no file or folder {path}.");
        var own = Path.Combine(path, "lesson.md");
        if (File.Exists(own))
            return Read(own);
        var isModule = Directory.EnumerateDirectories(path).Any(lesson => Path.Exists(Path.Combine(lesson, "lesson.md")));
        var course = isModule ? CourseReader.ReadModule(path) : CourseReader.Read(path);
        return (course.Lessons.Count(), course.Problems);
    }
}
