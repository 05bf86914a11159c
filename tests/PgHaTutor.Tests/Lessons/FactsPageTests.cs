using PgHaTutor.Lessons;

namespace PgHaTutor.Tests.Lessons;

/// <summary>The page for authors names every fact that a condition may name.</summary>
public sealed class FactsPageTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(Repository.Root, "lessons", "README.md"));

    [Fact]
    public void I_find_every_fact_of_a_node_and_of_every_check() =>
        Assert.DoesNotContain(FactNames.OfCheck([], []).Alone, fact => !Page.Contains($"`{fact}`", StringComparison.Ordinal));

    [Fact]
    public void I_find_the_facts_of_a_kind_of_check_in_its_row()
    {
        foreach (var kind in CheckReader.Types)
        {
            var row = Page.Split('\n').FirstOrDefault(line => line.StartsWith($"| `{kind}` |", StringComparison.Ordinal));
            Assert.True(row is not null, $"lessons/README.md has no row for the check '{kind}'.");
            Assert.DoesNotContain(CheckReader.FactsOf(kind), fact => !row.Contains($"`{fact}`", StringComparison.Ordinal));
        }
    }
}
