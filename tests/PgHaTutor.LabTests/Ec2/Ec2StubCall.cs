namespace PgHaTutor.LabTests.Ec2;

/// <summary>One call of the EC2 API: its number from 1, its action, its parameters.</summary>
public sealed record Ec2StubCall(int Number, string Action, IReadOnlyDictionary<string, string> Words)
{
    private static readonly string[] Changes = ["Import", "Create", "Authorize", "Revoke", "Run", "Start", "Terminate", "Delete"];

    /// <summary>It makes, changes or removes something.</summary>
    public bool IsChange => Changes.Any(change => Action.StartsWith(change, StringComparison.Ordinal));

    public string this[string name] => Words.GetValueOrDefault(name, "");

    /// <summary>The parameters <c>NAME.1</c>, <c>NAME.2</c>…</summary>
    public IReadOnlyList<string> List(string name) => [.. Numbers(name).Select(number => this[$"{name}.{number}"])];

    /// <summary>The numbers of a list of structures: <c>NAME.1.Field</c>.</summary>
    public IEnumerable<int> Numbers(string name) =>
        Enumerable.Range(1, 200).TakeWhile(number => Words.Keys.Any(key => key == $"{name}.{number}" || key.StartsWith($"{name}.{number}.", StringComparison.Ordinal)));

    /// <summary>The values that a filter asks for; null where it is not given.</summary>
    public IReadOnlyList<string>? Filter(string name) =>
        Numbers("Filter").Where(number => this[$"Filter.{number}.Name"] == name).Select(number => List($"Filter.{number}.Value")).FirstOrDefault();

    /// <summary>The tags for a kind of resource.</summary>
    public IReadOnlyDictionary<string, string> TagsFor(string kind) => Numbers("TagSpecification")
        .Where(number => this[$"TagSpecification.{number}.ResourceType"] == kind)
        .SelectMany(number => Numbers($"TagSpecification.{number}.Tag").Select(tag => $"TagSpecification.{number}.Tag.{tag}"))
        .ToDictionary(tag => this[$"{tag}.Key"], tag => this[$"{tag}.Value"]);
}
