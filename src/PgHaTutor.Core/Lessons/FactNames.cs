using PgHaTutor.Checks;

namespace PgHaTutor.Lessons;

/// <summary>
/// The facts that a condition may name. A name that no fact has is null for ever, so a slip of the pen would make
/// <c>reciever == null</c> true on every lab.
/// </summary>
/// <param name="Alone">The names that stand alone.</param>
/// <param name="Nodes">The nodes whose facts stand under their names.</param>
/// <param name="AnyColumn">The columns of a query are facts too; what they are called is not known before it runs.</param>
internal sealed record FactNames(IReadOnlyList<string> Alone, IReadOnlyList<string> Nodes, bool AnyColumn = false)
{
    private static readonly string[] OfEveryNode =
    [
        "state", "role", "timeline", "system_identifier", "lsn", "receive_lsn", "replay_lsn", "pause_state", "receiver",
        "receiver.status", "receiver.sender_host", "receiver.sender_port", "receiver.slot", "senders", "slots", "problem", "port",
    ];

    private static readonly string[] OfEveryCheck = ["observed", "expected", "error", "sqlstate"];

    /// <summary>What an on_fail condition of a check can name.</summary>
    public static FactNames OfCheck(IEnumerable<string> own, IReadOnlyList<string> nodes, bool anyColumn = false) =>
        new([.. own, .. OfEveryCheck, .. OfEveryNode], nodes, anyColumn);

    /// <summary>Whether a node of this name would hide a fact.</summary>
    public static bool IsTaken(string node) => OfEveryNode.Contains(node) || OfEveryCheck.Contains(node);

    public void Judge(Condition condition, Func<int, Position> at, Report report)
    {
        foreach (var name in condition.Names.Where(name => !Knows(name.Text)))
            report.Break(at(name.Column), $"No fact is called '{name.Text}', so it would always be null.", Mend(name.Text));
    }

    private bool Knows(string name) =>
        Alone.Contains(name)
        || (NodeOf(name) is { } node ? OfEveryNode.Contains(name[(node.Length + 1)..]) : AnyColumn && !name.Contains('.'));

    private string? NodeOf(string name) => Nodes.FirstOrDefault(node => name.StartsWith($"{node}.", StringComparison.Ordinal));

    private string Mend(string name)
    {
        if (NodeOf(name) is { } node)
            return Names.Mend(name[(node.Length + 1)..], OfEveryNode, "facts of a node");
        return NearestName.Of(name, [.. Alone, .. Nodes.SelectMany(node => OfEveryNode.Select(fact => $"{node}.{fact}"))]) is { } nearest
            ? $"Did you mean '{nearest}'?"
            : $"The facts are: {string.Join(", ", Alone)}{(Nodes.Count > 0 ? $"; and those of a node: {Nodes[0]}.state" : "")}.";
    }
}
