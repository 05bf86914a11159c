using System.Text;
using PgHaTutor.Hosts;
using PgHaTutor.Lessons;
using PgHaTutor.Sessions;

namespace PgHaTutor.Ui;

/// <summary>What the learner does at the screen: it is asked about where it should be, given to the session, and its output shown.</summary>
internal sealed partial class MainWindow
{
    private void OpenLesson(Lesson lesson)
    {
        if (_state.Lesson?.Id == lesson.Id && _state.Lab is not null)
        {
            GoTo(Pane.Lesson);
            return;
        }
        var missing = lesson.NeedsLessons.Where(id => !_state.Progress[id].Completed).Select(id => _state.Course[id]?.Title ?? id).ToList();
        var leaving = _state is { Lesson: { } open, Lab: not null, Done: false } && open.Id != lesson.Id
            ? $"This leaves “{open.Title}” and removes its lab; what you passed stays in your record. "
            : "";
        if (missing.Count == 0 && leaving.Length == 0)
            OpenNow(lesson);
        else
            Open(AskSheet.Of(
                lesson.Title,
                $"{leaving}{(missing.Count > 0 ? $"It builds on what you have not done yet: {string.Join("; ", missing)}. " : "")}Open it?",
                [
                    new AskSheet.Option('n', "No, stay here", () => { }),
                    new AskSheet.Option('y', "Yes, open it", () => OpenNow(lesson)),
                ]));
    }

    private void OpenNow(Lesson lesson)
    {
        GoTo(Pane.Lesson);
        _ui.Fire(() => _actions.OpenLesson(lesson.Id));
    }

    /// <summary>Runs a step, as written or edited; asks first where a prediction is still open.</summary>
    /// <param name="asked">The prediction that was answered just now, in case the state that says so is still under way.</param>
    private void RunStep(Step step, string? text = null, Prediction? asked = null)
    {
        if (Busy() is { } busy)
        {
            Tell(busy);
            return;
        }
        if (text is null && step.Edit && !_state.Runs.ContainsKey(step.Id))
        {
            EditStep(step);
            return;
        }
        var open = _state.Lesson?.Predictions.FirstOrDefault(prediction =>
            prediction.Step == step.Id && prediction.Id != asked?.Id && !_state.Progress[_state.Lesson.Id].Predictions.ContainsKey(prediction.Id)
            && !PredictionView.IsClosed(prediction, _state));
        if (open is null)
            RunNow(step, text);
        else
            Open(AskSheet.Of(
                "Before it runs",
                $"What do you expect? {open.Ask}",
                [
                    .. open.Choices.Select((choice, index) => new AskSheet.Option((char)('1' + index), choice.Text, () => PredictAndRun(open, choice, step, text))),
                    new AskSheet.Option('r', "Run it without a prediction", () => RunNow(step, text)),
                ],
                open: true));
    }

    private void PredictAndRun(Prediction prediction, Choice choice, Step step, string? text) => _ui.Fire(async () =>
    {
        await _actions.Predict(prediction.Id, choice.Text);
        RunStep(step, text, prediction);
    });

    private void RunNow(Step step, string? text) => _ui.Fire(async () =>
    {
        _console.Begin($"step {step.Id} on {step.Node}");
        var run = await _actions.RunStep(step.Id, text, new ToConsole(_console));
        if (run.Output is { } output)
            _console.End(output.ExitCode, output.Duration, isMeant: step.ExpectFail && !output.Succeeded && !output.Cancelled && !step.IsChangedBy(run.Text));
    });

    private void EditStep(Step step)
    {
        var text = _state.Runs.GetValueOrDefault(step.Id)?.Text ?? step.Text;
        Open(new EditSheet($"Step {step.Id} on {step.Node}", text, edited => RunStep(step, edited)));
    }

    private void RunEntered(ConsoleEntry entry)
    {
        if (_state.Work is { } work)
        {
            Tell($"Something is under way: {work.Doing}. Wait for it, or cancel it with Ctrl-C.");
            return;
        }
        if (entry.Language is StepLanguage.Sh && FullScreen.Wants(entry.Text) && _state.Lab?.Nodes.FirstOrDefault(node => node.Name == entry.Node) is { } node)
        {
            Lend(entry.Text, node, "bash", "-c", entry.Text);
            return;
        }
        _ui.Fire(async () =>
        {
            _console.Begin($"{entry.Node}: {entry.Text}");
            var output = await _actions.RunCommand(entry, new ToConsole(_console));
            _console.End(output.ExitCode, output.Duration);
            if (!output.Succeeded && entry.Language is StepLanguage.Sh && SqlText.Is(entry.Text))
                Tell("That reads like SQL, and the prompt takes shell commands. Ctrl-T lets it take SQL.");
        });
    }

