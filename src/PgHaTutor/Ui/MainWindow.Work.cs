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
            ? $"This leaves “{open.Title}” and removes its lab. Opened again, it begins from its start; R there plays its steps up to the one that you mark. What you did stays in the journal, and the hints that you saw stay shown. "
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
        Ask(() => _actions.OpenLesson(lesson.Id));
    }

    /// <summary>Asks something of the session. What is typed before that shows on the screen waits for it: the next key means the state that follows.</summary>
    private void Ask(Func<Task> work)
    {
        _isSettling = true;
        // Whatever happens, the keys do not stay away.
        _settlesAt ??= _app.AddTimeout(LongestSettling, () =>
        {
            Settle();
            return false;
        });
        _ui.Fire(async () =>
        {
            try
            {
                await work();
            }
            finally
            {
                TakeOffered();
                Settle();
            }
        });
    }

    /// <summary>What was asked is under way or done, and shown: the keys that waited for it come now.</summary>
    private void Settle()
    {
        _isSettling = false;
        if (_settlesAt is not null)
            _app.RemoveTimeout(_settlesAt);
        _settlesAt = null;
        TakeTyped();
    }

    private void TakeTyped()
    {
        while (!_isSettling && !_state.IsTakingUp && !_lesson.IsBeginning && _typedAhead.TryDequeue(out var key))
            _app.Keyboard.RaiseKeyDownEvent(key);
    }

    /// <summary>Runs a step, as written or edited; asks first where a prediction is still open.</summary>
    /// <param name="asked">The prediction that was answered just now, in case the state that says so is still under way.</param>
    /// <param name="early">The learner knows that the lesson has another step before it.</param>
    private void RunStep(Step step, string? text = null, Prediction? asked = null, bool early = false)
    {
        if (Busy() is { } busy)
        {
            Tell(busy);
            return;
        }
        if (_state.Lesson is { } lesson && !StepOrder.WasRun(step, lesson, _state) && ComesFirst(step, lesson) is { } first && !early)
        {
            var why = StepOrder.MissingByChecks(step, lesson, _state) == first ? "what that is for is not true yet" : "that has not run";
            Open(AskSheet.Of(
                $"{first.Id} comes first",
                $"The lesson does {first.Id} before {step.Id}, and {why}. What {step.Id} shows may be something else than it is meant to show.",
                [
                    new AskSheet.Option('g', $"Go to {first.Id}", () => _lesson.GoTo(first)),
                    new AskSheet.Option('r', $"Run {step.Id} all the same", () => RunStep(step, text, asked, early: true)),
                ]));
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

    /// <summary>A step that should run before that one. Where something is predicted, what only prepares for it counts too: the outcome depends on it.</summary>
    private Step? ComesFirst(Step step, Lesson lesson) =>
        StepOrder.MissingByChecks(step, lesson, _state) ?? (lesson.Predictions.Any(prediction => prediction.Step == step.Id) ? StepOrder.Missing(step, lesson, _state) : null);

    private void PredictAndRun(Prediction prediction, Choice choice, Step step, string? text) => Ask(async () =>
    {
        await _actions.Predict(prediction.Id, choice.Text);
        RunStep(step, text, prediction, early: true);
    });

    private void RunNow(Step step, string? text) => Ask(async () =>
    {
        _console.Begin($"step {step.Id} on {step.Node}");
        var run = await _actions.RunStep(step.Id, text, new ToConsole(_console, step.Background ? $"{step.Id}: " : ""));
        if (run.Output is { } output)
            _console.End(output.ExitCode, output.Duration, isMeant: step.ExpectFail && !output.Succeeded && !output.Cancelled && !step.IsChangedBy(run.Text));
    });

    private void EditStep(Step step)
    {
        var text = _state.Runs.GetValueOrDefault(step.Id)?.Text ?? step.Text;
        Open(new EditSheet($"Step {step.Id} on {step.Node}", text, edited => RunStep(step, edited)));
    }

    /// <summary>Runs what was entered; while something is under way it has its turn after that.</summary>
    private void Enqueue(ConsoleEntry entry)
    {
        _entered.Enqueue(entry);
        if (IsBusy || _entered.Count > 1)
            _console.Wait(entry);
        else
            RunEntered(_entered.Dequeue());
    }

    private bool IsBusy => _state.Work is not null || _isSettling || _isCommanding;

    private void RunQueued()
    {
        if (IsBusy || !_entered.TryDequeue(out var entry))
            return;
        if (entry.Language is not StepLanguage.Sh || !FullScreen.Wants(entry.Text))
        {
            RunEntered(entry);
            return;
        }
        // The terminal is given away only when a key says so: the learner may be reading.
        _console.Prefill(entry.Node, entry.Language, entry.Text);
        DropQueued();
        Tell("What waits at the prompt wants the terminal: Enter gives it.");
    }

    private void DropQueued()
    {
        while (_entered.TryDequeue(out var entry))
            _console.Refuse($"not run: {entry.Node}: {entry.Text}");
    }

    private void RunEntered(ConsoleEntry entry)
    {
        if (entry.Language is StepLanguage.Sh && FullScreen.Wants(entry.Text) && _state.Lab?.Nodes.FirstOrDefault(node => node.Name == entry.Node) is { } node)
        {
            Lend(entry.Text, node, "bash", "-c", entry.Text);
            return;
        }
        _isCommanding = true;
        _ui.Fire(async () =>
        {
            try
            {
                await RunCommandAsync(entry);
            }
            finally
            {
                _isCommanding = false;
                TakeOffered();
                RunQueued();
            }
        });
    }

    private async Task RunCommandAsync(ConsoleEntry entry)
    {
        _console.Begin($"{entry.Node}: {entry.Text}");
        var output = await _actions.RunCommand(entry, new ToConsole(_console));
        _console.End(output.ExitCode, output.Duration);
        if (entry.Language is not StepLanguage.Sh)
            return;
        if (!output.Succeeded && SqlText.Is(entry.Text))
            Tell("That reads like SQL, and the prompt takes shell commands. Ctrl-T lets it take SQL.");
        else if (entry.Text.StartsWith("cd ", StringComparison.Ordinal) && !entry.Text.Contains('\n'))
            Tell("Each command here has a shell of its own, so cd ended with it. F9 gives you a shell that stays.");
    }

    private void AskPrediction(Prediction prediction) => Open(AskSheet.Of(
        "Your prediction",
        prediction.Ask,
        [.. prediction.Choices.Select((choice, index) => new AskSheet.Option((char)('1' + index), choice.Text, () => Predict(prediction, choice)))],
        open: true));

    private void Predict(Prediction prediction, Choice choice) => Ask(() => _actions.Predict(prediction.Id, choice.Text));

    private void ShowHint(string? step) => Ask(async () =>
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

    private void SolveNow(string? step, string what) => Ask(async () =>
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
        // Where no step is marked, as on a check that belongs to none, it is the last one that ran that a learner wants to take back.
        var step = _state.BrokenReset is { } broken ? broken.ToStep : _lesson.StepAtHand ?? _state.Lesson!.Steps.LastOrDefault(step => StepOrder.WasRun(step, _state.Lesson, _state))?.Id;
        var before = _state.Lesson!.Steps.TakeWhile(known => known.Id != step).Count(known => !known.Optional);
        var played = before == 1 ? "1 step" : $"{before} steps";
        List<AskSheet.Option> options =
        [
            new('n', "No, keep the lab as it is", () => { }),
            new('l', "Yes, back to the lesson's start", () => ResetNow(null, "The lab is at the lesson's start again.")),
        ];
        if (step is not null)
            options.Add(new('s', $"Yes, to just before step {step}", () => ResetNow(step, $"The lab is as before step {step}.")));
        var plays = step is null || before == 0 ? "" : $" With s the program then plays the lesson again up to {step}, {played}, or puts back what it kept of that: what is on no disk, such as a pause, is there again, and commits are new ones.";
        Open(AskSheet.Of("Reset", $"This puts the servers and their data back to the lesson's start.{plays} What you changed since is lost; your record stays.", options));
    }

    private void ResetNow(string? step, string done) => Ask(async () =>
    {
        _console.Divide(step is null ? "reset to the lesson's start" : $"reset to just before step {step}");
        await _actions.Reset(step);
        Tell(done);
    });

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
            (> 128 and < 160, _) => $"{program} on {node.Name} was ended by signal {code - 128}.",
            _ => $"{program} on {node.Name} ended with {code}.",
        }, isError: code == 127);
        return Task.CompletedTask;
    });

    private void Cancel()
    {
        DropQueued();
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

    /// <param name="mark">Stands before each line of what goes on beside other work.</param>
    private sealed class ToConsole(ConsolePane console, string mark = "") : IProgress<OutputLine>
    {
        public void Report(OutputLine value) => console.Add(mark.Length == 0 ? value : value with { Text = mark + value.Text });
    }
}
