using PgHaTutor.Labs;

namespace PgHaTutor.Checks;

/// <summary>Exactly one node accepts writes, and of every other one it is known that it does not.</summary>
public sealed record SingleWritablePrimaryCheck : Check
{
    /// <summary>The nodes to look at; all of the lab where empty.</summary>
    public IReadOnlyList<string> Nodes { get; init; } = [];

    /// <summary>None at all is fine too; where null, that is so for an invariant only.</summary>
    public bool? AtMost { get; init; }

    /// <summary>A stopped node is an answer here, not an obstacle.</summary>
    protected override IReadOnlyList<string> Asks => [];

    protected override async Task<Finding> SeeAsync(Look look, CancellationToken cancellationToken)
    {
        var names = Nodes.Count > 0 ? Nodes : look.Lab.Nodes.Select(node => node.Name).ToList();
        var seen = await Task.WhenAll(names.Select(name => SeeAsync(look, name, cancellationToken)));
        var writable = seen.Where(node => node.Writes is true).ToList();
        var unknown = seen.Where(node => node.Writes is null).ToList();
        var noneIsFine = AtMost ?? Tense is Tense.Invariant;
        // Two that write are wrong whatever a third one does; everything else needs to know of all.
        var (answer, reason) = writable.Count > 1
                ? (Answer.Failed, $"{string.Join(" and ", writable.Select(node => node.Name))} both accept writes")
            : unknown.Count > 0 ? (Answer.CannotTell, $"whether {unknown[0].Name} accepts writes is not known: {unknown[0].State}")
            : writable.Count == 1 ? (Answer.Passed, $"only {writable[0].Name} accepts writes")
            : noneIsFine ? (Answer.Passed, "no node accepts writes")
            : (Answer.Failed, "no node accepts writes");
        return new Finding(answer, reason)
        {
            Node = string.Join(", ", (writable.Count > 0 ? writable : unknown.Count > 0 ? unknown : [.. seen]).Select(node => node.Name)),
            Query = $"{Writability.Question}; {Writability.Trial}",
            Expected = noneIsFine ? "at most one node that accepts writes" : "exactly one node that accepts writes",
            Observed = string.Join(", ", seen.Select(node => $"{node.Name} {node.State}")),
            // Of two nodes one of which is silent, the number is not known.
            Facts = answer is Answer.CannotTell ? [] : new Dictionary<string, object?> { ["writable"] = (long)writable.Count },
        };
    }

    private static async Task<Seen> SeeAsync(Look look, string node, CancellationToken cancellationToken)
    {
        var observed = look.Observation[node];
        // A server may live on after its files were deleted.
        if (observed is { State: NodeState.Stopped or NodeState.Absent, OrphanPid: null })
            return new Seen(node, false, observed.State.ToString().ToLowerInvariant());
        if (observed is { State: not NodeState.Running })
            return new Seen(node, null, observed.Problem ?? observed.State.ToString().ToLowerInvariant());
        try
        {
            var writes = await Writability.SeeAsync(look, node, cancellationToken);
            return new Seen(node, writes.AcceptsWrites, writes.InRecovery ? "in recovery" : writes.AcceptsWrites ? "accepts writes" : "refuses writes");
        }
        catch (NoAnswerException silence)
        {
            return new Seen(node, null, silence.Message);
        }
    }

    /// <param name="Writes">Null where it is not known.</param>
    private sealed record Seen(string Name, bool? Writes, string State);
}
