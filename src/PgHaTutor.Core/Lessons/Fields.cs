using System.Globalization;
using System.Text.RegularExpressions;
using PgHaTutor.Checks;

namespace PgHaTutor.Lessons;

/// <summary>
/// Takes named values out of what an author wrote, each as the kind that it should be. What is missing, unknown or of
/// another kind goes to the report; reading goes on with a harmless stand-in, so that all problems come at once.
/// </summary>
/// <param name="map">The named values.</param>
/// <param name="what">What they belong to, for messages: <c>a check of type sql</c>.</param>
internal sealed partial class Fields(MapValue map, string what, Names names, Report report)
{
    private List<string> _asked = [];

    public Position At => map.At;

    public Names Names => names;

    public Report Report => report;

    public bool Has(string name) => Find(name) is not null;

    public Field? Find(string name)
    {
        if (!_asked.Contains(name))
            _asked.Add(name);
        return map[name];
    }

    /// <summary>Another view of the same fields, for a part that is named differently in messages.</summary>
    public Fields As(string other) => new(map, other, names, report) { _asked = _asked };

    public string Text(string name) => Required(name, OptionalText(name)) ?? "";

    public string? OptionalText(string name) => Word(name)?.Text;

    /// <summary>A command or SQL that runs on the lab: ports and paths stand in it as variables.</summary>
    public string Code(string name) => Required(name, OptionalCode(name)) ?? "";

    public string? OptionalCode(string name)
    {
        if (Word(name) is not { } word)
            return null;
        CommandHabits.Judge(word.Text.Split('\n'), line => word.TextAt with { Line = word.TextAt.Line + line }, names, report);
        return word.Text;
    }

    public string Node(string name) => Required(name, OptionalNode(name)) ?? "";

    public string? OptionalNode(string name) => Known(Word(name), names.Nodes, "node", "nodes")?.Text;

    public string? OptionalStep(string name) => Known(Word(name), names.Steps, "step", "steps")?.Text;

    public IReadOnlyList<string> Nodes(string name) => [.. Words(name).Select(word => Known(word, names.Nodes, "node", "nodes")!.Text)];

    public IReadOnlyList<string> CheckIds(string name) => [.. Words(name).Select(word => Known(word, names.Checks, "check", "checks")!.Text)];

    /// <summary>An id: small letters, digits and '-'.</summary>
    public string Id(string name)
    {
        if (Required(name, Word(name)) is not { } word)
            return "";
        if (!IdPattern().IsMatch(word.Text))
            report.Break(word.TextAt, $"'{word.Text}' cannot be an id.", "Use small letters, digits and '-'.");
        return word.Text;
    }

    /// <summary>One of these words; null where it is missing or is none of them.</summary>
    public string? Choice(string name, params IReadOnlyList<string> words) => Required(name, OptionalChoice(name, words));

    public string? OptionalChoice(string name, params IReadOnlyList<string> words)
    {
        if (Word(name) is not { } word)
            return null;
        if (words.Contains(word.Text))
            return word.Text;
        report.Break(word.TextAt, $"'{word.Text}' is no {name} of {what}.", words.Count == 1 ? $"Write '{words[0]}', or leave it out." : Lessons.Names.Mend(word.Text, words, "words for it"));
        return null;
    }

    public bool? Flag(string name)
    {
        if (Word(name) is not { } word)
            return null;
        if (word.Text is not ("true" or "false"))
            report.Break(word.TextAt, $"'{name}' is true or false, not '{word.Text}'.", "Write one of the two.");
        return word.Text == "true";
    }

