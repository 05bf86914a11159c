namespace PgHaTutor.Labs;

/// <summary>Prompts that name the node: two terminals beside each other, and both would say postgres.</summary>
public static class Prompts
{
    /// <summary>An environment in which bash says the node in its prompt. It sets the prompt anew each time, because the rc files set their own.</summary>
    public static IReadOnlyDictionary<string, string> Naming(string node, IReadOnlyDictionary<string, string> environment) =>
        new Dictionary<string, string>(environment) { ["PROMPT_COMMAND"] = $@"PS1='{node}:\w\$ '" };

    /// <summary>Options of psql that make it say the node: <c>standby=#</c>.</summary>
    public static IReadOnlyList<string> Psql(string node) => ["-v", $"PROMPT1={node}=%# ", "-v", $"PROMPT2={node}-%# "];
}
