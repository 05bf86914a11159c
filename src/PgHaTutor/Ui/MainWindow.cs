using PgHaTutor.Checks;
using PgHaTutor.Lessons;
using PgHaTutor.Sessions;
using Terminal.Gui.Input;

namespace PgHaTutor.Ui;

/// <summary>The whole screen: lays out the panes, hands them each new state, and wires what they ask for.</summary>
internal sealed partial class MainWindow : Runnable
{
    /// <summary>How long keys wait at most for what was asked before them; a journal on a slow disk is well within that.</summary>
    private static readonly TimeSpan LongestSettling = TimeSpan.FromSeconds(5);

    private readonly IApplication _app;
    private readonly Actions _actions;
    private readonly UiThread _ui;
    private readonly CoursePane _course;
    private readonly LessonPane _lesson;
    private readonly TopologyView _cluster;
    private readonly ChecksPane _checks;
    private readonly ConsolePane _console;
    private readonly Strip _tabs = new();
    private readonly Strip _keyBar = new();
    private readonly StatusLine _status;
    private readonly Dictionary<Pane, PaneFrame> _frames;
    private readonly List<Sheet> _sheets = [];
    private readonly IReadOnlyList<KeyAction> _keys;
    private SessionState _state;
    private SessionState? _offered;
    private ScreenLayout _layout = ScreenLayout.Of(new Size(80, 24), 1, false);
    private Pane _pane = Pane.Lesson;
    private readonly Queue<Key> _typedAhead = new();
    private readonly Queue<ConsoleEntry> _entered = new();
    private bool _isSettling;
    private bool _isCommanding;
    private object? _settlesAt;
    private bool _oneAtATime;
    private (Sheet Asked, IReadOnlyList<string> Ends)? _leaving;
    private string? _ended;
    private Place? _placeAtEnd;
    private bool _shown;
    private object? _ticking;

    public MainWindow(IApplication app, UiThread ui, Actions actions, SessionState state, PromptHistory history, TimeProvider time)
    {
        (_app, _ui, _actions, _state) = (app, ui, actions, state);
        _ui.Failed = TellOf;
        _status = new StatusLine(time);
        _course = new CoursePane(OpenLesson);
        _course.ChosenChanged += () => { if (_shown) Refresh(); };
        _lesson = new LessonPane(ForBlocks());
        _lesson.CurrentChanged += Refresh;
        _lesson.Begun += TakeTyped;
        _cluster = new TopologyView(time);
        _checks = new ChecksPane(OpenCheck);
        _console = new ConsolePane(history);
        _console.Entered += Enqueue;
        _keys = Ui.Keys.Of(this);
        Width = Dim.Fill();
        Height = Dim.Fill();
        SchemeName = "Base";
        _frames = new()
        {
            [Pane.Course] = new PaneFrame(_course) { Title = "Course" },
            [Pane.Lesson] = new PaneFrame(_lesson),
            [Pane.Cluster] = new PaneFrame(_cluster) { Title = "Cluster" },
            [Pane.Checks] = new PaneFrame(_checks),
            [Pane.Console] = new PaneFrame(_console) { Title = "Console" },
        };
        foreach (var (pane, frame) in _frames)
        {
            Add(frame);
            frame.HasFocusChanged += (_, e) => TookFocus(pane, e.NewValue);
        }
        Add(_tabs, _status, _keyBar);
        Initialized += (_, _) =>
        {
            _app.Keyboard.KeyDown += OnAnyKey;
            _app.Paste += OnPaste;
            _app.Mouse.MouseEvent += OnAnyMouse;
            Show(_state);
            GoTo(Pane.Lesson);
        };
    }

    /// <summary>Where the learner was the last time.</summary>
    public Place? PlaceLeft { init => _lesson.PlaceLeft = value; }

    /// <summary>Where the learner is, or was at the end; null where no lesson is open.</summary>
    public Place? Place => _placeAtEnd ?? _lesson.Place;

    /// <summary>Takes a new state from any thread; of several between two frames only the newest is shown.</summary>
    public void Offer(SessionState state)
    {
        if (Interlocked.Exchange(ref _offered, state) is null)
            _ui.Post(TakeOffered);
    }

