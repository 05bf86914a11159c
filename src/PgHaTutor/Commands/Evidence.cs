using System.Globalization;
using PgHaTutor.Checks;

namespace PgHaTutor.Commands;

/// <summary>What a check saw, as lines that anybody can repeat: the query, what came back, what was hoped for.</summary>
internal static class Evidence
{
    public static IEnumerable<string> Lines(CheckResult result)
    {
        var seen = result.Finding;
        (string Name, string Text)[] parts =
        [
            ("node", seen.Node), ("query", seen.Query), ("expected", seen.Expected), ("observed", seen.Observed),
            ("at", result.At.ToString("yyyy-MM-dd HH:mm:ss.fff 'UTC'", CultureInfo.InvariantCulture)),
        ];
        return parts.Where(part => part.Text.Length > 0).Select(part => $"{part.Name}: {part.Text.Trim().ReplaceLineEndings("\n    ")}");
    }
}
