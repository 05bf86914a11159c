using System.CommandLine;

namespace PgHaTutor.Commands;

/// <summary><c>tutor reset</c>: back to the lesson's start, or to just before a step.</summary>
internal sealed class ResetVerb : Verb
{
    private readonly Option<string?> _to = new("--to") { Description = "to just before this step", HelpName = "STEP" };

    public ResetVerb(Desk desk) : base("reset", "back to the lesson's start, or to a step", desk) => Add(_to);

    protected override async Task<int> RunAsync(ParseResult words, CancellationToken cancellationToken)
    {
        await using var session = await OpenAsync(words, cancellationToken);
        _ = Named.Lab(session);
        var step = words.GetValue(_to) is { } wanted ? Named.Step(session.State.Lesson!, wanted).Id : null;
        using (new Doings(session, Streams.Error))
            await session.ResetAsync(step, cancellationToken);
        await Streams.Out.WriteLineAsync(step is null ? "The lab is at the lesson's start." : $"The lab is as it stands before step {step}.");
        return ExitCode.Done;
    }
}
