using System.Globalization;
using PgHaTutor.Checks;

namespace PgHaTutor.Ui;

/// <summary>How answers, times and lengths are said; every answer has a mark and a word of its own beside its colour.</summary>
internal static class Words
{
    public static string Mark(Answer? answer, Tense tense = Checks.Tense.State) => answer switch
    {
        Answer.Passed => tense is Checks.Tense.Milestone ? "◆" : "✔",
        Answer.Failed => "✘",
        Answer.Blocked => "…",
        Answer.CannotTell => "?",
        _ => "·",
    };

    /// <summary>A pass says in which tense: what was reached once stays, what is true now may end.</summary>
    public static string Name(Answer? answer, Tense tense = Checks.Tense.State) => answer switch
    {
        Answer.Passed => tense switch
        {
            Checks.Tense.Milestone => "reached",
            Checks.Tense.Invariant => "kept",
            _ => "true now",
        },
        Answer.Failed => "failed",
        Answer.Blocked => "blocked",
        Answer.CannotTell => "cannot tell",
        _ => "not yet",
    };

    public static Ink Ink(Answer? answer) => answer switch
    {
        Answer.Passed => Ui.Ink.Passed,
        Answer.Failed => Ui.Ink.Failed,
        Answer.Blocked => Ui.Ink.Blocked,
        Answer.CannotTell => Ui.Ink.CannotTell,
        _ => Ui.Ink.Quiet,
    };

    public static string Tense(Tense tense) => tense switch
    {
        Checks.Tense.Milestone => "A milestone: ◆ reached, once it was true; it stays so.",
        Checks.Tense.Invariant => "An invariant: ✔ kept, for as long as it was never violated.",
        _ => "A state: ✔ true now, and open again when it ends.",
    };

    /// <summary>850 ms, 3.2 s, 2 min 5 s.</summary>
    public static string Lasting(TimeSpan time) => time.TotalSeconds switch
    {
        < 1 => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0} ms"),
        < 60 => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0} s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalMinutes} min {time.Seconds} s"),
    };
}
