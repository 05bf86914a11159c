using System.CommandLine;
using PgHaTutor.Lessons;
using PgHaTutor.Sessions;

namespace PgHaTutor.Commands;

/// <summary><c>tutor step</c>: runs a step's command as the lesson has it.</summary>
internal sealed class StepVerb : Verb
{
    private readonly Argument<string> _step = new("STEP") { Description = "the step's id" };

    public StepVerb(Desk desk) : base("step", "runs a step's command", desk) => Add(_step);

    protected override async Task<int> RunAsync(ParseResult words, CancellationToken cancellationToken)
    {
        await using var session = await OpenAsync(words, cancellationToken);
        _ = Named.Lab(session);
        var step = Named.Step(session.State.Lesson!, words.GetRequiredValue(_step));
        if (step.Background)
            return await StayAsync(session, step, cancellationToken);

        var run = await session.RunStepAsync(step.Id, progress: new OutputPrinter(Streams), cancellationToken: cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        var output = run.Output!;
        if (output.Succeeded != step.ExpectFail)
            return ExitCode.Done;
        await Streams.Error.WriteLineAsync(step.ExpectFail
            ? $"Step {step.Id} succeeded; it is meant to fail."
            : $"Step {step.Id} ended with exit code {output.ExitCode}.");
        return ExitCode.Failed;
    }

    /// <summary>A step that stays open does so in the foreground; ending it is how it is meant to end.</summary>
    private async Task<int> StayAsync(Session session, Step step, CancellationToken cancellationToken)
    {
        using var ends = Desk.Interrupt.Instead(() => session.EndStep(step.Id));
        await session.RunStepAsync(step.Id, progress: new OutputPrinter(Streams), cancellationToken: cancellationToken);
        await Streams.Error.WriteLineAsync($"Step {step.Id} stays open until Ctrl-C; go on in another terminal.");
        var output = await session.WaitForAsync(step.Id).WaitAsync(cancellationToken);
        return output.Cancelled || output.Succeeded ? ExitCode.Done : ExitCode.Failed;
    }
}
