using PgHaTutor.Lessons;
using PgHaTutor.Sessions;

namespace PgHaTutor.Ui;

/// <summary>The curriculum as a tree, with how far the learner is in it.</summary>
internal sealed class CoursePane : View
{
    private const int MostDetail = 10;
    private readonly RowsView _tree = new() { Width = Dim.Fill() };
    private readonly RowsView _detail = new() { Width = Dim.Fill(), CanFocus = false };
    private readonly HashSet<string> _unfolded = [];
    private readonly Action<Lesson> _open;
    private SessionState? _state;

    public CoursePane(Action<Lesson> open)
    {
        _open = open;
        CanFocus = true;
        Add(_tree, _detail);
        _tree.ChosenChanged += ShowDetail;
        _tree.ChosenChanged += () => ChosenChanged?.Invoke();
    }

    /// <summary>Another row is marked.</summary>
    public event Action? ChosenChanged;

    /// <summary>The lesson that is marked; null where a module is.</summary>
    public Lesson? Chosen => _tree.ChosenEntry is { } chosen ? _state?.Course[chosen.Key] : null;

    public void Show(SessionState state)
    {
        var same = _state is not null
            && ReferenceEquals(_state.Course, state.Course) && ReferenceEquals(_state.Progress, state.Progress)
            && _state.Lesson?.Id == state.Lesson?.Id && ChecksPane.Tally(_state) == ChecksPane.Tally(state);
        var news = _state is null || state.Lesson?.Id != _state.Lesson?.Id;
        _state = state;
        if (same)
            return;
        if (news && (state.Lesson ?? NextUp.Lesson(state)) is { } lesson)
            Choose(lesson);
        else
            Write();
    }

    /// <summary>Marks a lesson, as if the learner had gone to it; its module unfolds.</summary>
    public void Choose(Lesson lesson)
    {
        if (_state?.Course.Modules.FirstOrDefault(module => module.Lessons.Contains(lesson)) is { } module)
            _unfolded.Add(module.Name);
        Write();
        _tree.Choose(lesson.Id);
    }

    private void Write()
    {
        if (_state is not { } state)
            return;
        List<RowsView.Entry> entries = [];
        foreach (var module in state.Course.Modules)
        {
            var unfolded = _unfolded.Contains(module.Name);
            entries.Add(new RowsView.Entry(width => ModuleRows(module, unfolded, state, width), () => Toggle(module), module.Name));
            if (unfolded)
                entries.AddRange(module.Lessons.Select(lesson => new RowsView.Entry(width => LessonRows(lesson, state, width), () => _open(lesson), lesson.Id)));
        }
        _tree.SetEntries(entries);
    }

    private void Toggle(Module module)
    {
        var unfolds = !_unfolded.Remove(module.Name);
        if (unfolds)
            _unfolded.Add(module.Name);
        Write();
        // All that unfolds is to be seen, as far as there is room for it.
        if (unfolds && module.Lessons.Count > 0)
            _tree.Choose(module.Lessons[^1].Id);
        _tree.Choose(module.Name);
    }

    private static IReadOnlyList<Row> ModuleRows(Module module, bool unfolded, SessionState state, int width)
    {
        var done = module.Lessons.Count(lesson => state.Progress[lesson.Id].Completed);
        return Beside([new(unfolded ? "▾ " : "▸ ", Ink.Quiet)], new(module.Title, Ink.Strong), $"{done}/{module.Lessons.Count}", 1, width);
    }

    private static IReadOnlyList<Row> LessonRows(Lesson lesson, SessionState state, int width)
    {
        var (done, of) = Progress(lesson, state);
        var progress = state.Progress[lesson.Id];
        var open = state.Lesson?.Id == lesson.Id;
        Piece mark = progress.Completed ? new("✔ ", Ink.Passed) : progress.Started ? new("◐ ", Ink.Accent) : new(state.CanShow(lesson) ? "○ " : "– ", Ink.Quiet);
        var aside = open || (progress.Started && !progress.Completed) ? $"{done}/{of}" : "";
        return Beside([new(open ? "▶" : " ", Ink.Accent), mark], new(lesson.Title, open ? Ink.Strong : Ink.Plain), aside, 3, width);
    }

