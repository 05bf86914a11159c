using PgHaTutor.Labs;

namespace PgHaTutor.Ui;

/// <summary>What differs between two pictures of the lab, a sentence each.</summary>
internal static class Changes
{
    public static IReadOnlyList<string> Of(Observation before, Observation after) =>
        [.. after.Nodes
            .Where(node => before[node.Name] is { } was && was.State != node.State)
            .Select(node => $"{node.Name}: {before[node.Name]!.State} → {node.State}")];
}
