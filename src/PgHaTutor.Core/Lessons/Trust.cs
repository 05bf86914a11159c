using System.Security.Cryptography;
using System.Text;
using PgHaTutor.Checks;
using PgHaTutor.Labs;

namespace PgHaTutor.Lessons;

/// <summary>What a course would run, as a value to be shown before anything of it may run.</summary>
/// <param name="Hash">SHA-256 over every file of every lesson, in hexadecimal: whoever trusts it trusts these files and no later ones.</param>
public sealed record Trust(string Hash, IReadOnlyList<ForeignCommand> Commands)
{
    /// <summary>Of a node that the lab does not have.</summary>
    private static readonly Place Nowhere = new("no host", "nobody");

    /// <param name="placesOf">Where the nodes of a lab would live.</param>
    public static Trust Of(Course course, Func<Recipe, IReadOnlyDictionary<string, Place>> placesOf) => new(HashOf(course), [.. course.Lessons.SelectMany(lesson =>
    {
        var places = placesOf(lesson.Recipe);
        return CommandsOf(lesson).Select(command => command with { Lesson = lesson.Id, Place = places.GetValueOrDefault(command.Node, Nowhere) });
    })]);

    /// <summary>See <see cref="Hash"/>.</summary>
    public static string HashOf(Course course) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
        string.Concat(course.Lessons.Select(lesson => $"{lesson.Id} {lesson.ContentHash}\n").Order(StringComparer.Ordinal)))));

    private static IEnumerable<ForeignCommand> CommandsOf(Lesson lesson) =>
    [
        .. lesson.Recipe.Nodes.Where(node => node.Settings.Count > 0)
            .Select(node => Command(node.Name, "settings", string.Join('\n', node.Settings.Select(setting => $"{setting.Key} = {setting.Value}")))),
        .. lesson.Recipe.Nodes.Where(node => node.Setup is not null).Select(node => Command(node.Name, "setup", node.Setup!)),
        .. Parts(lesson.Fault is { } fault ? [fault] : []),
        .. lesson.Steps.Select(step => Command(step.Node, $"step {step.Id}", step.Text)),
        .. lesson.Checks.SelectMany(check => CommandsOf(check, $"check {check.Id}")),
        .. lesson.Predictions.Where(prediction => prediction.Observe is { Node: not null, Sql: not null })
            .Select(prediction => Command(prediction.Observe.Node!, $"prediction {prediction.Id}", prediction.Observe.Sql!)),
        .. Parts(lesson.Solutions),
        .. Parts(lesson.WrongAnswers.Select(wrong => wrong.Script)),
    ];

    private static IEnumerable<ForeignCommand> CommandsOf(Check check, string origin) => check switch
    {
        SqlCheck sql => [Command(check.Node, origin, sql.Query)],
        RefusesCheck refuses => [Command(check.Node, origin, refuses.Query)],
        ScriptCheck script => [Command(check.Node, origin, script.Run)],
        TriggeredCheck triggered => [Command(check.Node, origin, triggered.Sh ?? triggered.Sql ?? ""), .. CommandsOf(triggered.Then, origin)],
        _ => [],
    };

    private static IEnumerable<ForeignCommand> Parts(IEnumerable<PlayedScript> scripts) =>
        scripts.SelectMany(script => script.Parts.Select(part => Command(part.Node, Path.GetFileName(script.File), part.Text)));

    private static ForeignCommand Command(string node, string origin, string text) => new("", origin, node, new Place("", ""), text);
}

/// <summary>One thing that a course would run.</summary>
/// <param name="Origin">What in the lesson asks for it, for example <c>step clone</c> or <c>fault.sh</c>.</param>
/// <param name="Node">The node on whose host it runs.</param>
/// <param name="Text">Bash or SQL, as written.</param>
public sealed record ForeignCommand(string Lesson, string Origin, string Node, Place Place, string Text);
