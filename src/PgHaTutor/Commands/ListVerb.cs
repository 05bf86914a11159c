using System.CommandLine;

namespace PgHaTutor.Commands;

/// <summary><c>tutor list</c>: modules, lessons, minutes, progress. Needs no lab and no servers.</summary>
internal sealed class ListVerb : Verb
{
    private readonly Option<bool> _json = new("--json") { Description = "as one JSON document" };
    private readonly Option<bool> _trust = new("--trust") { Description = "trust the course that --course names, as it is now" };

    public ListVerb(Desk desk) : base("list", "the course: modules, lessons, minutes, progress", desk)
    {
        Add(_json);
        Add(_trust);
    }

    protected override Task<int> RunAsync(ParseResult words, CancellationToken cancellationToken)
    {
        var (folder, course) = Desk.Read(words);
        if (words.GetValue(_trust) && !folder.Shipped)
            TrustGate.Trust(folder, course, Desk.TargetOf(words), Streams);
        var progress = CourseTable.Progress(Streams);
        if (!words.GetValue(_json))
        {
            CourseTable.Write(Streams, course, progress);
            return Task.FromResult(ExitCode.Done);
        }

        Streams.WriteJson(new ListDocument([.. course.Modules.Select(module => new ListDocument.Module(module.Title, [.. module.Lessons.Select(Entry)]))]), DocumentJson.Indented.ListDocument);
        return Task.FromResult(ExitCode.Done);

        ListDocument.Lesson Entry(Lessons.Lesson lesson)
        {
            var (done, of) = CourseTable.Done(lesson, progress);
            return new(lesson.Id, lesson.Title, lesson.Kind.ToString().ToLowerInvariant(), lesson.Level, CourseTable.Minutes(lesson), new(done, of, progress[lesson.Id].Completed));
        }
    }
}
