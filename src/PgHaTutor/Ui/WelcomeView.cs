using PgHaTutor.Lessons;
using PgHaTutor.Sessions;

namespace PgHaTutor.Ui;

/// <summary>What is shown in place of a lesson while none is open.</summary>
internal sealed class WelcomeView(Action<Lesson> open) : RowsBlock
{
    private SessionState? _state;

    public override Action? Enter => _state is { } state && NextUp.Lesson(state) is { } lesson ? () => open(lesson) : null;

    public override string EnterName => "begin";

    public override bool Show(SessionState state)
    {
        var same = _state is not null && ReferenceEquals(_state.Course, state.Course) && ReferenceEquals(_state.Progress, state.Progress);
        _state = state;
        if (!same)
            Rewrite();
        return !same;
    }

    protected override IReadOnlyList<Row> Write(int width)
    {
        if (_state is null)
            return [];
        var lessons = _state.Course.Lessons.ToList();
        var next = NextUp.Lesson(_state);
        var completed = lessons.Count(lesson => _state.Progress[lesson.Id].Completed);
        return
        [
            .. Rows.Wrap("PostgreSQL high availability, on real servers", width, Ink.Strong),
            Row.Empty,
            .. Rows.Wrap("Every lesson builds a small cluster of its own on this machine. You run each step on it, watch what changes, break it and mend it. A check looks at the servers, never at what you typed: every road that leads there counts.", width),
            Row.Empty,
            .. lessons.Count == 0
                ? Rows.Wrap("There is no lesson here that could be read.", width, Ink.Failed)
                : Rows.Wrap(completed == 0 ? $"{lessons.Count} lessons wait for you." : $"{completed} of {lessons.Count} lessons are done.", width),
            .. _state.Course.Problems.Count == 0 ? [] : Rows.Wrap($"{_state.Course.Problems.Count} problems were found in lesson files; `tutor lint` shows them.", width, Ink.Failed),
            Row.Empty,
            .. next is null ? [] : Key("Enter", $"begins with “{next.Title}”", width),
            .. Key("F7", "goes to the course: ↑ ↓ choose a lesson, Enter opens it", width),
            .. Key("F1", "shows every key", width),
            .. Key("Ctrl-P", "finds any command by its name", width),
            .. Key("Ctrl-Q", "leaves, from anywhere; you come back to the same place", width),
        ];
    }

    private static IReadOnlyList<Row> Key(string key, string does, int width) =>
        Rows.Wrap([new($"{key,-7} ", Ink.Accent), new(does)], width, "        ");
}
