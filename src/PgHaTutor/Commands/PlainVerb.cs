using System.CommandLine;

namespace PgHaTutor.Commands;

/// <summary><c>tutor plain</c>: a lesson as a dialogue, line after line; for screen readers, slow lines and scripts.</summary>
internal sealed class PlainVerb : Verb
{
    private readonly Argument<string?> _lesson = new("LESSON") { Description = "its id; where none is named, the one that you are at", Arity = ArgumentArity.ZeroOrOne };

    public PlainVerb(Desk desk) : base("plain", "a lesson as a dialogue, without any drawing", desk) => Add(_lesson);

    protected override async Task<int> RunAsync(ParseResult words, CancellationToken cancellationToken)
    {
        var course = await Desk.CourseAsync(words, cancellationToken);
        var named = words.GetValue(_lesson) is { } wanted ? Named.Lesson(course, wanted) : null;
        await using var session = await OpenAsync(course, cancellationToken);
        var lesson = named ?? CourseTable.Next(course, session.State.Progress)
            ?? throw new UsageException("The course has no lesson that can be read: tutor lint says why.");
        _ = await InstalledAsync(session.Site, cancellationToken);
        using (new Doings(session, Streams.Error))
            await session.OpenLessonAsync(lesson.Id, cancellationToken: cancellationToken);
        await new Dialogue(session, lesson, Desk).RunAsync(cancellationToken);
        return ExitCode.Done;
    }
}
