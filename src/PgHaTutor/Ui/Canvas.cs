namespace PgHaTutor.Ui;

/// <summary>A drawing of characters, each one column wide; it grows downwards, and what would stand beside it is not drawn.</summary>
internal sealed class Canvas(int width)
{
    private readonly List<(char Character, Ink Ink)[]> _lines = [];

    public int Width => width;

    public int Height => _lines.Count;

    public void Put(int x, int y, string text, Ink ink = Ink.Plain)
    {
        while (_lines.Count <= y)
            _lines.Add([.. Enumerable.Repeat((' ', Ink.Plain), width)]);
        for (var index = Math.Max(0, -x); index < text.Length && x + index < width; index++)
            _lines[y][x + index] = (text[index], ink);
    }

    public IReadOnlyList<Row> Rows => _lines.ConvertAll(Join);

    private static Row Join((char Character, Ink Ink)[] line)
    {
        List<Piece> pieces = [];
        for (var start = 0; start < line.Length;)
        {
            var end = start + 1;
            while (end < line.Length && line[end].Ink == line[start].Ink)
                end++;
            pieces.Add(new Piece(string.Concat(line[start..end].Select(cell => cell.Character)), line[start].Ink));
            start = end;
        }
        return new Row(pieces);
    }
}
