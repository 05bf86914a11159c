using System.CommandLine;
using PgHaTutor.Labs;
using PgHaTutor.Lessons;
using PgHaTutor.Sessions;

namespace PgHaTutor.Commands;

/// <summary>One verb of the command line: its words, and what it does with them.</summary>
internal abstract class Verb : Command
{
    protected Verb(string name, string description, Desk desk) : base(name, description)
    {
        Desk = desk;
        SetAction(RunAsync);
    }

    protected Desk Desk { get; }

    protected Streams Streams => Desk.Streams;

    /// <summary>Does it, and gives the exit code.</summary>
    protected abstract Task<int> RunAsync(ParseResult words, CancellationToken cancellationToken);

    /// <summary>The learner's session in the course that the words name.</summary>
    protected async Task<Session> OpenAsync(ParseResult words, CancellationToken cancellationToken) =>
        await OpenAsync(await Desk.CourseAsync(words, cancellationToken), null, cancellationToken);

    /// <param name="target">Where a lab that is built now stands; null: this machine.</param>
    protected async Task<Session> OpenAsync(Course course, string? target, CancellationToken cancellationToken)
    {
        var session = Session.Begin(TutorHome.FromEnvironment(), course, target);
        using (new Doings(session, Streams.Error) { Unsaid = Session.LookingForTheLab })
            await session.TakeUpAsync(cancellationToken);
        // Where the lab that was left stands on the same target, it is about to be told.
        if (session.State.Notice is { } notice && (target is null || session.Away?.Target != target))
            await Streams.Error.WriteLineAsync(notice.Text);
        return session;
    }

    public const string TargetName = "--target";

    /// <summary>The option of the verbs that build labs.</summary>
    public static Option<string?> TargetOption() => new(TargetName)
    {
        Description = "where the servers run: local, docker, docker:IMAGE or ssh:INVENTORY (default: $PGHATUTOR_TARGET, else local)",
        HelpName = "T",
    };

    /// <summary>The PostgreSQL versions that are installed.</summary>
    /// <exception cref="LabException">None is; the message has the command that installs one.</exception>
    protected static async Task<IReadOnlyList<Installation>> InstalledAsync(LabSite site, CancellationToken cancellationToken) =>
        await site.InstallationsAsync(cancellationToken) is { Count: > 0 } installed
            ? installed
            : throw new LabException($"No PostgreSQL server programs (13 or newer) were found. Install them: {Remedy.ForServers} Or use containers, which bring their own: --target docker");
}
