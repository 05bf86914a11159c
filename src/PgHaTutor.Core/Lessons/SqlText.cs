using System.Text.RegularExpressions;

namespace PgHaTutor.Lessons;

/// <summary>Tells SQL from a shell command by how it begins, to give a tip and nothing more.</summary>
public static partial class SqlText
{
    public static bool Is(string text) => Beginning().IsMatch(text);

    [GeneratedRegex(@"^\s*(?:select|insert\s+into|update\s+\S+\s+set|delete\s+from|create\s+\w+|alter\s+\w+|drop\s+\w+|show\s+\w+|with\s+\w+\s+as|begin|commit|rollback|explain|vacuum|checkpoint|reindex|grant|revoke)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Beginning();
}
