using System.CommandLine;
using PgHaTutor.Checks;

namespace PgHaTutor.Commands;

/// <summary><c>tutor check</c>: the open lesson's checks, now, each with its reason and on wish its evidence.</summary>
internal sealed class CheckVerb : Verb
{
    private readonly Argument<string?> _step = new("STEP") { Description = "only this step's checks", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<bool> _json = new("--json") { Description = "as one JSON document, with the evidence" };
    private readonly Option<bool> _verbose = new("-v", "--verbose") { Description = "with the evidence" };

    public CheckVerb(Desk desk) : base("check", "evaluates the open lesson's checks", desk)
    {
        Add(_step);
        Add(_json);
        Add(_verbose);
    }

    protected override async Task<int> RunAsync(ParseResult words, CancellationToken cancellationToken)
    {
        await using var session = await OpenAsync(words, cancellationToken);
        _ = Named.Lab(session);
        var lesson = session.State.Lesson!;
        var step = words.GetValue(_step) is { } wanted ? Named.Step(lesson, wanted).Id : null;
        var results = await session.CheckAsync(step, cancellationToken);
        if (words.GetValue(_json))
            Streams.WriteJson(CheckDocument.Of(lesson.Id, results), DocumentJson.Indented.CheckDocument);
        else
            Write(results, words.GetValue(_verbose));
        return Answers.ExitCode(Answers.Of(results));
    }

    private void Write(IReadOnlyList<CheckResult> results, bool verbose)
    {
        foreach (var result in results)
        {
            var answer = $"{Answers.Mark(result.Answer)} {Answers.Word(result.Answer)}";
            Streams.Out.WriteLine($"{Streams.Paint(Answers.Hue(result.Answer), answer.PadRight(13))} {result.Check.Id}: {result.Check.Title}");
            if (result.Answer is not Answer.Passed || verbose)
                Indent(result.Finding.Reason);
            if (result.Answer is not Answer.Passed)
                Indent(result.Explanation);
            if (verbose)
                foreach (var line in Evidence.Lines(result))
                    Indent(line);
        }
        if (results.Count == 0)
            Streams.Out.WriteLine("No check belongs to this step.");
    }

    private void Indent(string? text)
    {
        if (text is { Length: > 0 })
            Streams.Out.WriteLine($"    {text.Trim().ReplaceLineEndings("\n    ")}");
    }
}
