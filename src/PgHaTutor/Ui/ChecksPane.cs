using PgHaTutor.Checks;
using PgHaTutor.Lessons;
using PgHaTutor.Sessions;

namespace PgHaTutor.Ui;

/// <summary>Every check of the open lesson with its newest answer.</summary>
internal sealed class ChecksPane(Action<Check> open) : RowsView
{
    private SessionState? _state;

    /// <summary>How many are shown as passed, of how many; null where no lesson is open, or its lab is not known yet.</summary>
    public static string? Tally(SessionState state) => state is { Lesson: { } lesson, IsTakingUp: false } ? $"{Passed(lesson, state)}/{lesson.Checks.Count}" : null;

    /// <summary>Of an open lesson. A hidden one that holds already would give away what is asked.</summary>
    public static int Passed(Lesson lesson, SessionState state) =>
        lesson.Checks.Count(check => state.Results.GetValueOrDefault(check.Id)?.Answer is Answer.Passed && CheckRows.HiddenBy(check, state) is null);

    public void Show(SessionState state)
    {
        var same = _state is not null && _state.Lesson?.Id == state.Lesson?.Id && (state.Lesson?.Checks ?? []).All(check => CheckRows.SaysTheSame(check, _state, state));
        _state = state;
        if (same)
            return;
        SetEntries(Entries(state));
        // Of many it is the first that does not hold that the learner looks for.
        if (!HasFocus && state.Lesson?.Checks.FirstOrDefault(check => state.Results.GetValueOrDefault(check.Id)?.Answer is not Answer.Passed) is { } open)
            Choose(open.Id);
    }

    private IReadOnlyList<Entry> Entries(SessionState state)
    {
        if (state.Lesson is not { Checks: { Count: > 0 } checks })
            return [new Entry(width => Rows.Wrap(state.Lesson is null ? "Open a lesson to see its checks." : "This lesson has no checks.", width, Ink.Quiet))];
        var hidden = checks.Where(check => CheckRows.HiddenBy(check, state) is not null).ToList();
        return
        [
            .. checks.Except(hidden.Skip(1)).Select(check => new Entry(width => CheckRows.Of(check, state, width), () => open(check), check.Id)),
            .. hidden.Count < 2 ? [] : new[] { new Entry(width => Rows.Wrap($"  and {hidden.Count - 1} more", width, Ink.Quiet)) },
        ];
    }
}