    private void TakeOffered()
    {
        if (Interlocked.Exchange(ref _offered, null) is { } newest)
            Show(newest);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            // What takes the blocks away moves the mark from one to the next.
            _placeAtEnd = _lesson.Place;
            _app.Keyboard.KeyDown -= OnAnyKey;
            _app.Paste -= OnPaste;
            _app.Mouse.MouseEvent -= OnAnyMouse;
            if (_ticking is not null)
                _app.RemoveTimeout(_ticking);
        }
        base.Dispose(disposing);
    }

    protected override void OnViewportChanged(DrawEventArgs e)
    {
        base.OnViewportChanged(e);
        if (_shown)
            Refresh();
    }

    private void Show(SessionState state)
    {
        var before = _state;
        _state = state;
        _course.Show(state);
        _lesson.Show(state);
        _cluster.Show(state);
        _checks.Show(state);
        _status.Show(state);
        if (state.Lesson is { } open && open.Id != _console.Lesson)
            _console.Begin(open);
        if (!ReferenceEquals(before.Lab, state.Lab) || !_shown)
            _console.SetNodes([.. state.Lab?.Nodes.Select(node => node.Name) ?? []]);
        if ((!ReferenceEquals(before.Lab, state.Lab) || !_shown) && state.Lab is not null)
            _console.SetVariables(_actions.EnvironmentOf(null).Keys);
        _shown = true;
        if (state.Work is not null)
            _ticking ??= _app.AddTimeout(TimeSpan.FromMilliseconds(250), Tick);
        Refresh();
        AskToLeaveAnew();
        TellWhatEnded(before, state);
        if (state.Work is not null)
            Settle();
        else
            RunQueued();
        TakeTyped();
    }

    /// <summary>An open step may end because of another one, out of sight of it: told when that one is over.</summary>
    private void TellWhatEnded(SessionState before, SessionState state)
    {
        foreach (var run in state.Runs.Values)
            if (run.Output is { Cancelled: false } output && before.Runs.GetValueOrDefault(run.StepId) is { Open: true, Output: null })
                _ended = $"The open step {run.StepId} has ended with {output.ExitCode}{(run.Lines.LastOrDefault(line => line.Text.Trim().Length > 0) is { } last ? $"; its last line: {CleanText.Of(last.Text)}" : "")}";
        if (_ended is null || state.Work is not null)
            return;
        Tell(_ended);
        _ended = null;
    }

    /// <summary>Writes anew what depends on the focus and on the time as well as on the state.</summary>
    private void Refresh()
    {
        var tally = ChecksPane.Tally(_state);
        _frames[Pane.Lesson].Title = _state.Lesson?.Title ?? "Welcome";
        _frames[Pane.Checks].Title = tally is null ? "Checks" : $"Checks {tally}";
        var tabs = new Row([.. Enum.GetValues<Pane>().SelectMany(TabOf)]);
        // The last blank may go, and the title too, before a tab's name is cut.
        _tabs.Show(new Row([.. tabs.Pieces.SkipLast(1), tabs.Pieces[^1] with { Text = tabs.Pieces[^1].Text.TrimEnd() }, .. tabs.Width + 8 < Viewport.Width ? [new($"   {_state.Lesson?.Title}", Ink.Strong)] : Array.Empty<Piece>()]));
        _status.SetAtHand(_sheets.Count > 0 ? null : AtHand, HowGoingOn());
        if (_sheets.LastOrDefault() is { } sheet)
            _keyBar.Show(new Row([.. sheet.Offers.SelectMany(offer => new Piece[] { new($" {offer.Key} ", Ink.Accent, offer.Do), new(offer.Does.Length > 0 ? $"{offer.Does} " : "", Ink.Plain, offer.Do) })]));
        else
        {
            IReadOnlyList<Piece> enter = EnterDoes() is { } does ? [new(" Enter", Ink.Accent, PressEnter), new($" {does} ", Ink.Plain, PressEnter)] : [];
            _keyBar.Show(new Row([.. enter, .. ForBar(Viewport.Width - new Row(enter).Width).SelectMany(BarOf)]));
        }
        Arrange();
    }

    /// <summary>What going on does first, where what is next is not marked.</summary>
    private string HowGoingOn() => (_pane, NextUp.Of(_state).Target) switch
    {
        _ when _sheets.Count > 0 => "",
        (Pane.Console, _) => "Esc, then g",
        (_, Lesson lesson) when lesson.Id == _state.Lesson?.Id => "g",
        (_, Lesson) when _state.Done && _lesson.HasUnread => "g reads on",
        (_, { } target) when _lesson.ReadsOnTo(target) => "g reads on",
        _ => "g goes there",
    };

    private IEnumerable<Piece> TabOf(Pane pane)
    {
        var key = _keys.First(key => key.Name == Ui.Keys.PaneName(pane)).KeyText;
        var name = pane is Pane.Checks && ChecksPane.Tally(_state) is { } tally ? $"Checks {tally}" : $"{pane}";
        return pane == _pane
            ? [new($"[{key} {name}]", Ink.Chosen, () => GoTo(pane))]
            : [new($" {key} ", Ink.Accent, () => GoTo(pane)), new($"{name} ", Ink.Plain, () => GoTo(pane))];
    }

    /// <summary>What Enter does where the focus is; null where it does nothing.</summary>
    private string? EnterDoes() => _pane switch
    {
        Pane.Lesson when _lesson.Current is not CheckView && WhyNoRun() is not null => null,
        Pane.Lesson => _lesson.EnterDoes,
        Pane.Checks => _state.Lesson is null ? null : "details",
        Pane.Console => "send",
        Pane.Course => "open",
        _ => null,
    };

    private void PressEnter() => _app.Keyboard.RaiseKeyDownEvent(Key.Enter);

    /// <summary>What can be done now, as much as fits; what ranks first is kept.</summary>
    private IReadOnlyList<KeyAction> ForBar(int width)
    {
        HashSet<KeyAction> kept = [];
        foreach (var key in _keys.Where(key => key.Bar > 0 && BarKey(key) is not null && key.Unavailable() is null).OrderBy(key => key.Bar))
        {
            width -= BarOf(key).Sum(piece => piece.Text.Length);
            if (width < 0)
                break;
            kept.Add(key);
        }
        return [.. _keys.Where(kept.Contains)];
    }

    private IEnumerable<Piece> BarOf(KeyAction action) => BarKey(action) is { } key
        ? [new($" {KeyAction.Text(key)}", Ink.Accent, action.Do), new($" {action.BarName ?? action.Name} ", Ink.Plain, action.Do)]
        : [];

    /// <summary>The key that does it where the focus is now: at the prompt letters are text, and Enter is every pane's own.</summary>
    private Key? BarKey(KeyAction action) => _pane switch
    {
        // What Enter does stands first, in words of its own.
        not Pane.Cluster when action.Keys[0] == Key.Enter => null,
        Pane.Console => action.Keys.FirstOrDefault(key => KeyAction.IsEverywhere(key) || key == Key.Esc),
        _ when action.IsForPrompt => null,
        Pane.Lesson => action.Keys[0],
        _ => action.Keys.FirstOrDefault(key => key != Key.Enter),
    };

    private bool Tick()
    {
        if (_state.Work is null)
        {
            _ticking = null;
            return false;
        }
        Arrange();
        return true;
    }

    /// <summary>Puts every pane where it belongs at this size; cheap where nothing moved.</summary>
    private void Arrange()
    {
        var size = Viewport.Size;
        if (size.Width <= 0 || size.Height <= 0)
            return;
        _layout = ScreenLayout.Of(size, _status.Arrange(size.Width), _oneAtATime);
        Put(_tabs, _layout.Tabs, !_layout.Wide);
        Put(_status, _layout.Status, true);
        Put(_keyBar, _layout.Keys, true);
        foreach (var (pane, frame) in _frames)
        {
            frame.Bordered = _layout.Wide;
            Put(frame, PlaceOf(pane), _layout.Wide || pane == _pane);
        }
        foreach (var sheet in _sheets)
            Center(sheet);
    }

    private Rectangle PlaceOf(Pane pane) => pane switch
    {
        Pane.Lesson => _layout.Lesson,
        Pane.Cluster => _layout.Cluster,
        Pane.Checks => _layout.Checks,
        Pane.Console => _layout.Console,
        _ => _layout.Course,
    };

    private static void Put(View view, Rectangle place, bool visible)
    {
        if (view.Visible != visible)
            view.Visible = visible;
        if (visible && view.Frame != place)
            view.Frame = place;
    }

    private void Center(Sheet sheet)
    {
        var free = new Size(Math.Max(10, Viewport.Width - 4), Math.Max(4, Viewport.Height - 2));
        var size = sheet.Wanted(free);
        Put(sheet, new Rectangle((Viewport.Width - size.Width) / 2, (Viewport.Height - size.Height) / 2, size.Width, size.Height), true);
    }

    private void TookFocus(Pane pane, bool focused)
    {
        if (!focused || _pane == pane)
            return;
        _pane = pane;
        Refresh();
    }

    private void Open(Sheet sheet)
    {
        sheet.Closing += () => Close(sheet);
        _sheets.Add(sheet);
        Add(sheet);
        Center(sheet);
        sheet.SetFocus();
        Refresh();
    }

    private void Close(Sheet sheet)
    {
        if (!_sheets.Remove(sheet))
            return;
        Remove(sheet);
        sheet.Dispose();
        SetNeedsDraw();
        if (_sheets.Count > 0)
            _sheets[^1].SetFocus();
        else
            GoTo(_pane);
        Refresh();
    }

    private void OpenCheck(Check check)
    {
        if (CheckRows.HiddenBy(check, _state) is { } asked)
            AskPrediction(asked);
        else
            Open(new EvidenceSheet(check, _state, Copy));
    }

    /// <summary>Tells of a failure, where the session has not told of it already.</summary>
    private void TellOf(Exception failure)
    {
        TakeOffered();
        if (_state.Notice?.Text != failure.Message)
            Tell(failure.Message, isError: true);
    }

    /// <summary>Tells something in the status line.</summary>
    private void Tell(string text, bool isError = false)
    {
        _status.Tell(text, isError);
        Arrange();
    }

    private BlockActions ForBlocks() => new()
    {
        Run = step => RunStep(step),
        Edit = EditStep,
        Stop = step => _actions.EndStep(step.Id),
        Copy = Copy,
        Ask = AskPrediction,
        Predict = Predict,
        Hint = ShowHint,
        Open = OpenCheck,
        Begin = OpenLesson,
        GoOn = GoToNextUp,
        Expand = _actions.Expand,
    };
}
