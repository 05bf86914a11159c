using System.Text.RegularExpressions;

namespace PgHaTutor.Lessons;

/// <summary>Reads a script that lies beside a lesson: its parts by node, and the header of a wrong answer.</summary>
internal static partial class ScriptReader
{
    /// <summary>Null where it cannot be used; the report then says why.</summary>
    public static PlayedScript? Read(IReadOnlyList<string> lines, Names names, Report report)
    {
        var parts = new List<ScriptPart>();
        var node = names.Nodes.FirstOrDefault() ?? "";
        var language = StepLanguage.Sh;
        var begin = 0;
        for (var i = 0; i <= lines.Count; i++)
        {
            var heading = i < lines.Count ? PartHeading().Match(lines[i]) : Match.Empty;
            if (i < lines.Count && !heading.Success)
                continue;
            var body = lines.Skip(begin).Take(i - begin).ToList();
            if (body.Any(IsCommand))
                parts.Add(new ScriptPart(node, string.Join('\n', body) + "\n") { Language = language });
            if (language is StepLanguage.Host)
                BlockReader.JudgeTroubles(body, line => new Position(begin + line + 1, 1), report);
            if (i == lines.Count)
                break;
            node = heading.Groups["node"].Value;
            language = heading.Groups["host"].Success ? StepLanguage.Host : StepLanguage.Sh;
            begin = i + 1;
            if (!names.Nodes.Contains(node))
                report.Break(new Position(i + 1, heading.Groups["node"].Index + 1), $"There is no node '{node}' in this lesson.", Names.Mend(node, names.Nodes, "nodes"));
        }
        CommandHabits.Judge(lines, line => new Position(line + 1, 1), names, report);
        if (parts.Count > 0)
            return new PlayedScript(report.File, parts) { Hosts = HostsOf(lines, report) };
        report.Break(Position.Start, "The script has no command.", "Write what it does, or remove the file.");
        return null;
    }

    /// <summary>The header of a wrong answer, with the script.</summary>
    public static WrongAnswer? ReadWrong(IReadOnlyList<string> lines, bool hasSteps, Names names, Report report)
    {
        var script = Read(lines, names, report);
        var first = lines[0].StartsWith("#!", StringComparison.Ordinal) ? 1 : 0;
        if (first == lines.Count || FailsHeading().Match(lines[first]) is not { Success: true } fails)
        {
            report.Break(new Position(first + 1, 1), "A wrong answer begins with the check that it leaves failed.", "Write: # fails: CHECK because WHY");
            return null;
        }
        var check = fails.Groups["check"];
        if (!names.Checks.Contains(check.Value))
            report.Break(new Position(first + 1, check.Index + 1), $"There is no check '{check.Value}' in this lesson.", Names.Mend(check.Value, names.Checks, "checks"));
        var step = first + 1 < lines.Count ? StepHeading().Match(lines[first + 1]).Groups["step"] : Match.Empty.Groups["step"];
        var at = new Position(first + 2, step.Index + 1);
        if (step.Success && !hasSteps)
            report.Break(at, "An exercise has no steps to replace.", "Remove this line.");
        else if (step.Success && !names.Steps.Contains(step.Value))
            report.Break(at, $"There is no step '{step.Value}' in this lesson.", Names.Mend(step.Value, names.Steps, "steps"));
        return script is null ? null : new WrongAnswer(script, check.Value, fails.Groups["why"].Value, step.Success ? step.Value : null);
    }

    /// <summary>A line of the script's head may say that it is for labs on one host, or on several.</summary>
    private static HostCount? HostsOf(IReadOnlyList<string> lines, Report report)
    {
        foreach (var (index, line) in lines.TakeWhile(line => line.StartsWith('#') && !PartHeading().IsMatch(line)).Index())
            if (HostsHeading().Match(line) is { Success: true } heading)
            {
                var word = heading.Groups["hosts"];
                if (word.Value is not ("one" or "several"))
                    report.Break(new Position(index + 1, word.Index + 1), $"'{word.Value}' is no number of hosts.", "Write one or several, or remove the line: then it is for all labs.");
                return word.Value is "one" ? HostCount.One : HostCount.Several;
            }
        return null;
    }

    private static bool IsCommand(string line) => !string.IsNullOrWhiteSpace(line) && !line.TrimStart().StartsWith('#');

    [GeneratedRegex(@"^##\s+(?<host>host\s+)?on\s+(?<node>\S+)\s*$")]
    private static partial Regex PartHeading();

    [GeneratedRegex(@"^#\s*fails:\s*(?<check>\S+)\s+because\s+(?<why>\S.*?)\s*$")]
    private static partial Regex FailsHeading();

    [GeneratedRegex(@"^#\s*hosts:\s*(?<hosts>\S+)\s*$")]
    private static partial Regex HostsHeading();

    [GeneratedRegex(@"^#\s*instead of:\s*(?<step>\S+)\s*$")]
    private static partial Regex StepHeading();
}
