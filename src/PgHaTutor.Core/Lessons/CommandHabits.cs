using System.Text.RegularExpressions;

namespace PgHaTutor.Lessons;

/// <summary>What a command of a lesson must not rely on: ports and folders differ from lab to lab.</summary>
internal static partial class CommandHabits
{
    /// <param name="at">Where a line of the text (from 0) begins in its file.</param>
    public static void Judge(IReadOnlyList<string> lines, Func<int, Position> at, Names names, Report report)
    {
        for (var i = 0; i < lines.Count; i++)
        {
            var line = lines[i];
            if (line.TrimStart().StartsWith('#'))
                continue;
            foreach (Match port in Port().Matches(line))
                report.Blemish(at(i).Right(port.Groups["port"].Index), $"The port {port.Groups["port"].Value} is written out; every lab has ports of its own.", "Use $PGPORT or $NODE_PORT.");
            foreach (Match path in Folder().Matches(line))
                report.Blemish(at(i).Right(path.Index), $"The folder {path.Value} is written out; it is not the lab's, or not on every machine.", "Use $PGDATA, $PGLOG, $LAB_DIR, $SOCKET_DIR, $BACKUP_DIR or $ARCHIVE_DIR; programs are on the PATH.");
            foreach (Match variable in NodeVariable().Matches(line))
                if (IsOfNoNode(variable.Groups["node"].Value, names) && !lines.Any(other => other.Contains($"{variable.Groups["name"].Value}=")))
                    report.Break(at(i).Right(variable.Index), $"No node gives the variable ${variable.Groups["name"].Value}.", Names.Mend(variable.Groups["node"].Value.ToLowerInvariant(), names.Nodes, "nodes"));
        }
    }

    private static bool IsOfNoNode(string prefix, Names names) => names.Nodes.All(node => ParameterValues.VariableName(node) != prefix);

    /// <summary>5432 and 5433 anywhere; the lab's own range only where a port is meant, for it also holds many a number of rows.</summary>
    [GeneratedRegex(@"(?<![\w.])(?<port>543[23])(?![\w.]\d|\w)|(?:port['""]?\s*[=:]?\s*['""]?|-p\s*|\b(?:localhost|127\.0\.0\.1):)(?<port>5\d{4})\b", RegexOptions.IgnoreCase)]
    private static partial Regex Port();

    [GeneratedRegex(@"(?<![\w$}./*])/(?:tmp|usr/lib/postgresql|usr/pgsql-\d+|etc/postgresql|var/lib/(?:postgresql|pgsql|pghatutor)|var/run/postgresql|run/postgresql)\b[\w./-]*")]
    private static partial Regex Folder();

    [GeneratedRegex(@"\$\{?(?<name>(?<node>[A-Z][A-Z0-9_]*)_(?:DATA|PORT|HOST|LOG))\b")]
    private static partial Regex NodeVariable();
}
