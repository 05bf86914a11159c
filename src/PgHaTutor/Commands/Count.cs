namespace PgHaTutor.Commands;

/// <summary>A number with its noun: 1 problem, 2 problems.</summary>
internal static class Count
{
    public static string Of(int number, string noun) => number == 1 ? $"1 {noun}" : $"{number} {noun}s";
}
