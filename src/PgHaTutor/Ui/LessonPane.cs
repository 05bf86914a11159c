using PgHaTutor.Labs;
using PgHaTutor.Lessons;
using PgHaTutor.Sessions;
using Terminal.Gui.Input;

namespace PgHaTutor.Ui;

/// <summary>The open lesson: its blocks one under the other, one of which has the focus.</summary>
internal sealed partial class LessonPane : View
{
    private readonly BlockActions _actions;
    private readonly List<View> _blocks = [];

    private SessionState? _state;
    private Lesson? _shown;
    private bool _showsResult;
    private Action? _afterLayout;
    private int _width;
    private int _height;
    private bool _seen;
    private bool _grows;

    // Where the page began before the lab was known; it begins anew with that, unless the reader went on meanwhile.
    private int? _beganAt;

    public LessonPane(BlockActions actions)
    {
        _actions = actions;
        CanFocus = true;
        ViewportSettings |= ViewportSettingsFlags.HasVerticalScrollBar;
    }

    /// <summary>Another block has the focus.</summary>
    public event Action? CurrentChanged;

    /// <summary>Its first page stands, with its mark.</summary>
    public event Action? Begun;

    /// <summary>Its first page is still being laid out.</summary>
    public bool IsBeginning => _afterLayout is not null;

    /// <summary>The block that has the focus, or had it last; null where there is none.</summary>
    public View? Current { get; private set; }

    public Step? CurrentStep => (Current as StepView)?.Step;

    /// <summary>What Enter acts on: a step, a prediction, a check, a lesson; null where nothing is marked that is in sight, or while the text before it is read.</summary>
    public object? AtHand => !_reading && Current is { } current && IsInSight(current)
        ? current switch
        {
            StepView view => view.Step,
            PredictionView view => view.Prediction,
            CheckView view => view.Check,
            WelcomeView => _state is { } state ? NextUp.Lesson(state) : null,
            _ => null,
        }
        : null;

    /// <summary>What Enter does here, in words that name what it acts on; null where it does nothing.</summary>
    public string? EnterDoes => _reading ? "go on" : Current is not ILessonBlock { Enter: not null } block ? null : IsInSight(Current) ? block.EnterName : "go to what is marked";

    /// <summary>Where the learner was the last time; what opens first begins there.</summary>
    public Place? PlaceLeft { get; set; }

    public Place? Place => _state?.Lesson is { } lesson && Current is { } current ? new Place(lesson.Id, _blocks.IndexOf(current)) : null;

    public void Show(SessionState state)
    {
        var before = _state;
        _state = state;
        // On a lab of several hosts a lesson has other blocks.
        var open = state.Lesson;
        if (_shown is null || (open?.Id ?? "") != _shown.Id || (open?.ContentHash ?? "") != _shown.ContentHash || !(open?.Blocks ?? []).SequenceEqual(_shown.Blocks))
        {
            _shown = open ?? Nothing;
            Build(state);
        }
        else if (_beganAt is { } began && !state.IsTakingUp)
        {
            _beganAt = null;
            if (began == Viewport.Y)
                BeginAfterLayout();
        }
        foreach (var block in _blocks)
            ((ILessonBlock)block).Show(state);
        ForgetBehindRuns(before, state);
        // A new lab: nothing of the lesson has been done on it.
        if (before?.Lesson is not null && before.Lesson.Id == open?.Id && before.Progress[open.Id].LabId is { } lab && lab != state.Progress[open.Id].LabId)
            Restart();
        // What a run printed and changed is what the learner waits for; a long command may leave no room for it.
        _showsResult |= before is not null && Current is StepView { HasEnded: true } step && before.Runs.GetValueOrDefault(step.Step.Id) is { Output: null } && IsVisible(step);
    }

