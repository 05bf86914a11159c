using System.Diagnostics;
using System.Globalization;
using PgHaTutor.Checks;
using PgHaTutor.Hosts;
using PgHaTutor.Labs;
using PgHaTutor.Lessons;
using PgHaTutor.Sessions;
using PgHaTutor.Ui;

namespace PgHaTutor.Commands;

/// <summary>A lesson told line by line: prose, then a question or a command, then what came of it. The end of the input leaves.</summary>
internal sealed class Dialogue(Session session, Lesson lesson, Desk desk)
{
    private const string Help = """
        Enter       runs the shown command
        =COMMAND    runs your own version of it
        !COMMAND    runs any command on the node
        @NODE       goes to another node
        x           the shown command with every variable filled in
        c           checks; e shows their evidence
        h           a hint
        s           skips the step
        q           leaves; the lab stays as it is
        """;

    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(250);

    private readonly Streams _streams = desk.Streams;
    private IReadOnlyList<CheckResult> _results = [];
    private string _node = lesson.Recipe.Nodes[0].Name;

    private enum Turn { GoOn, Stay, Leave }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (lesson.Blocks is not [ProseBlock { Markdown: var opening }, ..] || !PlainText.Of(opening).StartsWith(lesson.Title, StringComparison.Ordinal))
            Say(lesson.Title);
        if (lesson.NotSimulated is { } missing)
            Say($"What this lab cannot show: {missing}");
        var next = FirstToTell();
        if (next > 0)
            Say($"You have been here before; this is where you left it. To begin anew: {ProgramName.Text} reset");
        foreach (var block in lesson.Blocks.Skip(next))
            if (await TellAsync(block, cancellationToken) is Turn.Leave)
            {
                Say($"You can go on any time with {ProgramName.Text} plain. The lab stands until {ProgramName.Text} down.");
                return;
            }
        await EndAsync(cancellationToken);
    }

    /// <summary>Behind the last step that has run in this attempt.</summary>
    private int FirstToTell()
    {
        var run = session.State.Progress[lesson.Id].StepsRun;
        return lesson.Blocks.Select((block, i) => block is StepBlock { Step: var step } && run.ContainsKey(step.Id) ? i + 1 : 0).DefaultIfEmpty().Max();
    }

    private async Task<Turn> TellAsync(Block block, CancellationToken cancellationToken)
    {
        switch (block)
        {
            case ProseBlock prose:
                Say(PlainText.Of(prose.Markdown));
                return Turn.GoOn;
            case CalloutBlock callout:
                Say($"{callout.Kind[..1]}{callout.Kind[1..].ToLowerInvariant()}: {PlainText.Of(callout.Markdown)}");
                return Turn.GoOn;
            case PredictionBlock { Prediction: var prediction }:
                return await AskAsync(prediction, cancellationToken);
            case StepBlock { Step: var step }:
                return await OfferAsync(step, cancellationToken);
            default:
                return Turn.GoOn; // Checks and hints have their moment: after the step, and when they are asked for.
        }
    }

    private async Task<Turn> AskAsync(Prediction prediction, CancellationToken cancellationToken)
    {
        Say($"Prediction. {prediction.Ask}");
        for (var i = 0; i < prediction.Choices.Count; i++)
            Line($"  {i + 1}. {prediction.Choices[i].Text}");
        while (true)
        {
            if (await ReadAsync($"Your answer, 1 to {prediction.Choices.Count}; Enter for none:", cancellationToken) is not { } answer || answer == "q")
                return Turn.Leave;
            if (answer is "" or "s")
                return Turn.GoOn;
            if (int.TryParse(answer, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= prediction.Choices.Count)
            {
                await TryAsync(() => session.PredictAsync(prediction.Id, prediction.Choices[number - 1].Text), cancellationToken);
                return Turn.GoOn;
            }
            Line($"'{answer}' is none of the numbers.");
        }
    }

    private async Task<Turn> OfferAsync(Step step, CancellationToken cancellationToken)
    {
        var steps = lesson.Steps.ToList();
        _node = step.Node;
        Say($"Step {steps.IndexOf(step) + 1} of {steps.Count}, {step.Id}, {(step.Language switch { StepLanguage.Sql => "SQL", StepLanguage.Host => "what happens to a host", _ => "command" })} on {step.Node}{Nature(step)}:");
        Line($"    {step.Text.Trim().ReplaceLineEndings("\n    ")}");
        while (true)
        {
            var line = await ReadAsync("Enter runs it, ? helps:", cancellationToken);
            var turn = line switch
            {
                null or "q" => Turn.Leave,
                "s" => Turn.GoOn,
                "" => await RunAsync(step, null, cancellationToken),
                ['=', ..] => await RunAsync(step, line[1..].Trim(), cancellationToken),
                "x" => Expanded(step),
                _ => await AnswerAsync(line, step.Id, cancellationToken),
            };
            if (turn is not Turn.Stay)
                return turn;
        }
    }

    private static string Nature(Step step) =>
        (step.Edit ? ", yours to change" : "")
        + (step.Background ? ", which stays open" : "")
        + (step.ExpectFail ? ", which is meant to fail" : "")
        + (step.Optional ? ", a look around that nothing depends on" : "");

    private Turn Expanded(Step step)
    {
        Line(session.Expand(step.Text, step.Node));
        return Turn.Stay;
    }

    private async Task<Turn> RunAsync(Step step, string? text, CancellationToken cancellationToken)
    {
        StepRun? run = null;
        await TryAsync(async () => run = await session.RunStepAsync(step.Id, text, new OutputPrinter(_streams), cancellationToken), cancellationToken);
        if (run is null)
            return Turn.Stay;
        if (run.Output is not { } output)
        {
            Line("It stays open until you leave.");
            return Turn.GoOn;
        }

        Line(Ending(output));
        if (output.Cancelled)
            return Turn.Stay;
        var asMeant = output.Succeeded != step.ExpectFail && !(step.ExpectFail && step.IsChangedBy(text ?? step.Text));
        await TryAsync(() => LookAsync(step.Id, patient: asMeant, cancellationToken), cancellationToken);
        Score(step);
        return asMeant && _results.All(result => result.Answer is Answer.Passed) ? Turn.GoOn : Turn.Stay;
    }

    private void Score(Step step)
    {
        foreach (var prediction in lesson.Predictions.Where(prediction => prediction.Step == step.Id))
            if (session.State.Progress[lesson.Id].Scores.TryGetValue(prediction.Id, out var score))
                Line($"You predicted: {score.Choice}. It came to: {score.Outcome}. {(score.Right ? "Right." : "Not so.")}"
                    + (prediction.Explain is { } explain ? $" {PlainText.Of(explain)}" : ""));
            else if (session.State.Progress[lesson.Id].Predictions.ContainsKey(prediction.Id))
                Line(session.State.Runs.GetValueOrDefault(step.Id)?.Missing is { } first
                    ? $"How your prediction came out is not known yet: step {first} comes first. Run it, then {step.Id} again."
                    : "How your prediction came out is not known yet: the step did not do what it says here.");
    }

    /// <summary>What can be said at any prompt.</summary>
    private async Task<Turn> AnswerAsync(string line, string? step, CancellationToken cancellationToken)
    {
        switch (line)
        {
            case "?":
                Line(Help);
                break;
            case "c":
                await TryAsync(() => LookAsync(step, patient: false, cancellationToken), cancellationToken);
                if (_results.Count == 0)
                    Line("No check belongs to this step.");
                break;
            case "e":
                foreach (var result in _results)
                    Say($"{Answers.Word(result.Answer)}: {result.Check.Title}\n{string.Join('\n', Evidence.Lines(result))}");
                if (_results.Count == 0)
                    Line("Nothing has been checked yet; c does.");
                break;
            case "h":
                await TryAsync(() => Task.Run(() => Hint(step), cancellationToken), cancellationToken);
                break;
            case ['!', .. var command]:
                await TryAsync(() => RunAsync(command, cancellationToken), cancellationToken);
                break;
            case ['@', .. var node] when lesson.Recipe[node.Trim()] is { } known:
                _node = known.Name;
                Line($"Commands now run on {_node}.");
                break;
            case ['@', ..]:
                Line($"The nodes are {string.Join(", ", lesson.Recipe.Nodes.Select(node => node.Name))}.");
                break;
            default:
                Line(SqlText.Is(line)
                    ? $"'{line}' says nothing here. SQL goes to psql: !psql -c \"{line}\". ? tells the rest."
                    : $"'{line}' says nothing here. A command begins with !, for example !{line}. ? tells the rest.");
                break;
        }
        return Turn.Stay;
    }

    private async Task RunAsync(string command, CancellationToken cancellationToken)
    {
        var output = await session.RunCommandAsync(_node, command, progress: new OutputPrinter(_streams), cancellationToken: cancellationToken);
        if (!output.Succeeded)
            Line(Ending(output));
    }

    private static string Ending(CommandOutput output) => output.Cancelled
        ? "Cancelled."
        : string.Create(CultureInfo.InvariantCulture, $"Exit code {output.ExitCode}, after {output.Duration.TotalSeconds:0.0} s.");

    private void Hint(string? step)
    {
        var hint = session.NextHint(step);
        Line(hint is null ? "There is no further hint." : $"Hint {hint.Tier}. {PlainText.Of(hint.Markdown)}");
    }

    /// <summary>Looks at the checks and says them; a patient look gives them the time that the lesson allows.</summary>
    private async Task LookAsync(string? step, bool patient, CancellationToken cancellationToken)
    {
        var mine = lesson.Checks.Where(check => step is null || check.Step == step).ToList();
        var began = Stopwatch.GetTimestamp();
        var patience = patient ? mine.Select(check => check.Within + check.Stable).DefaultIfEmpty().Max() : TimeSpan.Zero;
        _results = [];
        while (mine.Count > 0)
        {
            _results = await session.CheckAsync(step, cancellationToken);
            if (_results.All(result => result.Answer is Answer.Passed) || Stopwatch.GetElapsedTime(began) >= patience)
                break;
            await Task.Delay(Pace, TimeProvider.System, cancellationToken);
        }
        foreach (var result in _results)
            Line($"{Answers.Word(result.Answer)}: {result.Check.Title}." + (result.Answer is Answer.Passed ? "" : $" {result.Finding.Reason} {result.Explanation}".TrimEnd()));
    }

    private async Task EndAsync(CancellationToken cancellationToken)
    {
        Say(lesson.Kind is LessonKind.Exercise ? "Something is broken; c checks, ! runs a command. What must hold in the end:" : "That was the last step. What must hold in the end:");
        await TryAsync(() => LookAsync(null, patient: false, cancellationToken), cancellationToken);
        while (_results.Count == 0 || _results.Any(result => result.Answer is not Answer.Passed))
        {
            if (await ReadAsync($"On {_node}, ? helps:", cancellationToken) is not { } line || line == "q")
            {
                Say($"You can go on any time with {ProgramName.Text} plain. The lab stands until {ProgramName.Text} down.");
                return;
            }
            if (line.Length > 0)
                await AnswerAsync(line, null, cancellationToken);
        }
        Say($"Everything holds: “{lesson.Title}” is completed.");
        if (session.State.Course.Lessons.FirstOrDefault(other => !session.State.Progress[other.Id].Completed && other.Id != lesson.Id) is { } next)
            Line($"Next: {ProgramName.Text} plain {next.Id}");
    }

    /// <summary>Does one thing; Ctrl-C cancels it and not the dialogue, and what cannot be done is said.</summary>
    private async Task TryAsync(Func<Task> work, CancellationToken cancellationToken)
    {
        using var cancels = desk.Interrupt.Instead(session.Cancel);
        try
        {
            await work();
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            Line("Cancelled.");
        }
        catch (Exception refused) when (refused is SessionException or LabException or HostException)
        {
            Line(refused.Message);
        }
    }

    private async Task<string?> ReadAsync(string prompt, CancellationToken cancellationToken)
    {
        await _streams.Out.WriteAsync($"{prompt} ");
        await _streams.Out.FlushAsync(cancellationToken);
        var line = await _streams.ReadLineAsync(cancellationToken);
        // A piped dialogue shows no echo of what was answered; its reader wants the line to end all the same.
        if (line is null || !_streams.CanAsk)
            await _streams.Out.WriteLineAsync(line);
        // Whoever wants to leave need not know our word for it.
        return line?.Trim() is { } said ? said is "quit" or "exit" ? "q" : said : null;
    }

    /// <summary>A paragraph of its own.</summary>
    private void Say(string text)
    {
        _streams.Out.WriteLine();
        Line(text);
    }

    private void Line(string text) => _streams.Out.WriteLine(text);
}
