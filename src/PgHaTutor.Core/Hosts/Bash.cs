using System.Text.RegularExpressions;

namespace PgHaTutor.Hosts;

/// <summary>Texts as words of a bash script.</summary>
internal static partial class Bash
{
    public static string Quote(string word) => $"'{word.Replace("'", @"'\''")}'";

    /// <summary>In quotes only where it needs them: for a person who reads it.</summary>
    public static string Word(string word) => Plain().IsMatch(word) ? word : Quote(word);

    [GeneratedRegex("^[A-Za-z0-9_@%+=:,./-]+$")]
    private static partial Regex Plain();
}
