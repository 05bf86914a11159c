using PgHaTutor.Checks;
using PgHaTutor.Sessions;

namespace PgHaTutor.Ui;

/// <summary>Every check of the open lesson with its newest answer.</summary>
internal sealed class ChecksPane(Action<Check> open) : RowsView
{
    private SessionState? _state;

    /// <summary>How many passed, of how many; null where no lesson is open.</summary>
    public static string? Tally(SessionState state) => state.Lesson is { } lesson
        ? $"{lesson.Checks.Count(check => state.Results.GetValueOrDefault(check.Id)?.Answer is Answer.Passed)}/{lesson.Checks.Count}"
        : null;

    public void Show(SessionState state)
    {
        var same = _state is not null && _state.Lesson?.Id == state.Lesson?.Id && (state.Lesson?.Checks ?? []).All(check =>
            CheckRows.SaysTheSame(_state.Results.GetValueOrDefault(check.Id), state.Results.GetValueOrDefault(check.Id))
            && CheckRows.IsAhead(check, _state) == CheckRows.IsAhead(check, state));
        _state = state;
        if (same)
            return;
        SetEntries(state.Lesson is not { Checks: { Count: > 0 } checks }
            ? [new Entry(width => Rows.Wrap(state.Lesson is null ? "Open a lesson to see its checks." : "This lesson has no checks.", width, Ink.Quiet))]
            : [.. checks.Select(check => new Entry(
                width => CheckRows.Of(check, state.Results.GetValueOrDefault(check.Id), CheckRows.IsAhead(check, state), width), () => open(check), check.Id))]);
    }
}
