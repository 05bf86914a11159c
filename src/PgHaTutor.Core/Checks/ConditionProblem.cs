namespace PgHaTutor.Checks;

/// <summary>Why a text is not a condition.</summary>
/// <param name="Column">Where in the text, from 1.</param>
internal sealed record ConditionProblem(int Column, string What)
{
    public override string ToString() => $"column {Column}: {What}";
}
