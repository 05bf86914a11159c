using System.CommandLine;
using PgHaTutor.Hosts;
using PgHaTutor.Labs;
using PgHaTutor.Sessions;

namespace PgHaTutor.Commands;

/// <summary><c>tutor up</c>: builds a lesson's start state without the screen. The lab stands until <c>down</c>.</summary>
internal sealed class UpVerb : Verb
{
    private readonly Argument<string> _lesson = new("LESSON") { Description = "its id, or a part of it that no other lesson has" };
    private readonly Option<string?> _target = TargetOption();
    private readonly Option<string?> _pg = new("--pg") { Description = "the PostgreSQL major version; the newest that the lesson claims", HelpName = "N" };
    private readonly Option<bool> _json = new("--json") { Description = "as one JSON document" };

    public UpVerb(Desk desk) : base("up", "builds a lesson's lab", desk)
    {
        Add(_lesson);
        Add(_target);
        Add(_pg);
        Add(_json);
    }

    protected override async Task<int> RunAsync(ParseResult words, CancellationToken cancellationToken)
    {
        var wanted = words.GetValue(_target) is { } named ? Targets.Named(named) : null;
        var course = await Desk.CourseAsync(words, cancellationToken);
        var lesson = Named.Lesson(course, words.GetRequiredValue(_lesson));
        await using var session = await OpenAsync(course, Targets.Named(wanted), cancellationToken);
        foreach (var doubt in Targets.DoubtsOf(Targets.Named(wanted), course))
            await Streams.Error.WriteLineAsync($"{doubt}");
        var version = Named.Version(words.GetValue(_pg), await InstalledAsync(session.SiteOf(Targets.Named(wanted)), cancellationToken));

        var told = session.State.Notice;
        bool built;
        using (new Doings(session, Streams.Error))
            built = await session.OpenLessonAsync(lesson.Id, version, wanted, cancellationToken);
        if (session.State.Notice is { } notice && notice != told)
            await Streams.Error.WriteLineAsync(notice.Text);
        var lab = Named.Lab(session).Lab;

        if (words.GetValue(_json))
            Streams.WriteJson(Document(lab, session.Site.Target, !built), DocumentJson.Indented.UpDocument);
        else
            Tell(lab, lesson, !built);
        return ExitCode.Done;
    }

    private static UpDocument Document(Lab lab, string target, bool stood) => new(
        lab.LessonId, lab.Id, target, lab.Nodes[0].Installation.Version, lab.Directory, stood,
        [.. lab.Nodes.Select(node => new UpDocument.Place(node.Name, node.Host.Name, node.Port, node.DataDirectory))]);

    private void Tell(Lab lab, Lessons.Lesson lesson, bool stood)
    {
        Streams.Out.WriteLine(stood
            ? $"The lab of “{lesson.Title}” stands already; it is as you left it. From the start: tutor reset"
            : $"The lab of “{lesson.Title}” stands, on PostgreSQL {lab.Nodes[0].Installation.Version}.");
        foreach (var node in lab.Nodes)
            Streams.Out.WriteLine($"  {node.Name}: {(node.Host is LocalHost ? "" : $"{node.Host.Name}, ")}port {node.Port}, {lab.Recipe[node.Name]?.Role.ToString().ToLowerInvariant()} at the start, data in {node.DataDirectory}");
        var steps = string.Join(", ", lesson.Steps.Select(step => step.Id));
        Streams.Out.WriteLine(steps.Length > 0 ? $"Its steps: {steps}" : "An exercise: something is broken. tutor check says what does not hold.");
    }
}
