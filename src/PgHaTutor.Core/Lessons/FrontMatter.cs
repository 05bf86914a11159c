using System.Text.RegularExpressions;
using PgHaTutor.Checks;
using PgHaTutor.Labs;

namespace PgHaTutor.Lessons;

/// <summary>What stands between the two <c>---</c> lines at the top of a lesson.</summary>
/// <param name="Id">Where the id stands, for problems that only the whole course shows.</param>
/// <param name="NeedsLessons">The lessons that should come before, with their places.</param>
/// <param name="Invariants">The checks that must never fail.</param>
internal sealed partial record FrontMatter(
    Lesson Lesson, TextValue? Id, IReadOnlyList<TextValue> NeedsLessons, IReadOnlyList<Check> Invariants)
{
    private const int KnownFormat = 1;
    private const int OldestVersion = 13;

    /// <summary>Names that the lab gives to commands; a parameter of that name would hide one of them.</summary>
    private static readonly string[] TakenVariables =
        ["PATH", "HOME", "USER", "LAB_DIR", "SOCKET_DIR", "ARCHIVE_DIR", "BACKUP_DIR", "SUPERUSER_PWFILE", "REPL_USER", "REPL_PASSWORD"];

    /// <summary>The nodes that the front matter names, before anything is judged.</summary>
    public static IReadOnlyList<string> NodesOf(MapValue map) =>
        map["lab"]?.Value is MapValue lab ? [.. lab.Fields.Select(field => field.Name)] : [];

    /// <summary>The ids of the front matter's checks, before anything is judged.</summary>
    public static IReadOnlyList<TextValue> InvariantIdsOf(MapValue map) =>
        map["invariants"]?.Value is ListValue list
            ? [.. list.Items.OfType<MapValue>().Select(item => item["id"]?.Value).OfType<TextValue>()]
            : [];

    /// <summary>False where the lesson is of a format that this program does not know; the report then says so.</summary>
    public static bool IsKnownFormat(MapValue map, Report report)
    {
        if (map["format"]?.Value is not TextValue format || !int.TryParse(format.Text, out var number) || number <= KnownFormat)
            return true;
        report.Break(format.At, $"This lesson is refused: it is of format {number}, and this program knows format {KnownFormat}.", "Update the program.");
        return false;
    }

    public static FrontMatter Read(MapValue map, Names names, Report report)
    {
        var fields = new Fields(map, "the front matter", names, report);
        if (!fields.Has("format"))
            fields.Text("format");
        fields.Number("format", minimum: 1);
        var kind = fields.OptionalChoice("kind", "lesson", "exercise") is "exercise" ? LessonKind.Exercise : LessonKind.Lesson;
        var needs = fields.Map("needs", "needs");
        var needed = needs?.Words("lessons") ?? [];
        var (oldest, newest) = Versions(needs);
        var missing = NotSimulated(fields);
        var lesson = new Lesson
        {
            Id = fields.Text("id"),
            Title = fields.Text("title"),
            Kind = kind,
            Level = fields.Number("level", minimum: 1, maximum: 3) ?? 1,
            Minutes = Minutes(fields),
            NeedsLessons = [.. needed.Select(word => word.Text)],
            NeedsTools = needs?.OptionalTextList("tools") ?? [],
            Targets = TargetsOf(needs),
            MinimumHosts = needs?.Number("hosts", minimum: 1, maximum: 9) ?? 1,
            MinimumVersion = oldest,
            MaximumVersion = newest,
            Objectives = fields.OptionalTextList("objectives"),
            NotSimulated = missing.OnOne,
            NotSimulatedOnSeveral = missing.OnSeveral,
            Recipe = Recipe(fields),
            Parameters = Parameters(fields),
            File = report.File,
            ContentHash = "",
        };
        needs?.Close();
        var id = fields.Word("id");
        if (id is not null && !IdPattern().IsMatch(id.Text))
            report.Break(id.TextAt, $"'{id.Text}' cannot be the id of a lesson.", "Write a word for its module, a dot and a word for itself, in small letters, digits and '-': streaming.first-standby.");
        var invariants = ReadInvariants(fields);
        fields.Close();
        return new FrontMatter(lesson, id, needed, invariants);
    }

    /// <summary>One text for all labs, or one for labs on one host and one for labs on several.</summary>
    private static (string? OnOne, string? OnSeveral) NotSimulated(Fields fields)
    {
        if (fields.Find("not_simulated")?.Value is not MapValue)
            return (fields.OptionalText("not_simulated"), fields.OptionalText("not_simulated"));
        var texts = fields.Map("not_simulated", "not_simulated")!;
        var both = (texts.OptionalText("one"), texts.OptionalText("several"));
        texts.Close();
        return both;
    }

    private static IReadOnlyList<string> TargetsOf(Fields? needs)
    {
        var named = needs?.Words("targets") ?? [];
        foreach (var word in named.Where(word => !Lesson.AllTargets.Contains(word.Text)))
            needs!.Report.Break(word.TextAt, $"'{word.Text}' is no kind of target.", Names.Mend(word.Text, Lesson.AllTargets, "kinds"));
        return named.Count == 0 ? Lesson.AllTargets : [.. named.Select(word => word.Text)];
    }

    private static Recipe Recipe(Fields fields)
    {
        if (!fields.Has("lab"))
            fields.Text("lab");
        if (fields.Map("lab", "the lab") is null || fields.Find("lab")?.Value is not MapValue lab)
            return new Recipe([]);
        return RecipeReader.Read(lab, fields.Report);
    }

    private static Dictionary<string, int> Minutes(Fields fields)
    {
        var minutes = new Dictionary<string, int>();
        if (fields.Map("minutes", "minutes") is not { } targets)
            return minutes;
        foreach (var target in Lesson.AllTargets)
            if (targets.Number(target, minimum: 1, maximum: 1000) is { } number)
                minutes[target] = number;
        targets.Close();
        return minutes;
    }

    /// <summary>The oldest and the newest major version that the range allows.</summary>
    private static (int Oldest, int? Newest) Versions(Fields? needs)
    {
        if (needs?.Word("pg") is not { } range)
            return (OldestVersion, null);
        var (oldest, newest) = (OldestVersion, (int?)null);
        foreach (var term in range.Text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (VersionTerm().Match(term) is not { Success: true } match)
            {
                needs.Report.Break(range.TextAt, $"'{term}' is no range of versions.", "Write \">=13\", or \">=13 <17\".");
                return (OldestVersion, null);
            }
            var version = int.Parse(match.Groups["version"].Value);
            switch (match.Groups["sign"].Value)
            {
                case ">=": oldest = Math.Max(oldest, version); break;
                case ">": oldest = Math.Max(oldest, version + 1); break;
                case "<=": newest = Math.Min(newest ?? version, version); break;
                default: newest = Math.Min(newest ?? version - 1, version - 1); break;
            }
        }
        if (newest < oldest)
            needs.Report.Break(range.TextAt, $"No version is in the range '{range.Text}' (the lab begins with {OldestVersion}).", "Turn the signs round, or leave one end open.");
        return (oldest, newest);
    }

    private static IReadOnlyList<Parameter> Parameters(Fields fields)
    {
        if (fields.Map("params", "the params") is not { } named || fields.Find("params")?.Value is not MapValue map)
            return [];
        var parameters = new List<Parameter>();
        foreach (var field in map.Fields)
        {
            JudgeParameter(field, parameters, fields);
            if (named.Map(field.Name, $"the parameter '{field.Name}'") is not { } own)
                continue;
            var kind = own.Choice("kind", "name", "number") ?? "name";
            if (own.Has("from"))
                own.Choice("from", "learner");
            if (kind is "name" && own.Has("kind"))
                own.Without("only a number has it", "min", "max");
            var parameter = new Parameter(field.Name, kind)
            {
                Minimum = own.Number("min", int.MinValue) ?? 0,
                Maximum = own.Number("max", int.MinValue) ?? (kind is "number" ? 100 : 0),
            };
            if (kind is "number" && parameter.Maximum < parameter.Minimum)
                own.Report.Break(own.At, $"No number lies between {parameter.Minimum} and {parameter.Maximum}.", "Let min be the smaller one; without them it is 0 to 100.");
            own.Close();
            parameters.Add(parameter);
        }
        return parameters;
    }

    private static void JudgeParameter(Field field, IEnumerable<Parameter> before, Fields fields)
    {
        var variable = ParameterValues.VariableName(field.Name);
        if (!ParameterPattern().IsMatch(field.Name))
            fields.Report.Break(field.At, $"'{field.Name}' cannot be the name of a parameter.", "Begin with a small letter; go on with small letters, digits and '_'; 30 at most.");
        else if (TakenVariables.Contains(variable) || variable.StartsWith("PG", StringComparison.Ordinal) || before.Any(other => ParameterValues.VariableName(other.Name) == variable)
            || fields.Names.Nodes.Any(node => NodeSuffix().Replace(variable, "") == ParameterValues.VariableName(node) && NodeSuffix().IsMatch(variable)))
            fields.Report.Break(field.At, $"The variable ${variable} is taken already.", "Choose another name.");
    }

    private static List<Check> ReadInvariants(Fields fields)
    {
        var checks = new List<Check>();
        foreach (var entry in fields.Maps("invariants", "an invariant"))
            if (CheckReader.Read(entry.Id("id"), entry) is { } check)
                checks.Add(check with { Tense = Tense.Invariant });
        return checks;
    }

    [GeneratedRegex(@"^[a-z0-9][a-z0-9-]*(\.[a-z0-9][a-z0-9-]*)+$")]
    private static partial Regex IdPattern();

    [GeneratedRegex("^(?<sign>>=|<=|>|<)(?<version>[0-9]{1,3})$")]
    private static partial Regex VersionTerm();

    [GeneratedRegex("^[a-z][a-z0-9_]{0,29}$")]
    private static partial Regex ParameterPattern();

    [GeneratedRegex("_(DATA|PORT|HOST|LOG)$")]
    private static partial Regex NodeSuffix();
}