    private static (int Done, int Of) Progress(Lesson lesson, SessionState state)
    {
        var of = lesson.Checks.Count;
        if (state.Progress[lesson.Id].Completed && state.Lesson?.Id != lesson.Id)
            return (of, of);
        return state.Lesson is { } open && open.Id == lesson.Id && state.Results.Count > 0
            ? (ChecksPane.Passed(open, state), of)
            : (lesson.Checks.Count(check => state.Progress[lesson.Id].Passed.Contains(check.Id)), of);
    }

    /// <summary>Marks, a title on so many rows at most, and at the right how far it is.</summary>
    private static IReadOnlyList<Row> Beside(IReadOnlyList<Piece> marks, Piece title, string aside, int most, int width)
    {
        var before = new Row(marks).Width;
        var after = aside.Length == 0 ? 0 : aside.Length + 1;
        var room = Math.Max(8, width - before - after);
        var rows = most == 1 ? [new Row(title)] : Rows.Wrap([title], room).Take(most).ToList();
        return
        [
            new Row([.. marks, .. rows[0].At(room).Pieces, new Piece(after == 0 ? "" : $" {aside}", Ink.Quiet)]),
            .. rows.Skip(1).Select(row => new Row([new Piece(new string(' ', before)), .. row.Pieces])),
        ];
    }

    protected override void OnViewportChanged(DrawEventArgs e)
    {
        base.OnViewportChanged(e);
        Divide();
    }

    /// <summary>The detail takes what it says, the tree what is left.</summary>
    private void Divide()
    {
        var rows = Math.Min(_detail.RowsAt(Viewport.Width), Math.Min(MostDetail, Viewport.Height / 2));
        _tree.Height = Math.Max(1, Viewport.Height - rows);
        _detail.Y = Viewport.Height - rows;
        _detail.Height = rows;
    }

    private void ShowDetail()
    {
        if (_state is not { } state)
            return;
        var chosen = _tree.ChosenEntry?.Key ?? "";
        var module = state.Course.Modules.FirstOrDefault(module => module.Name == chosen);
        _detail.SetEntries(state.Course[chosen] is { } lesson ? [new RowsView.Entry(width => DetailRows(lesson, state, width))]
            : module is not null ? [new RowsView.Entry(width => DetailRows(module, state, width))]
            : []);
        Divide();
    }

    private static IReadOnlyList<Row> DetailRows(Module module, SessionState state, int width) =>
    [
        new Row(new Piece(new string('─', width), Ink.Quiet)),
        .. Rows.Wrap(module.Title, width, Ink.Strong),
        .. Rows.Wrap($"{module.Lessons.Count(lesson => state.Progress[lesson.Id].Completed)} of {module.Lessons.Count} lessons done", width, Ink.Quiet),
    ];

    private static IReadOnlyList<Row> DetailRows(Lesson lesson, SessionState state, int width)
    {
        var (done, of) = Progress(lesson, state);
        var minutes = lesson.Minutes.TryGetValue("local", out var local) ? $"{local} min · " : "";
        var kind = lesson.Kind is LessonKind.Exercise ? "exercise · " : "";
        var missing = lesson.NeedsLessons.Where(id => !state.Progress[id].Completed).Select(id => state.Course[id]?.Title ?? id).ToList();
        return
        [
            new Row(new Piece(new string('─', width), Ink.Quiet)),
            .. Rows.Wrap(lesson.Title, width, Ink.Strong),
            .. Rows.Wrap($"{minutes}{kind}{done} of {of} checks", width, Ink.Quiet),
            .. state.CanShow(lesson) ? [] : Rows.Wrap($"needs another target: {string.Join(" or ", lesson.Targets.Select(Targets.Example))}", width, Ink.Callout),
            .. missing.Count == 0 ? [] : Rows.Wrap($"builds on: {string.Join("; ", missing)}", width, Ink.Callout),
        ];
    }
}
