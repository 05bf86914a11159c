namespace PgHaTutor.Ui;

/// <summary>A row of numbers as a row of small bars.</summary>
internal static class Sparkline
{
    private const string Bars = "▁▂▃▄▅▆▇█";

    /// <summary>The last <paramref name="width"/> values; unknown ones are blank. Zero is the lowest bar and the largest value the highest.</summary>
    public static string Of(IReadOnlyList<long?> values, int width)
    {
        var shown = values.Skip(Math.Max(0, values.Count - width)).ToArray();
        var largest = shown.Max() ?? 0;
        return string.Concat(shown.Select(value => value is not { } known ? ' ' : Bars[Height(known, largest)]));
    }

    // Anything above nothing shows as such: a lag of one byte beside one of a gigabyte is still a lag.
    private static int Height(long value, long largest) =>
        value <= 0 || largest <= 0 ? 0 : Math.Max(1, (int)((double)value / largest * (Bars.Length - 1)));
}
