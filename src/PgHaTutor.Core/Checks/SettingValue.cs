using System.Globalization;
using System.Text.RegularExpressions;

namespace PgHaTutor.Checks;

/// <summary>Compares values of settings as a server would read them: <c>1024MB</c> is <c>1GB</c>, and <c>true</c> is <c>on</c>.</summary>
internal static partial class SettingValue
{
    /// <summary>In bytes, and in microseconds (PostgreSQL manual, section 20.1.1).</summary>
    private static readonly Dictionary<string, decimal> Units = new()
    {
        ["B"] = 1, ["kB"] = 1 << 10, ["MB"] = 1 << 20, ["GB"] = 1 << 30, ["TB"] = 1L << 40,
        ["us"] = 1, ["ms"] = 1000, ["s"] = 1_000_000, ["min"] = 60_000_000, ["h"] = 3_600_000_000, ["d"] = 86_400_000_000,
    };

    /// <param name="value">As pg_settings holds it, in its base unit.</param>
    /// <param name="type">Its vartype there.</param>
    /// <param name="unit">Its base unit there, <c>8kB</c> for example; null where it has none.</param>
    public static bool Is(string wanted, string? value, string type, string? unit) => value is not null && (wanted == value || type switch
    {
        "bool" => Flag(wanted) is { } flag && flag == Flag(value),
        "enum" => wanted.Equals(value, StringComparison.OrdinalIgnoreCase),
        "integer" or "real" => Number(wanted, unit) is { } number && number == Number(value, unit),
        _ => false,
    });

    private static bool? Flag(string text) => text.ToLowerInvariant() switch
    {
        "on" or "true" or "yes" or "1" => true,
        "off" or "false" or "no" or "0" => false,
        _ => null,
    };

    /// <summary>In bytes or microseconds where the setting has a unit; null where the text is no such value.</summary>
    private static decimal? Number(string text, string? baseUnit)
    {
        if (Quantity().Match(text.Trim()) is not { Success: true } parts || !decimal.TryParse(parts.Groups["number"].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
            return null;
        var unit = parts.Groups["unit"].Value;
        return (unit, baseUnit) switch
        {
            ("", null) => number,
            ("", _) => number * Size(baseUnit),
            (_, null) => null,
            _ => Units.TryGetValue(unit, out var size) ? number * size : null,
        };
    }

    private static decimal? Size(string baseUnit) =>
        Quantity().Match(baseUnit) is { Success: true } parts && Units.TryGetValue(parts.Groups["unit"].Value, out var size)
            ? size * (parts.Groups["number"].Value is { Length: > 0 } times ? decimal.Parse(times, CultureInfo.InvariantCulture) : 1)
            : null;

    [GeneratedRegex(@"^(?<number>[-+]?[0-9.]*(?:[eE][-+]?[0-9]+)?)\s*(?<unit>[A-Za-z]*)$")]
    private static partial Regex Quantity();
}
