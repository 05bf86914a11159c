using PgHaTutor.Lessons;
using Terminal.Gui.Input;

namespace PgHaTutor.Ui;

/// <summary>Keys and focus: which pane, which block, which sheet.</summary>
internal sealed partial class MainWindow
{
    /// <summary>Keys that work everywhere come first of all; letters wait until no view wants them as text.</summary>
    private void OnAnyKey(object? sender, Key key)
    {
        // What has happened since the last frame counts: the state that a key is judged by is the newest.
        TakeOffered();
        if (_status.Pass())
            Arrange();
        if (key == Key.Q.WithCtrl)
        {
            key.Handled = true;
            Leave();
        }
        else if ((_isSettling && key != Key.C.WithCtrl && (_pane is not Pane.Console || _sheets.Count > 0)) || WaitsForLab(key))
        {
            _typedAhead.Enqueue(new Key(key));
            key.Handled = true;
        }
        else if (_sheets.Count > 0)
        {
            if (key != Key.Esc)
                return;
            key.Handled = true;
            Close(_sheets[^1]);
        }
        else if (KeyAction.IsEverywhere(key) && _keys.FirstOrDefault(action => action.Has(key)) is { } action)
            key.Handled = Do(action, key);
    }

    /// <summary>What acts on the lab acts on it as it will be known in a moment, and what is typed after that comes after it.</summary>
    private bool WaitsForLab(Key key) => _state.IsTakingUp && _sheets.Count == 0 && _pane is not Pane.Console
        && (_typedAhead.Count > 0 || key == Key.Enter || _keys.FirstOrDefault(action => action.Has(key))?.Unavailable() is not null);

    /// <summary>What lies below a dialog is out of reach: a click there would take its keys away from it. What a drag began within it goes on.</summary>
    private void OnAnyMouse(object? sender, Mouse mouse)
    {
        if (_sheets.LastOrDefault() is { } sheet && !_app.Mouse.IsGrabbed()
            && !sheet.FrameToScreen().Contains(mouse.ScreenPosition) && !_keyBar.FrameToScreen().Contains(mouse.ScreenPosition))
            mouse.Handled = true;
    }

    /// <summary>What is pasted is text: at the prompt, and in what has a field for it; elsewhere its letters would be taken for keys.</summary>
    private void OnPaste(object? sender, PasteEventArgs paste)
    {
        if (_sheets.Count > 0)
            return;
        paste.Handled = true;
        if (_pane is Pane.Console)
            _console.Paste(paste.Text);
        else
            Tell("Text is pasted at the console's prompt: F6 goes there.");
    }

    protected override bool OnKeyDown(Key key)
    {
        if (_sheets.Count > 0)
            return base.OnKeyDown(key) || key == Key.Tab || key == Key.Tab.WithShift;
        if (_keys.FirstOrDefault(action => action.Has(key)) is { } action)
            return Do(action, key);
        if (!KeyAction.IsText(key))
            return base.OnKeyDown(key);
        Tell($"{KeyAction.Text(key)} does nothing here. {(key == 'q' ? "Ctrl-Q leaves" : "F1 shows the keys")}.");
        return true;
    }

    private bool Do(KeyAction action, Key key)
    {
        if (action.Unavailable() is not { } why)
        {
            action.Do();
            return true;
        }
        // At the prompt Ctrl-C belongs to the line that is being typed, as in a shell.
        if (key == Key.C.WithCtrl && _pane is Pane.Console)
            return false;
        Tell($"{action.Name}: {why}");
        return true;
    }

    internal void GoTo(Pane pane)
    {
        _pane = pane;
        Refresh();
        if (pane is Pane.Lesson)
            _lesson.TakeFocus();
        else
            _frames[pane].Pane.SetFocus();
    }

    internal void GoToPrompt()
    {
        var next = NextUp.Of(_state).Target switch
        {
            Prediction { Step: { } asked } => _state.Lesson?.Steps.FirstOrDefault(step => step.Id == asked),
            var target => target as Step,
        };
        _console.Propose((next ?? StepAtHand?.Step)?.Node);
        GoTo(Pane.Console);
    }

    /// <summary>Tab: through the blocks of the lesson, then from pane to pane.</summary>
    internal void GoAlong(int direction)
    {
        if (_pane is Pane.Lesson && _lesson.Go(direction))
            return;
        IReadOnlyList<Pane> panes = [Pane.Course, Pane.Lesson, Pane.Checks, Pane.Console];
        var at = panes.ToList().IndexOf(_pane);
        GoTo(panes[(Math.Max(0, at) + direction + panes.Count) % panes.Count]);
    }

    internal void Escape()
    {
        if (_status.HasNotice)
        {
            _status.Dismiss();
            Arrange();
        }
        else if (_pane is not Pane.Lesson)
            GoTo(Pane.Lesson);
        else if (_oneAtATime)
            Zoom();
    }

