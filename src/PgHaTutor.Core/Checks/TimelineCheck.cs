using System.Globalization;
using PgHaTutor.Labs;

namespace PgHaTutor.Checks;

/// <summary>The node is on that timeline, or on one that branched off after the lesson's start.</summary>
public sealed record TimelineCheck : Check
{
    /// <summary>The timeline that it must be on.</summary>
    public int? EqualTo { get; init; }

    /// <summary>A timeline above that of the start, whose history names that one as an ancestor: a real promotion.</summary>
    public bool AboveStart { get; init; }

    protected override async Task<Finding> SeeAsync(Look look, CancellationToken cancellationToken)
    {
        var timeline = await TimelineOf.SeeAsync(look, Node, cancellationToken);
        var start = Start(look.Lab.Baseline);
        if (AboveStart && timeline > start)
            return await BranchedAsync(look, timeline, start, cancellationToken);
        var (right, expected) = AboveStart ? (false, $"above {start}") : (timeline == EqualTo, $"{EqualTo}");
        var reason = right ? $"{Node} is on timeline {timeline}"
            : AboveStart ? $"{Node} is still on timeline {timeline}, as at the lesson's start"
            : $"{Node} is on timeline {timeline}; expected {EqualTo}";
        return new Finding(right ? Answer.Passed : Answer.Failed, reason)
        {
            Query = TimelineOf.Question,
            Expected = expected,
            Observed = $"{timeline}",
            Facts = Facts(timeline, null),
        };
    }

    /// <summary>A number alone proves no promotion: the history file must name the timeline of the start as an ancestor.</summary>
    private async Task<Finding> BranchedAsync(Look look, int timeline, int start, CancellationToken cancellationToken)
    {
        var query = $"select coalesce(pg_read_file('pg_wal/{timeline:X8}.history', 0, 100000, true), '')";
        var history = await look.AskAsync(Node, query, row => row.GetString(0), cancellationToken);
        var branches = history.Split('\n')
            .Select(line => line.Split('\t'))
            .Where(words => words.Length > 1 && int.TryParse(words[0].Trim(), out _))
            .Select(words => (Timeline: int.Parse(words[0].Trim(), CultureInfo.InvariantCulture), End: Lsn.TryParse(words[1].Trim())))
            .ToList();
        // It cannot have left the old timeline before the position at which the lesson found it.
        var from = look.Lab.Baseline.Nodes.GetValueOrDefault(Node)?.Lsn;
        var branched = branches.Any(branch => branch.Timeline == start && branch.End is { } end && !(from is { } earliest && end.CompareTo(earliest) < 0));
        return new Finding(
            branched ? Answer.Passed : Answer.Failed,
            branched ? $"{Node} is on timeline {timeline}, which branched off timeline {start}"
                : $"{Node} is on timeline {timeline}, but its history file does not say that timeline {start} ended after the lesson's start")
        {
            Query = $"{TimelineOf.Question}; {query}",
            Expected = $"above {start}, with {start} in its history",
            Observed = $"{timeline}; {(history is "" ? "no history file" : history.Trim())}",
            Facts = Facts(timeline, branches is [.., var parent] ? parent.Timeline : null),
        };
    }

    /// <summary>The node's own at the start; where it did not run, the highest of the others; where none ran, initdb's first.</summary>
    private int Start(Baseline baseline) =>
        baseline.Nodes.GetValueOrDefault(Node)?.Timeline ?? baseline.Nodes.Values.Max(node => node.Timeline) ?? 1;

    private static Dictionary<string, object?> Facts(int timeline, int? parent) =>
        new() { ["timeline"] = (long)timeline, ["parent"] = (long?)parent };
}