    /// <summary>Moves the focus to the next (1) or the previous (-1) block that something can be done with.</summary>
    /// <param name="all">Also hints, which nobody needs to come by, and checks that hold.</param>
    /// <returns>False at the end, where the focus stays.</returns>
    public bool Go(int direction, bool all = true)
    {
        var stops = _blocks.Where(block => block.CanFocus && (all || block == Current || block is not (HintView or CheckView { HasPassed: true }))).ToList();
        // From where the reader looks, where that is elsewhere than the mark.
        var next = Current is not null && IsVisible(Current)
            ? stops.ElementAtOrDefault(stops.IndexOf(Current) + direction)
            : direction > 0 ? stops.FirstOrDefault(block => block.Frame.Y >= Viewport.Y) : stops.LastOrDefault(block => block.Frame.Bottom <= Viewport.Bottom);
        if (next is null)
            return false;
        _reading = false;
        Mark(next);
        return true;
    }

    /// <summary>Takes the focus, and leaves the page where it is.</summary>
    public void TakeFocus() => (Current ?? this).SetFocus();

    /// <summary>Does what Enter does: acts on the marked block, where it is to be seen; else shows it.</summary>
    public void Act()
    {
        if (_reading)
            _actions.GoOn();
        else if (Current is not null && !IsInSight(Current))
            ReadTo(Current);
        else
            (Current as ILessonBlock)?.Enter?.Invoke();
    }

    /// <summary>Moves the focus to the block of a step, a prediction or a check.</summary>
    public bool GoTo(object target)
    {
        var block = BlockOf(target);
        if (block is null)
            return false;
        _reading = false;
        Mark(block);
        return true;
    }

    /// <summary>The same, but no text before it is passed over that was not on the screen: where that and the block do not fit together, it is shown first, a page at a time.</summary>
    public bool GoOnTo(object target)
    {
        var block = BlockOf(target);
        if (block is not null)
            ReadTo(block);
        return block is not null;
    }

    private View? BlockOf(object target) => _blocks.FirstOrDefault(block => IsOf(block, target));

    protected override void OnViewportChanged(DrawEventArgs e)
    {
        base.OnViewportChanged(e);
        NoteRead();
    }

    private static bool IsOf(View block, object target) => block switch
    {
        StepView view => ReferenceEquals(view.Step, target),
        PredictionView view => ReferenceEquals(view.Prediction, target),
        CheckView view => ReferenceEquals(view.Check, target),
        HintView view => target is Hint hint && view.Step == hint.Step,
        _ => false,
    };

    /// <summary>The step that a hint is wanted for: the one at hand, or the one whose check is; null for the lesson as a whole.</summary>
    public string? StepAtHand => Current switch
    {
        StepView view => view.Step.Id,
        CheckView view => view.Check.Step,
        HintView view => view.Step,
        PredictionView view => view.Prediction.Step,
        _ => null,
    };

    protected override bool OnKeyDown(Key key)
    {
        var page = Math.Max(1, Viewport.Height - 2);
        if (key == Key.CursorDown || key == 'j') ScrollBy(1);
        else if (key == Key.CursorUp || key == 'k') ScrollBy(-1);
        else if (key == Key.PageDown || key == Key.Space) ScrollBy(page);
        else if (key == Key.PageUp) ScrollBy(-page);
        else if (key == Key.Home) ScrollBy(-GetContentSize().Height);
        else if (key == Key.End) ScrollBy(GetContentSize().Height);
        else if (key == Key.Enter && Current is ILessonBlock { Enter: not null }) Act();
        else return base.OnKeyDown(key);
        return true;
    }

    protected override bool OnMouseEvent(Mouse mouse)
    {
        if (mouse.Flags.HasFlag(MouseFlags.WheeledDown)) ScrollBy(3);
        else if (mouse.Flags.HasFlag(MouseFlags.WheeledUp)) ScrollBy(-3);
        else return base.OnMouseEvent(mouse);
        return true;
    }