    internal void Zoom()
    {
        _oneAtATime = !_oneAtATime;
        Arrange();
    }

    internal void GoBlock(int direction)
    {
        GoTo(Pane.Lesson);
        if (!_lesson.Go(direction, all: false))
            Tell(direction > 0 ? "This is the last thing to do in the lesson." : "This is the first thing to do in the lesson.");
    }

    internal void GoToNextUp()
    {
        var next = NextUp.Of(_state);
        switch (next.Target)
        {
            case null when next.GoesBack:
                AskReset();
                break;
            // One key too many is not to do anything that the learner did not look at.
            case { } target when _state.Lesson is not null && ReferenceEquals(target, AtHand):
                Tell($"You are there already{(EnterDoes() is { } does ? $". Enter does it: {does}" : $": {WhyNoRun() ?? "something is under way"}")}.");
                break;
            case Lesson lesson when lesson.Id == _state.Lesson?.Id:
                OpenNow(lesson);
                break;
            // What a lesson says last is worth a look before the next one.
            case Lesson when _state.Done && _lesson.ReadOn():
                GoTo(Pane.Lesson);
                break;
            case Lesson lesson when _pane is Pane.Course && _course.Chosen?.Id == lesson.Id:
                OpenLesson(lesson);
                break;
            case Lesson lesson:
                GoTo(Pane.Course);
                _course.Choose(lesson);
                break;
            case Checks.Check check when !_lesson.GoOnTo(check):
                OpenCheck(check);
                break;
            case { } target:
                GoTo(Pane.Lesson);
                _lesson.GoOnTo(target);
                break;
            default:
                GoTo(_state.Lesson is null ? Pane.Course : Pane.Checks);
                break;
        }
    }

    internal void NextTheme()
    {
        var names = Themes.Names.ToList();
        Themes.Apply(names[(names.IndexOf(Themes.Current) + 1) % names.Count]);
        Tell($"The look is now {Themes.Current}.");
        SetNeedsDraw();
    }

    internal void Help() => Open(new HelpSheet(_keys));

    internal void Palette() => Open(new PaletteSheet(
    [
        .. _keys.Select(key => new PaletteSheet.Command(key.Name, key.KeyText, key.Unavailable(), key.Do, key.Does, key.Also)),
        .. (_state.Lab?.Nodes ?? []).Select(node => new PaletteSheet.Command($"log of {node.Name}", "", WhyNoLab(), () => ShowLog(node.Name))),
        .. _state.Course.Lessons.Select(lesson => new PaletteSheet.Command(
            $"open lesson: {lesson.Title}", "", _state.Work is null ? null : "something is under way", () => OpenLesson(lesson))),
    ]));

    /// <summary>Asks where something ends with it; with a dialog open, so also with this one, it goes at once.</summary>
    internal void Leave()
    {
        if (WhatEnds() is not { Count: > 0 } ends || _sheets.Count > 0)
            _app.RequestStop(this);
        else
            AskToLeave(ends);
    }

    private void AskToLeave(IReadOnlyList<string> ends)
    {
        var asked = AskSheet.Of(
            "Leave",
            $"When you leave now, {string.Join(", and ", ends)}. The lab itself keeps running.",
            [
                new AskSheet.Option('n', "No, stay", () => { }),
                new AskSheet.Option('y', "Yes, leave (Ctrl-Q does too)", () => _app.RequestStop(this)),
            ]);
        _leaving = (asked, ends);
        Open(asked);
    }

    /// <summary>What would have ended with leaving may have come to its own end while the question stood.</summary>
    private void AskToLeaveAnew()
    {
        var ends = WhatEnds();
        if (_leaving is not var (asked, asking) || !_sheets.Contains(asked) || ends.SequenceEqual(asking))
            return;
        Close(asked);
        if (ends.Count > 0)
            AskToLeave(ends);
        else
            Tell("That has ended by itself meanwhile. Ctrl-Q leaves.");
    }

    private IReadOnlyList<string> WhatEnds() =>
    [
        .. _state switch
        {
            { IsTakingUp: true } => Array.Empty<string>(),
            { Work: { CanCancel: true } work } => [$"“{work.Doing}” is cancelled"],
            // A reset that is broken off leaves neither the old state nor the new one.
            { Work: { } work, Lab: not null } => [$"“{work.Doing}” is broken off, and the lesson has to be reset when you come back"],
            _ => [],
        },
        .. _state.Runs.Values.Where(run => run is { Open: true, Output: null }).Select(run => $"the open step {run.StepId} ends"),
    ];

    internal void RunAtHand()
    {
        // What runs must be seen first.
        var hidden = !_layout.Wide && _pane is not Pane.Lesson;
        GoTo(Pane.Lesson);
        if (hidden)
            Tell("F5 again runs what is marked here.");
        else
            _lesson.Act();
    }