    public int? Number(string name, int minimum, int maximum = int.MaxValue)
    {
        if (Word(name) is not { } word)
            return null;
        if (int.TryParse(word.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= minimum && number <= maximum)
            return number;
        report.Break(word.TextAt, $"'{name}' is a whole number {Range(minimum, maximum)}, not '{word.Text}'.", "Write such a number.");
        return null;
    }

    /// <summary>A time with its unit: <c>500ms</c>, <c>20s</c>, <c>2min</c>.</summary>
    public TimeSpan? Duration(string name)
    {
        if (Word(name) is not { } word)
            return null;
        var match = DurationPattern().Match(word.Text);
        if (match.Success)
            return match.Groups[2].Value switch
            {
                "ms" => TimeSpan.FromMilliseconds(int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)),
                "s" => TimeSpan.FromSeconds(int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)),
                _ => TimeSpan.FromMinutes(int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)),
            };
        report.Break(word.TextAt, $"'{word.Text}' is no time.", "Write a whole number with its unit: 500ms, 20s or 2min.");
        return null;
    }

    public IReadOnlyList<string> TextList(string name) => Required(name, Find(name)) is null ? [] : OptionalTextList(name);

    /// <summary>A list of texts; one alone needs no brackets.</summary>
    public IReadOnlyList<string> OptionalTextList(string name) => [.. Words(name).Select(word => word.Text)];

    public string Regex(string name) => Required(name, OptionalRegex(name)) ?? "";

    public string? OptionalRegex(string name)
    {
        if (Word(name) is not { } word)
            return null;
        try
        {
            _ = new Regex(word.Text, RegexOptions.CultureInvariant);
        }
        catch (ArgumentException invalid)
        {
            report.Break(word.TextAt, $"This is not a regular expression: {invalid.Message.TrimEnd('.')}.", "Put a backslash before a sign that is meant literally.");
        }
        return word.Text;
    }

    public Condition? Condition(string name, FactNames facts)
    {
        if (Word(name) is not { } word)
            return null;
        var condition = Checks.Condition.TryParse(word.Text, out ConditionProblem? problem);
        if (condition is null)
            report.Break(At(word, problem!.Column), $"This is not a condition: {problem.What}", "A condition compares facts: role == \"primary\" && senders > 0.");
        else
            facts.Judge(condition, column => At(word, column), report);
        return condition;

        static Position At(TextValue word, int column) => word.IsBlock ? word.TextAt : word.TextAt.Right(column - 1);
    }

    /// <summary>The fields of a nested map.</summary>
    public Fields? Map(string name, string of)
    {
        if (Find(name) is not { } field)
            return null;
        if (field.Value is MapValue inner)
            return new Fields(inner, of, names, report);
        report.Break(field.Value.At, $"'{name}' has fields of its own.", $"Write {name}: {{…}}.");
        return null;
    }

    /// <summary>The fields of each entry of a list of maps.</summary>
    public IReadOnlyList<Fields> Maps(string name, string of)
    {
        if (Find(name) is not { } field)
            return [];
        if (field.Value is not ListValue list)
        {
            report.Break(field.Value.At, $"'{name}' is a list.", "Begin each entry with '- ' on a line of its own, or put them into [ ].");
            return [];
        }
        foreach (var item in list.Items.Where(item => item is not MapValue))
            report.Break(item.At, $"An entry of '{name}' has fields of its own.", "Write it as {name: value, …}.");
        return [.. list.Items.OfType<MapValue>().Select(item => new Fields(item, of, names, report))];
    }

    /// <summary>Says what was written and never asked for. To be called once all was.</summary>
    public void Close()
    {
        foreach (var field in map.Fields.Where(field => !_asked.Contains(field.Name)))
            report.Break(field.At, $"'{field.Name}' is no field of {what}.", Lessons.Names.Mend(field.Name, _asked, "fields"));
    }

    /// <summary>One and only one of these is there.</summary>
    public void OneOf(params IReadOnlyList<string> alternatives)
    {
        var there = alternatives.Select(Find).OfType<Field>().ToList();
        if (there.Count == 0)
            report.Break(At, $"{Capital(what)} needs one of: {string.Join(", ", alternatives)}.", "Add one.");
        foreach (var second in there.Skip(1))
            report.Break(second.At, $"'{second.Name}' and '{there[0].Name}' exclude each other.", "Keep one of them.");
    }

    /// <summary>These have no meaning here, and why.</summary>
    public void Without(string reason, params IReadOnlyList<string> senseless)
    {
        foreach (var field in senseless.Select(Find).OfType<Field>())
            report.Break(field.At, $"'{field.Name}' has no meaning here: {reason}.", "Remove it.");
    }

    internal TextValue? Word(string name)
    {
        if (Find(name) is not { } field)
            return null;
        if (field.Value is TextValue { IsNull: false } word && (word.Text.Length > 0 || !word.IsBlock))
            return word;
        if (field.Value is TextValue)
            report.Break(field.At, $"'{name}' has no value.", "Write one behind the colon.");
        else
            report.Break(field.Value.At, $"'{name}' is one text.", "Put it into quotes if it begins with a bracket or a brace.");
        return null;
    }

    internal IReadOnlyList<TextValue> Words(string name)
    {
        if (Find(name) is not { } field)
            return [];
        if (field.Value is not ListValue list)
            return Word(name) is { } single ? [single] : [];
        foreach (var item in list.Items.Where(item => item is not TextValue { IsNull: false }))
            report.Break(item.At, $"An entry of '{name}' is one text.", "Write it so, in quotes if it has signs in it.");
        return [.. list.Items.OfType<TextValue>().Where(item => !item.IsNull)];
    }

    private TextValue? Known(TextValue? word, IReadOnlyList<string> known, string kind, string plural)
    {
        if (word is not null && !known.Contains(word.Text))
            report.Break(word.TextAt, $"There is no {kind} '{word.Text}' in this lesson.", Lessons.Names.Mend(word.Text, known, plural));
        return word;
    }

    private T? Required<T>(string name, T? value) where T : class
    {
        if (value is null && Find(name) is null)
            report.Break(At, $"{Capital(what)} needs '{name}'.", $"Add {name}.");
        return value;
    }

    private static string Range(int minimum, int maximum) => maximum == int.MaxValue ? $"from {minimum} on" : $"from {minimum} to {maximum}";

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];

    [GeneratedRegex("^[a-z0-9][a-z0-9-]*$")]
    private static partial Regex IdPattern();

    [GeneratedRegex("^([0-9]{1,6})(ms|s|min)$")]
    private static partial Regex DurationPattern();
}
