using System.Security.Cryptography;
using System.Text;
using PgHaTutor.Checks;
using PgHaTutor.Hosts;

namespace PgHaTutor.Lessons;

/// <summary>What a course would run, as a value to be shown before anything of it may run.</summary>
/// <param name="Hash">SHA-256 over every file of every lesson, in hexadecimal: whoever trusts it trusts these files and no later ones.</param>
public sealed record Trust(string Hash, IReadOnlyList<ForeignCommand> Commands)
{
    /// <param name="host">Where the lab's nodes would live.</param>
    public static Trust Of(Course course, Host host) =>
        new(HashOf(course), [.. course.Lessons.SelectMany(lesson => CommandsOf(lesson).Select(command => command with { Lesson = lesson.Id, Host = host.Name, User = host.User }))]);

    private static string HashOf(Course course) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
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

    private static ForeignCommand Command(string node, string origin, string text) => new("", origin, node, "", "", text);
}

/// <summary>One thing that a course would run.</summary>
/// <param name="Origin">What in the lesson asks for it, for example <c>step clone</c> or <c>fault.sh</c>.</param>
/// <param name="Node">The node on whose host it runs.</param>
/// <param name="Host">The host's name.</param>
/// <param name="User">The OS user that it runs as.</param>
/// <param name="Text">Bash or SQL, as written.</param>
public sealed record ForeignCommand(string Lesson, string Origin, string Node, string Host, string User, string Text);
