using PgHaTutor.Checks;

namespace PgHaTutor.Commands;

/// <summary>What <c>check --json</c> prints: the answer to all, and each check with its evidence.</summary>
internal sealed record CheckDocument(string Lesson, string Answer, IReadOnlyList<CheckDocument.Entry> Checks)
{
    public static CheckDocument Of(string lesson, IReadOnlyList<CheckResult> results) =>
        new(lesson, Word(Answers.Of(results)), [.. results.Select(Of)]);

    private static Entry Of(CheckResult result) => new(
        result.Check.Id, result.Check.Step, result.Check.Title, result.Check.Tense.ToString().ToLowerInvariant(), Word(result.Answer),
        result.Finding.Node.Length > 0 ? result.Finding.Node : result.Check.Node,
        Known(result.Finding.Query), Known(result.Finding.Expected), Known(result.Finding.Observed), result.Finding.Reason, result.Explanation, result.At);

    /// <summary>A check that was blocked asked nothing and saw nothing.</summary>
    private static string? Known(string text) => text.Length > 0 ? text : null;

    private static string Word(Answer answer) => answer is PgHaTutor.Checks.Answer.CannotTell ? "cannot_tell" : answer.ToString().ToLowerInvariant();

    public sealed record Entry(
        string Id, string? Step, string Title, string Tense, string Answer, string Node,
        string? Query, string? Expected, string? Observed, string Reason, string? Explanation, DateTimeOffset At);
}