    internal void EditAtHand() => EditStep(_lesson.CurrentStep!);

    internal void StopAtHand() => _actions.EndStep(_lesson.CurrentStep!.Id);

    internal void CopyAtHand() => Copy(StepAtHand!.Shown);

    internal void StepToPrompt()
    {
        var step = _lesson.CurrentStep!;
        GoTo(Pane.Console);
        _console.Prefill(step.Node, step.Language, step.Text);
    }

    internal void ShowLog() => ShowLog(_lesson.Current switch
    {
        StepView view => view.Step.Node,
        CheckView { Check.Node: { Length: > 0 } node } when _state.Lab?.Nodes.Any(known => known.Name == node) is true => node,
        _ => _console.Node!,
    });

    // The console would take the page away, and its prompt the next keys.
    private void ShowLog(string node) => _ui.Fire(async () =>
    {
        var output = await _actions.ReadLog(node);
        Open(new LogSheet(node, output.Succeeded ? output.StandardOutput : output.StandardError));
    });

    internal void NextNode()
    {
        GoTo(Pane.Console);
        _console.NextNode();
    }

    internal void ToggleLanguage()
    {
        GoTo(Pane.Console);
        _console.ToggleLanguage();
    }

    internal void ToggleVariables() => StepAtHand!.ToggleVariables();

    internal void ToggleOutput() => StepAtHand!.ToggleOutput();

    internal void HintAtHand() => ShowHint(_lesson.StepAtHand);

    internal void SolveAtHand() => Solve(_state.Lesson is { Kind: LessonKind.Exercise } ? null : _lesson.CurrentStep?.Id);

    internal void PredictNext()
    {
        GoTo(Pane.Lesson);
        _lesson.GoTo(OpenPrediction!);
        AskPrediction(OpenPrediction!);
    }

    internal void CheckAll() => CheckNow();

    internal void AskReset() => Reset();

    internal void AskHandOver() => HandOverTerminal();

    internal void CancelWork() => Cancel();

    internal string? WhyNoLesson() => _state.Lesson is null ? "no lesson is open" : null;

    internal string? WhyNoGoingOn() => _state switch
    {
        { IsTakingUp: true } => "the lab is being looked for",
        { Lesson: not null, Lab: null, Work: not null } => "the lab is being built",
        _ => null,
    };

    internal string? WhyNoLab() =>
        WhyNoLesson()
        ?? (_state.Work is not null ? "something is under way" : null)
        ?? (_state.Lab is null ? "the lab is not built; g builds it" : null);

    /// <summary>The terminal is one; somebody who wants a second session beside a command that hangs has another.</summary>
    internal string? WhyNoHandOver() => WhyNoLab() is { } why
        ? _state is { Work: not null, Lab: not null } ? $"{why}; {ProgramName.Text} shell, in another terminal, is a second one beside it" : why
        : null;

    internal string? WhyNoStep() => WhyNoLesson() ?? (StepAtHand is null ? "no step is marked" : null);

    internal string? WhyNoOutput() => WhyNoStep() ?? (StepAtHand!.HasMoreOutput ? null : "the step shows all that it printed");

    internal string? WhyNoEdit() => WhyNoLab() ?? WhyNoStep() ?? WhyOpen();

    internal string? WhyNoRun() => (_state.Lesson is null ? null : WhyNoLab()) ?? (_lesson.Current is null ? "nothing is marked" : null) ?? WhyOpen();

    private string? WhyOpen() => StepAtHand is { IsOpen: true } ? "this step is open; s ends it" : null;

    internal string? WhyNoOpenStep() => WhyNoStep() ?? (StepAtHand!.IsOpen ? null : "this step is not open");

    internal string? WhyNoPrediction() => WhyNoLesson() ?? (OpenPrediction is null ? "no prediction is open" : null);

    internal string? WhyNoAnswer() => WhyNoLesson() ?? (_state.IsTakingUp ? "the lab is being looked for" : _lesson.Current is PredictionView { CanAnswer: true } ? null : "no open prediction is marked");

    internal string? WhyNoCancel() => _state.Work switch
    {
        null => "nothing is under way; Ctrl-Q leaves",
        { CanCancel: false } => "this cannot be cancelled half way",
        _ => null,
    };

    /// <summary>What Enter acts on where the focus is.</summary>
    private object? AtHand => _pane switch { Pane.Lesson => _lesson.AtHand, Pane.Course => _course.Chosen, _ => null };

    private StepView? StepAtHand => _lesson.Current as StepView;

    private Prediction? OpenPrediction => _state.Lesson?.Predictions.FirstOrDefault(prediction => PredictionView.IsOpen(prediction, _state));
}