    protected override void OnSubViewLayout(LayoutEventArgs args)
    {
        // A blank column, and the scroll bar's, which is kept free also while there is none: its coming would lay out everything anew.
        var width = Viewport.Width - (VerticalScrollBar.Visible ? 1 : 2);
        var y = 0;
        View? above = null;
        // At another width everything stands elsewhere: what was in sight before shall be so again.
        var seen = Current is not null && (width == _width ? IsVisible(Current) : _seen);
        var (before, broader) = (Current?.Frame, width != _width);
        _width = width;
        foreach (var block in _blocks)
        {
            if (above is not null && !(above is CheckView && block is CheckView))
                y++;
            var frame = new Rectangle(0, y, width, ((ILessonBlock)block).Arrange(width));
            // What was read is read at every width.
            if (broader && _read.TryGetValue(block, out var read) && read >= block.Frame.Height)
                _read[block] = frame.Height;
            if (block.Frame != frame)
                block.Frame = frame;
            y += frame.Height;
            above = block;
        }
        var size = new Size(Math.Max(1, width), Math.Max(1, y));
        if (GetContentSize() != size)
            SetContentSize(size);
        // What became shorter under the reader, as by a broader window, still fills the page.
        if (Viewport.Y > Math.Max(0, size.Height - Viewport.Height))
            Viewport = Viewport with { Y = Math.Max(0, size.Height - Viewport.Height) };
        // Only then: a page that the reader scrolls stays where it was scrolled to.
        if (seen && !broader && Current is StepView { HasEnded: true } && before is { } ran && Current.Frame != ran)
            KeepResult(Current, ran);
        else if (seen && (broader || Current!.Frame != before))
            Reveal(Current!);
        else if (Viewport.Height < _height && Current is { } marked && IsInSight(marked, Viewport.Y + _height) && !IsInSight(marked))
            Viewport = Viewport with { Y = marked.Frame.Y + RowsToSee(marked) - Viewport.Height };
        _height = Viewport.Height;
        if (_showsResult && Current is StepView { HasEnded: true } ended)
            RevealResult(ended);
        (_showsResult, _grows) = (false, false);
        _seen = Current is not null && IsVisible(Current);
        base.OnSubViewLayout(args);
    }

    protected override void OnSubViewsLaidOut(LayoutEventArgs args)
    {
        base.OnSubViewsLaidOut(args);
        if (_afterLayout is not { } then)
            return;
        _afterLayout = null;
        // Not within the layout itself, which would forget that the focus asks for another one.
        App?.AddTimeout(TimeSpan.Zero, () =>
        {
            then();
            Begun?.Invoke();
            return false;
        });
    }

    private void Build(SessionState state)
    {
        foreach (var block in _blocks)
        {
            Remove(block);
            block.Dispose();
        }
        _blocks.Clear();
        _read.Clear();
        _reading = false;
        Current = null;
        Viewport = Viewport with { Y = 0 };
        _blocks.AddRange(state.Lesson is { } lesson ? LessonBlocks.Of(lesson, _actions) : [new WelcomeView(_actions.Begin)]);
        foreach (var block in _blocks)
        {
            Add(block);
            block.HasFocusChanged += (_, e) =>
            {
                if (!e.NewValue)
                    return;
                (Current, _reading) = (block, false);
                CurrentChanged?.Invoke();
            };
        }
        BeginAfterLayout();
        SetNeedsDraw();
    }

    /// <summary>Where a block stands is known once the lesson is laid out.</summary>
    private void BeginAfterLayout()
    {
        _afterLayout = () => Begin(_state!);
        SetNeedsLayout();
    }

    private void Restart()
    {
        _read.Clear();
        _reading = false;
        Viewport = Viewport with { Y = 0 };
        Mark(_blocks.FirstOrDefault(block => block.CanFocus), scroll: false);
    }

    private static Lesson Nothing { get; } = new() { Id = "", Title = "", Recipe = new Recipe([]), File = "", ContentHash = "" };

