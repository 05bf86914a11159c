using System.Text.RegularExpressions;

namespace PgHaTutor.Ui;

/// <summary>Takes passwords out of what is kept on disk.</summary>
internal static partial class Secrets
{
    private const string Hidden = "…";

    /// <summary>The text with every value of <c>password=</c> and <c>PGPASSWORD=</c>, and every literal after <c>PASSWORD</c>, replaced by a mark.</summary>
    public static string Hide(string text) => Secret().Replace(text, $"${{before}}{Hidden}");

    [GeneratedRegex(@"(?<before>(?:pg)?password\s*=\s*)(?:'+[^']*'+|""[^""]*""|[^\s'""]+)|(?<before>\bpassword\s+)'[^']*'", RegexOptions.IgnoreCase)]
    private static partial Regex Secret();
}
