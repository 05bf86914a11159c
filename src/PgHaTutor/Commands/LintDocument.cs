using PgHaTutor.Lessons;

namespace PgHaTutor.Commands;

/// <summary>What <c>lint --json</c> prints: how many lessons can be read, and all that is to be mended.</summary>
internal sealed record LintDocument(int Lessons, IReadOnlyList<LintDocument.Mistake> Problems)
{
    public static LintDocument Of(int lessons, IReadOnlyList<Problem> problems) =>
        new(lessons, [.. problems.Select(problem => new Mistake(problem.File, problem.Line, problem.Column, problem.What, problem.Mend))]);

    public sealed record Mistake(string File, int Line, int Column, string What, string Mend);
}