    /// <summary>At the top where the lesson begins; at what is still open where the learner was in the midst of it.</summary>
    private void Begin(SessionState state)
    {
        var (left, blocks) = (PlaceLeft, _blocks);
        // The lab that is taken up may have other blocks of the lesson, and tells what is open in it.
        if (!state.IsTakingUp)
            PlaceLeft = null;
        if (state.Lesson?.Id == left?.Lesson && left is not null && state.Progress[left.Lesson].StepsRun.Count > 0 && blocks.ElementAtOrDefault(left.Block) is { CanFocus: true } there)
            TakeUp(there);
        else if (!state.IsTakingUp && state.Lesson is { } lesson && state.Progress[lesson.Id].StepsRun.Count > 0 && NextUp.InLesson(lesson, state)?.Target is { } open)
            TakeUp(BlockOf(open));
        else
            Mark(_blocks.FirstOrDefault(block => block.CanFocus), scroll: false);
        _beganAt = state.IsTakingUp ? Viewport.Y : null;
    }

    /// <summary>Goes on in the midst of a lesson: what stands before was read in an earlier sitting.</summary>
    private void TakeUp(View? block)
    {
        foreach (var before in _blocks.TakeWhile(before => before != block))
            _read[before] = before.Frame.Height;
        Mark(block);
    }

    private void Mark(View? block, bool scroll = true)
    {
        Current = block;
        if (block is null)
            return;
        if (HasFocus)
            block.SetFocus();
        if (scroll)
            Reveal(block);
        CurrentChanged?.Invoke();
    }

    private void ScrollBy(int rows)
    {
        var furthest = Math.Max(0, GetContentSize().Height - Viewport.Height);
        Viewport = Viewport with { Y = Math.Clamp(Viewport.Y + rows, 0, furthest) };
        _reading = false;
        _seen = Current is not null && IsVisible(Current);
        if (_seen)
        {
            CurrentChanged?.Invoke();
            return;
        }
        // What Enter acts on must be on the screen: the mark moves along with the page. Where nothing is, it is what the reader comes to next.
        var stops = _blocks.Where(block => block.CanFocus && block is not HintView).ToList();
        var visible = stops.Where(IsVisible).ToList();
        Mark((rows > 0 ? visible.FirstOrDefault() : visible.LastOrDefault()) ?? stops.FirstOrDefault(block => block.Frame.Y >= Viewport.Bottom) ?? stops.LastOrDefault(), scroll: false);
    }

    /// <summary>It is on the page down to its end (a step, to that of its command), or the page was turned on within it: nothing is run of which the rest was not seen.</summary>
    private bool IsInSight(View block) => IsInSight(block, Viewport.Bottom);

    private bool IsInSight(View block, int bottom) => block.Frame.Bottom > Viewport.Y && block.Frame.Y < bottom
        && (block.Frame.Y <= Viewport.Y || block.Frame.Y + RowsToSee(block) <= bottom);

    private bool IsVisible(View block) => block.Frame.Bottom > Viewport.Y && block.Frame.Y < Viewport.Bottom;

    /// <summary>What came of a step is told a moment after it ended, and what stands above it may become shorter by that: the page stays with its result.</summary>
    private void KeepResult(View step, Rectangle before)
    {
        var endWasSeen = before.Bottom <= Viewport.Bottom;
        Viewport = Viewport with { Y = Math.Clamp(Viewport.Y + step.Frame.Y - before.Y, 0, Math.Max(0, GetContentSize().Height - Viewport.Height)) };
        if (endWasSeen)
            RevealResult((StepView)step);
    }

    /// <summary>From how it ended on, as much as there is room for.</summary>
    private void RevealResult(StepView step)
    {
        if (step.Frame.Bottom > Viewport.Bottom)
            Viewport = Viewport with { Y = Math.Min(step.Frame.Bottom - Viewport.Height, step.Frame.Y + step.ResultRow) };
        // Its command was seen before it ran.
        _read[step] = Math.Max(_read.GetValueOrDefault(step), Viewport.Y - step.Frame.Y);
    }

    private void Reveal(View block)
    {
        if (block.Frame.Y < Viewport.Y || block.Frame.Height >= Viewport.Height)
            Viewport = Viewport with { Y = block.Frame.Y };
        else if (block.Frame.Bottom > Viewport.Bottom)
            Viewport = Viewport with { Y = block.Frame.Bottom - Viewport.Height };
    }
}
