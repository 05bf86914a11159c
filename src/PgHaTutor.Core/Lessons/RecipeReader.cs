using System.Text.RegularExpressions;
using PgHaTutor.Labs;

namespace PgHaTutor.Lessons;

/// <summary>Reads the start state from the front matter's <c>lab</c>.</summary>
internal static partial class RecipeReader
{
    private static readonly string[] Roles = ["empty", "initialised", "primary", "standby"];

    /// <param name="lab">The value of <c>lab</c>: a field for each node.</param>
    public static Recipe Read(MapValue lab, Report report)
    {
        var names = new Names([.. lab.Fields.Select(field => field.Name)], [], []);
        if (lab.Fields.Count == 0)
            report.Break(lab.At, "The lab has no node.", "Add one: primary: {role: primary}.");
        var nodes = new List<NodeRecipe>();
        foreach (var field in lab.Fields)
        {
            JudgeName(field, report);
            if (field.Value is MapValue node)
                nodes.Add(Node(field.Name, new Fields(node, $"the node '{field.Name}'", names, report)));
            else
                report.Break(field.Value.At, $"The node '{field.Name}' needs its role.", $"Write {field.Name}: {{role: primary}}.");
        }
        JudgeUpstreams(lab, nodes, report);
        foreach (var node in nodes.Where(node => node.Beside is { } other && (other == node.Name || nodes.Find(one => one.Name == other)?.Beside is not null)))
            report.Break((lab[node.Name]?.Value as MapValue)?["beside"]?.Value.At ?? lab.At, $"'{node.Name}' cannot live beside '{node.Beside}'.", "Name a node that is placed by itself.");
        return new Recipe(nodes);
    }

    private static NodeRecipe Node(string name, Fields fields)
    {
        var word = fields.Choice("role", Roles);
        var node = new NodeRecipe(name, word is null ? NodeRole.Empty : (NodeRole)Roles.IndexOf(word))
        {
            Of = word is "standby" ? fields.Node("of") : fields.OptionalNode("of"),
            Beside = fields.OptionalNode("beside"),
            Slot = fields.OptionalText("slot"),
            Sync = fields.Flag("sync") ?? false,
            Delay = Delay(fields),
            Archive = fields.Flag("archive") ?? false,
            Settings = Settings(fields),
            Setup = fields.OptionalCode("setup"),
        };
        if (word is not (null or "standby"))
            fields.Without("only a standby has it", "of", "slot", "sync", "delay");
        if (word is not (null or "primary"))
            fields.Without("only a primary has it", "archive", "setup");
        if (word is "empty")
            fields.Without("an empty node has no configuration file", "settings");
        fields.Close();
        return node;
    }

    private static string? Delay(Fields fields)
    {
        if (fields.Word("delay") is { } delay && !DelayPattern().IsMatch(delay.Text))
            fields.Report.Break(delay.TextAt, $"'{delay.Text}' is no delay.", "Write a whole number with its unit, as PostgreSQL does: 500ms, 30s, 5min, 1h.");
        return fields.OptionalText("delay");
    }

    private static Dictionary<string, string> Settings(Fields fields)
    {
        var settings = new Dictionary<string, string>();
        if (fields.Map("settings", "the settings") is not { } inner || fields.Find("settings")!.Value is not MapValue map)
            return settings;
        foreach (var name in map.Fields.Select(field => field.Name))
            settings[name] = inner.OptionalText(name) ?? "";
        return settings;
    }

    private static void JudgeName(Field node, Report report)
    {
        if (!NodeName().IsMatch(node.Name))
            report.Break(node.At, $"'{node.Name}' cannot be the name of a node.", "Begin with a small letter; go on with small letters, digits and '-'; 20 at most.");
        else if (FactNames.IsTaken(node.Name))
            report.Break(node.At, $"A node cannot be called '{node.Name}': conditions use that word for a fact.", "Name it by its part: primary, standby, replica.");
    }

    private static void JudgeUpstreams(MapValue lab, IReadOnlyList<NodeRecipe> nodes, Report report)
    {
        var recipe = new Recipe(nodes);
        foreach (var node in nodes.Where(node => node.Role is NodeRole.Standby))
        {
            var of = (lab[node.Name]?.Value as MapValue)?["of"];
            if (of is null || node.Of is null || recipe[node.Of] is not { } upstream)
                continue;
            if (upstream.Role is not (NodeRole.Primary or NodeRole.Standby))
                report.Break(of.Value.At, $"'{node.Name}' cannot follow '{upstream.Name}': no server runs there.", $"Make '{upstream.Name}' a primary or a standby.");
            else if (References.Circle(node.Name, name => recipe[name]?.Of is { } next ? [next] : []) is { } circle)
                report.Break(of.Value.At, $"Nobody can begin here: {string.Join(" follows ", circle)}.", "Let one of them be the primary.");
        }
    }

    [GeneratedRegex("^[a-z][a-z0-9-]{0,19}$")]
    private static partial Regex NodeName();

    [GeneratedRegex("^[0-9]{1,9}(ms|s|min|h|d)$")]
    private static partial Regex DelayPattern();
}
