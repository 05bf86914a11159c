namespace PgHaTutor.Lessons;

/// <summary>Reads what stands in the braces of a fence: <c>{step=clone on=standby needs=[a, b]}</c>.</summary>
internal sealed class Attributes
{
    private readonly string _line;
    private readonly int _lineNumber;
    private readonly Report _report;
    private readonly List<Field> _fields = [];
    private int _at;

    private Attributes(string line, int lineNumber, int at, Report report)
    {
        _line = line;
        _lineNumber = lineNumber;
        _at = at;
        _report = report;
    }

    /// <param name="from">Where in the line (from 0) the word of the fence ends.</param>
    public static MapValue Read(string line, int lineNumber, int from, Report report)
    {
        var attributes = new Attributes(line, lineNumber, from, report);
        attributes.Skip();
        var at = attributes.Here;
        if (attributes._at < line.Length)
            attributes.Braces();
        return new MapValue(at, attributes._fields);
    }

    private Position Here => new(_lineNumber, _at + 1);

    private void Braces()
    {
        if (!Take('{'))
        {
            Complain("Behind the word of a fence stand braces.", "Write {name=value}.");
            return;
        }
        while (true)
        {
            Skip();
            if (Take('}'))
                break;
            if (_at == _line.Length)
            {
                Complain("The brace is not closed.", "Add '}' at the end of the line.");
                return;
            }
            if (!Pair())
                return;
        }
        Skip();
        if (_at < _line.Length)
            Complain("Nothing stands behind the brace.", "Remove the rest of the line.");
    }

    private bool Pair()
    {
        var at = Here;
        var name = Run("={}[], \t\"");
        if (name.Length == 0 || !Take('='))
        {
            _report.Break(at, name.Length == 0 ? $"'{_line[_at]}' is not expected here." : $"'{name}' has no value.", "Write name=value, with a blank between the pairs.");
            return false;
        }
        if (Value() is not { } value)
            return false;
        if (_fields.Exists(field => field.Name == name))
            _report.Break(at, $"'{name}' stands here twice.", "Remove one of them.");
        else
            _fields.Add(new Field(name, at, value));
        return true;
    }

    private Value? Value()
    {
        var at = Here;
        if (!Take('['))
            return Word();
        var items = new List<Value>();
        while (true)
        {
            Skip();
            if (Take(']'))
                return new ListValue(at, items);
            if (_at == _line.Length)
            {
                _report.Break(at, "The bracket is not closed.", "Add ']' behind the last entry.");
                return null;
            }
            if (Word() is not { } word)
                return null;
            items.Add(word);
            Skip();
            Take(',');
        }
    }

    private TextValue? Word()
    {
        var at = Here;
        if (Take('"'))
        {
            var quoted = Run("\"");
            if (Take('"'))
                return new TextValue(at, quoted, at.Right(1), IsWord: false);
            _report.Break(at, "The quote is not closed.", "Add '\"' at the end of the text.");
            return null;
        }
        var word = Run("={}[], \t\"");
        if (word.Length > 0)
            return new TextValue(at, word, at, IsWord: true);
        _report.Break(at, "A value is missing here.", "Write name=value, without blanks around '='.");
        return null;
    }

    private string Run(string ends)
    {
        var from = _at;
        while (_at < _line.Length && !ends.Contains(_line[_at]))
            _at++;
        return _line[from.._at];
    }

    private bool Take(char wanted)
    {
        if (_at == _line.Length || _line[_at] != wanted)
            return false;
        _at++;
        return true;
    }

    private void Skip()
    {
        while (_at < _line.Length && _line[_at] is ' ' or '\t')
            _at++;
    }

    private void Complain(string what, string mend) => _report.Break(Here, what, mend);
}
