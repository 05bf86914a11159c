namespace PgHaTutor.Hosts;

/// <summary>Texts as words of a bash script.</summary>
internal static class Bash
{
    public static string Quote(string word) => $"'{word.Replace("'", @"'\''")}'";
}
