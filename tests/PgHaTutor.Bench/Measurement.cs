using System.Diagnostics;

namespace PgHaTutor.Bench;

/// <summary>One figure: ours and the floor in milliseconds, medians of the same run; the limit is on their ratio, or on ours where there is no floor.</summary>
internal sealed record Measurement(string Name, double Ours, double? Floor, double Limit, string Note)
{
    public string Unit { get; init; } = "ms";

    public double? Ratio => Floor is { } floor ? Ours / floor : null;

    public bool Held => (Ratio ?? Ours) <= Limit;

    public override string ToString() => Ratio is { } ratio
        ? $"{(Held ? "held  " : "MISSED")} {Name,-46} {Ours,9:0.0} {Unit} / floor {Floor,9:0.0} {Unit} = {ratio,5:0.00} (limit {Limit:0.00})  {Note}"
        : $"{(Held ? "held  " : "MISSED")} {Name,-46} {Ours,9:0.0} {Unit} (limit {Limit:0.#} {Unit})  {Note}";

    public static double Median(IEnumerable<double> values) => Percentile(values, 0.5);

    public static double Percentile(IEnumerable<double> values, double part)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length == 0 ? double.NaN : sorted[Math.Min(sorted.Length - 1, (int)(part * sorted.Length))];
    }

    /// <summary>Milliseconds that a piece of work takes.</summary>
    public static async Task<double> TimeAsync(Func<Task> work)
    {
        var started = Stopwatch.GetTimestamp();
        await work();
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }
}
