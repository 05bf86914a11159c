using System.Globalization;
using PgHaTutor.Lessons;
using PgHaTutor.Sessions;

namespace PgHaTutor.Commands;

/// <summary>The table lesson × target of a Markdown file, between two comments: what is proved where, as verify found it.</summary>
internal static class ProofTable
{
    private const string Begin = "<!-- proofs: made by tutor verify --table -->";
    private const string End = "<!-- /proofs -->";
    private static readonly string[] Usual = [Targets.Local, "docker", "ssh, one host", "ssh, two hosts"];

    /// <summary>Where the proofs belong: on this machine a column for each major version, elsewhere one for each kind of target.</summary>
    public static string ColumnOf(VerifyDocument proofs)
    {
        var kind = Targets.KindOf(proofs.Lessons.FirstOrDefault()?.Target ?? Targets.Local);
        var version = proofs.Lessons.Select(proof => proof.Version).FirstOrDefault(version => version is not null);
        return kind == Targets.Local && version is not null ? $"{kind}, {Digits(version)}" : kind;
    }

    /// <summary>The file's text with the new proofs in a column of the table; the other columns stay as they are.</summary>
    /// <exception cref="UsageException">The file has no place for the table.</exception>
    public static string Merge(string markdown, string column, VerifyDocument proofs, Course course)
    {
        var from = markdown.IndexOf(Begin, StringComparison.Ordinal);
        var to = markdown.IndexOf(End, StringComparison.Ordinal);
        if (from < 0 || to < from)
            throw new UsageException($"The file has no place for the table. Write two lines into it: {Begin} and {End}");
        var (columns, cells) = Read(markdown[(from + Begin.Length)..to]);
        if (!columns.Contains(column))
            columns.Add(column);
        foreach (var proof in proofs.Lessons)
            cells[(proof.Lesson, column)] = Cell(proof);
        columns = [.. columns.OrderBy(Place).ThenBy(Major)];
        var lines = new List<string> { Row("lesson", columns), Row("---", columns.Select(_ => "---")) };
        lines.AddRange(course.Lessons.Select(lesson => Row(lesson.Id, columns.Select(name => cells.GetValueOrDefault((lesson.Id, name), "")))));
        return $"{markdown[..from]}{Begin}\n\n{string.Join('\n', lines)}\n\n{markdown[to..]}";
    }

    private static (List<string> Columns, Dictionary<(string Lesson, string Column), string> Cells) Read(string text)
    {
        var rows = text.Split('\n').Where(line => line.StartsWith('|')).Select(line => line.Trim().Trim('|').Split('|').Select(cell => cell.Trim()).ToList()).ToList();
        if (rows.Count == 0)
            return ([], []);
        var columns = rows[0].Skip(1).ToList();
        var cells = from row in rows.Skip(2)
                    from cell in columns.Zip(row.Skip(1))
                    select ((row[0], cell.First), cell.Second);
        return (columns, cells.ToDictionary(cell => cell.Item1, cell => cell.Second));
    }

    private static string Cell(VerifyDocument.Proof proof) => proof switch
    {
        { Skipped: not null } => "–",
        { Proved: true } => $"✔ {proof.Plays.Count} on {proof.Version}",
        _ => $"✘ {proof.Plays.Count(play => !play.Held)} of {proof.Plays.Count} on {proof.Version}",
    };

    private static string Row(string first, IEnumerable<string> cells) => $"| {string.Join(" | ", cells.Prepend(first))} |";

    private static int Place(string column) =>
        Usual.IndexOf(column.StartsWith($"{Targets.Local},", StringComparison.Ordinal) ? Targets.Local : column) is >= 0 and var place ? place : Usual.Length;

    private static int Major(string column) =>
        int.TryParse(Digits(column.Split(' ')[^1]), NumberStyles.None, CultureInfo.InvariantCulture, out var major) ? major : 0;

    private static string Digits(string version) => string.Concat(version.TakeWhile(char.IsAsciiDigit));
}
