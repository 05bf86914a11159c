using System.CommandLine;

namespace PgHaTutor.Commands;

/// <summary><c>tutor solve</c>: runs the solution of a step or of the whole lesson. The journal says that it was played.</summary>
internal sealed class SolveVerb : Verb
{
    private readonly Argument<string?> _step = new("STEP") { Description = "only this step", Arity = ArgumentArity.ZeroOrOne };

    public SolveVerb(Desk desk) : base("solve", "runs the solution (your progress says so)", desk) => Add(_step);

    protected override async Task<int> RunAsync(ParseResult words, CancellationToken cancellationToken)
    {
        await using var session = await OpenAsync(words, cancellationToken);
        _ = Named.Lab(session);
        var lesson = session.State.Lesson!;
        var step = words.GetValue(_step) is { } wanted ? Named.Step(lesson, wanted) : null;
        var output = await session.SolveAsync(step?.Id, new OutputPrinter(Streams), cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();

        var last = step ?? (lesson.Solutions.Count == 0 ? lesson.Steps.LastOrDefault(one => !one.Optional) : null);
        if (output.Succeeded != (last?.ExpectFail ?? false))
            return ExitCode.Done;
        await Streams.Error.WriteLineAsync($"The solution ended with exit code {output.ExitCode}. From the start: tutor reset");
        return ExitCode.Failed;
    }
}
