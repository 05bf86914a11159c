using System.CommandLine;
using PgHaTutor.Sessions;

namespace PgHaTutor.Commands;

/// <summary><c>tutor plain</c>: a lesson as a dialogue, line after line; for screen readers, slow lines and scripts.</summary>
internal sealed class PlainVerb : Verb
{
    private readonly Argument<string?> _lesson = new("LESSON") { Description = "its id; where none is named, the one that you are at", Arity = ArgumentArity.ZeroOrOne };

    private readonly Option<string?> _target = TargetOption();

    public PlainVerb(Desk desk) : base("plain", "a lesson as a dialogue, without any drawing", desk)
    {
        Add(_lesson);
        Add(_target);
    }

    protected override async Task<int> RunAsync(ParseResult words, CancellationToken cancellationToken)
    {
        var course = await Desk.CourseAsync(words, cancellationToken);
        var named = words.GetValue(_lesson) is { } wanted ? Named.Lesson(course, wanted) : null;
        var target = words.GetValue(_target) is { } where ? Targets.Named(where) : null;
        await using var session = await OpenAsync(course, Targets.Named(target), cancellationToken);
        var lesson = named ?? CourseTable.Next(course, session.State.Progress)
            ?? throw new UsageException("The course has no lesson that can be read: tutor lint says why.");
        _ = await InstalledAsync(target is null && session.State.Lab is not null ? session.Site : session.SiteOf(Targets.Named(target)), cancellationToken);
        using (new Doings(session, Streams.Error))
            await session.OpenLessonAsync(lesson.Id, target: target, cancellationToken: cancellationToken);
        // As the session has it: what stands in it depends on how many hosts the lab has.
        await new Dialogue(session, session.State.Lesson ?? lesson, Desk).RunAsync(cancellationToken);
        return ExitCode.Done;
    }
}
