using System.Text.RegularExpressions;

namespace PgHaTutor.Checks;

/// <summary>A line that the node's log gained since the lesson's start matches, or none does.</summary>
public sealed record LogCheck : Check
{
    /// <summary>The regular expression.</summary>
    public required string Contains { get; init; }

    /// <summary>No line may match.</summary>
    public bool Absent { get; init; }

    /// <summary>No more of the log's end is read than this, in bytes.</summary>
    private const int Limit = 500_000;

    public override bool RunsOnHost => true;

    protected override IReadOnlyList<string> Asks => [];

    protected override async Task<Finding> SeeAsync(Look look, CancellationToken cancellationToken)
    {
        var pattern = look.Expand(Contains, Node);
        var offset = look.Lab.Baseline.Nodes.GetValueOrDefault(Node)?.LogLength ?? 0;
        // A log that is shorter than it was has been truncated or begun anew: all of it is from after the start.
        var query = $"""tail -c +{offset + 1} "$PGLOG" """.TrimEnd();
        var output = await look.RunAsync(Node, $"""
            [ -e "$PGLOG" ] || exit 66
            size=$(wc -c < "$PGLOG") || exit 67
            from=$(({offset} + 1)); [ "$size" -ge {offset} ] || from=1
            tail -c "+$from" "$PGLOG" | tail -c {Limit}
            """, cancellationToken);
        if (output.ExitCode is not (0 or 66))
            throw new NoAnswerException($"the log of {Node} cannot be read: {output.StandardError.Trim()}", query);
        var regex = new Regex(pattern, RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
        var line = output.StandardOutput.Split('\n').LastOrDefault(text => text is not "" && regex.IsMatch(text));
        var right = line is null == Absent;
        var reason = line is null ? $"no line of the log of {Node} since the lesson's start matches" : $"the log of {Node} has a line that matches";
        return new Finding(right ? Answer.Passed : Answer.Failed, reason)
        {
            Query = query,
            Expected = Absent ? $"no line that matches {pattern}" : $"a line that matches {pattern}",
            Observed = line ?? (output.ExitCode is 66 ? "there is no log yet" : "no such line"),
            Facts = new Dictionary<string, object?> { ["line"] = line },
        };
    }
}
