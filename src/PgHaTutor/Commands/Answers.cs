using PgHaTutor.Checks;

namespace PgHaTutor.Commands;

/// <summary>What the answers of several checks come to, and how an answer is said.</summary>
internal static class Answers
{
    public static Answer Of(IReadOnlyList<CheckResult> results)
    {
        foreach (var answer in new[] { Answer.Failed, Answer.CannotTell, Answer.Blocked })
            if (results.Any(result => result.Answer == answer))
                return answer;
        return Answer.Passed;
    }

    public static int ExitCode(Answer answer) => answer switch
    {
        Answer.Passed => Commands.ExitCode.Done,
        Answer.CannotTell => Commands.ExitCode.CannotTell,
        _ => Commands.ExitCode.Failed,
    };

    public static string Word(Answer answer) => answer switch
    {
        Answer.Passed => "PASSED",
        Answer.Failed => "FAILED",
        Answer.Blocked => "BLOCKED",
        _ => "CANNOT TELL",
    };

    public static string Mark(Answer answer) => answer switch
    {
        Answer.Passed => "✔",
        Answer.Failed => "✘",
        Answer.Blocked => "…",
        _ => "?",
    };

    public static Hue Hue(Answer answer) => answer switch
    {
        Answer.Passed => Commands.Hue.Green,
        Answer.Failed => Commands.Hue.Red,
        Answer.Blocked => Commands.Hue.Quiet,
        _ => Commands.Hue.Yellow,
    };
}