    private void AskPrediction(Prediction prediction) => Open(AskSheet.Of(
        "Your prediction",
        prediction.Ask,
        [.. prediction.Choices.Select((choice, index) => new AskSheet.Option((char)('1' + index), choice.Text, () => Predict(prediction, choice)))],
        open: true));

    private void Predict(Prediction prediction, Choice choice) => _ui.Fire(() => _actions.Predict(prediction.Id, choice.Text));

    private void ShowHint(string? step) => _ui.Fire(async () =>
    {
        if (_state.Lesson is not { } lesson)
            return;
        // A step without hints of its own has the lesson's.
        var about = lesson.Hints.Any(hint => hint.Step == step) ? step : null;
        if (lesson.Hints.All(hint => hint.Step != about))
            Tell(step is null ? "This lesson has no hints for the whole of it: go to a step first." : $"There are no hints for step {step}.");
        else if (await _actions.NextHint(about) is not { } hint)
            Tell("There is no further hint.");
        else
            _lesson.GoTo(hint);
    });

    private void Solve(string? step)
    {
        var what = step is null ? "the whole solution" : $"the solution of step {step}";
        Open(AskSheet.Of(
            "Solution",
            $"This plays {what} on the lab. Your record will say so.",
            [
                new AskSheet.Option('n', "No, I go on by myself", () => { }),
                new AskSheet.Option('y', $"Yes, play {what}", () => SolveNow(step, what)),
            ]));
    }

    private void SolveNow(string? step, string what) => _ui.Fire(async () =>
    {
        _console.Begin(what);
        var output = await _actions.Solve(step, new ToConsole(_console));
        _console.End(output.ExitCode, output.Duration);
    });

    private void CheckNow() => _ui.Fire(async () =>
    {
        var results = await _actions.Check();
        var passed = results.Count(result => result.Answer is Checks.Answer.Passed);
        Tell($"{passed} of {results.Count} checks passed.");
    });

    private void Reset()
    {
        var step = _lesson.CurrentStep;
        List<AskSheet.Option> options =
        [
            new('n', "No, keep the lab as it is", () => { }),
            new('l', "Yes, back to the lesson's start", () => _ui.Fire(() => _actions.Reset(null))),
        ];
        if (step is not null)
            options.Add(new('s', $"Yes, to just before step {step.Id}", () => _ui.Fire(() => _actions.Reset(step.Id))));
        Open(AskSheet.Of("Reset", "This puts the servers and their data back. What you changed since is lost; your record stays.", options));
    }

    private void HandOverTerminal()
    {
        var nodes = _state.Lab?.Nodes ?? [];
        Open(AskSheet.Of(
            "Hand over the terminal",
            "The program gets the whole terminal; when it ends you are back here.",
            [
                .. nodes.Take(9).Select((node, index) => new AskSheet.Option((char)('1' + index), $"psql on {node.Name}, port {node.Port}", () => Lend("psql", node, ["psql", .. Labs.Prompts.Psql(node.Name)]))),
                .. nodes.Take(9).Select((node, index) => new AskSheet.Option((char)('a' + index), $"a shell for {node.Name}", () => Lend("a shell", node, "bash"))),
            ]));
    }

    private void Lend(string program, Labs.Node node, params IReadOnlyList<string> command) => _ui.Fire(() =>
    {
        var foreground = node.Host.InForeground(command, Labs.Prompts.Naming(node.Name, _actions.EnvironmentOf(node.Name)), _state.Lab?.Directory ?? "/");
        var code = HandOver.Run(_app, foreground, $"{program} on {node.Name}. Leave it to come back to the lesson.");
        Tell((code, program) switch
        {
            (0, _) => $"Back from {program} on {node.Name}.",
            (2, "psql") => $"psql got no connection to {node.Name}, or lost it. Does its server run? The picture shows that, and l its log.",
            _ => $"{program} on {node.Name} ended with {code}.",
        }, isError: code == 127);
        return Task.CompletedTask;
    });

    private void Cancel()
    {
        if (_state.Work is not null)
            _actions.Cancel();
    }

    private void Copy(string text)
    {
        // The terminal itself keeps the clipboard (OSC 52): this also works over ssh, where no clipboard program would.
        _app.Driver?.WriteRaw($"\u001b]52;c;{Convert.ToBase64String(Encoding.UTF8.GetBytes(text))}\a");
        Tell("Given to the terminal's clipboard, where the terminal allows that.");
    }

    private string? Busy() => _state.Work is { } work ? $"Something is under way: {work.Doing}. Wait for it, or cancel it with Ctrl-C."
        : _state.Lesson is null ? "Open a lesson first."
        : _state.Lab is null ? "The lab is not built: g builds it."
        : null;

    private sealed class ToConsole(ConsolePane console) : IProgress<OutputLine>
    {
        public void Report(OutputLine value) => console.Add(value);
    }
}
