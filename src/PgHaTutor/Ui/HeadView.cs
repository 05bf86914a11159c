using PgHaTutor.Lessons;
using PgHaTutor.Sessions;

namespace PgHaTutor.Ui;

/// <summary>What a lesson is about, before it begins.</summary>
internal sealed class HeadView : RowsBlock
{
    private readonly Lesson _lesson;

    public HeadView(Lesson lesson)
    {
        _lesson = lesson;
        CanFocus = false;
    }

    public override bool Show(SessionState state) => false;

    protected override IReadOnlyList<Row> Write(int width) =>
    [
        .. Rows.Wrap(Facts(), width, Ink.Quiet),
        .. _lesson.Objectives.SelectMany(objective => Rows.Wrap([new("• "), .. Rows.Inline(objective)], width, "  ")),
        .. _lesson.NotSimulated is { } missing ? Rows.Wrap([new("Not simulated here: ", Ink.Callout), .. Rows.Inline(missing)], width) : [],
    ];

    private string Facts()
    {
        var kind = _lesson.Kind is LessonKind.Exercise ? "Exercise: it is broken, find out why and mend it" : "You will";
        var minutes = _lesson.Minutes.TryGetValue("local", out var local) ? $"{local} minutes · " : "";
        return $"{minutes}level {_lesson.Level} · {kind}{(_lesson.Objectives.Count > 0 ? ":" : "")}";
    }
}
