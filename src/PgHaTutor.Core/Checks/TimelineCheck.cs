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
        var ancestors = history.Split('\n')
            .Select(line => line.Split('\t')[0].Trim())
            .Where(first => int.TryParse(first, out _))
            .Select(int.Parse)
            .ToList();
        var branched = ancestors.Contains(start);
        return new Finding(
            branched ? Answer.Passed : Answer.Failed,
            branched ? $"{Node} is on timeline {timeline}, which branched off timeline {start}"
                : $"{Node} is on timeline {timeline}, but its history file does not name timeline {start} as an ancestor")
        {
            Query = $"{TimelineOf.Question}; {query}",
            Expected = $"above {start}, with {start} in its history",
            Observed = $"{timeline}; {(history is "" ? "no history file" : history.Trim())}",
            Facts = Facts(timeline, ancestors is [.., var parent] ? parent : null),
        };
    }

    /// <summary>The node's own at the start; where it did not run, the highest of the others; where none ran, initdb's first.</summary>
    private int Start(Baseline baseline) =>
        baseline.Nodes.GetValueOrDefault(Node)?.Timeline ?? baseline.Nodes.Values.Max(node => node.Timeline) ?? 1;

    private static Dictionary<string, object?> Facts(int timeline, int? parent) =>
        new() { ["timeline"] = (long)timeline, ["parent"] = (long?)parent };
}
