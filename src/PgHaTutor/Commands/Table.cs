namespace PgHaTutor.Commands;

/// <summary>Columns as wide as what stands in them, without lines: a screen reader reads it, and so does awk.</summary>
internal static class Table
{
    public static void Write(TextWriter writer, IReadOnlyList<string> heads, IReadOnlyList<IReadOnlyList<string>> rows)
    {
        var widths = heads.Select((head, i) => rows.Select(row => row[i].Length).Append(head.Length).Max()).ToList();
        foreach (var row in rows.Prepend(heads))
            writer.WriteLine(string.Join("  ", row.Select((cell, i) => (cell.Length > 0 ? cell : "-").PadRight(widths[i]))).TrimEnd());
    }
}
