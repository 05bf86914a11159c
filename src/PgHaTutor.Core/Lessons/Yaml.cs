using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace PgHaTutor.Lessons;

/// <summary>
/// Reads a piece of YAML out of a lesson file into values that know their place in the file. It takes the parser's events
/// and not its documents: those hold no place for a key, and a file nested deep enough would exhaust the stack.
/// </summary>
internal sealed class Yaml
{
    private const int DeepestNesting = 20;
    private const string MendSyntax = "Look at the indentation, the colons and the quotes here and in the line above; a text with ': ' or ' #' in it needs quotes.";

    private readonly IReadOnlyList<string> _lines;
    private readonly Position _start;
    private readonly Report _report;
    private readonly Parser _parser;

    private Yaml(IReadOnlyList<string> lines, Position start, Report report)
    {
        _lines = lines;
        _start = start;
        _report = report;
        _parser = new Parser(new StringReader(string.Join('\n', lines)));
    }

    /// <summary>Null where it is empty, or is no YAML; the report then says so.</summary>
    /// <param name="start">Where the first of the lines begins in the file; the others begin in the same column.</param>
    public static Value? Read(IReadOnlyList<string> lines, Position start, Report report)
    {
        var yaml = new Yaml(lines, start, report);
        try
        {
            return yaml.Document();
        }
        catch (YamlException problem)
        {
            yaml.Explain(problem);
            return null;
        }
        catch (Exception)
        {
            // The parser gives up on some broken texts without a word; what it had read until then shows the place.
            report.Break(yaml.At(yaml._parser.Current?.End ?? Mark.Empty), "From here on this is not YAML.", MendSyntax);
            return null;
        }
    }

    private Value? Document()
    {
        _parser.MoveNext();
        Expect<StreamStart>();
        _parser.MoveNext();
        if (_parser.Current is StreamEnd or null)
            return null;
        Expect<DocumentStart>();
        _parser.MoveNext();
        var value = Node(0);
        _parser.MoveNext();
        if (_parser.Current is DocumentStart second)
            throw new Refused(second.Start, "A second document begins here.", "Keep to one; remove the line.");
        return value is TextValue { IsNull: true } ? null : value;
    }

    private Value Node(int depth)
    {
        if (depth > DeepestNesting)
            throw new Refused(_parser.Current!.Start, $"This is nested more than {DeepestNesting} levels deep.", "Nothing in a lesson needs that.");
        return Take() switch
        {
            Scalar scalar => Text(scalar),
            SequenceStart list => new ListValue(At(list.Start), Items(depth)),
            MappingStart map => new MapValue(At(map.Start), Entries(depth)),
            AnchorAlias alias => throw new Refused(alias.Start, "Aliases (*name) are not used in lessons.", "Write the value out."),
            var other => throw new Refused(other.Start, "A value is missing here.", "Write one."),
        };
    }

    private List<Value> Items(int depth)
    {
        var items = new List<Value>();
        while (_parser.Current is not SequenceEnd)
            items.Add(Node(depth + 1));
        Take();
        return items;
    }

    private List<Field> Entries(int depth)
    {
        var fields = new List<Field>();
        while (_parser.Current is not MappingEnd)
        {
            var key = Node(depth + 1);
            var value = Node(depth + 1);
            if (key is not TextValue name)
                _report.Break(key.At, "A list or a map cannot be the name of a field.", "Put quotes around what begins with a bracket or a brace.");
            else if (fields.Exists(field => field.Name == name.Text))
                _report.Break(name.At, $"'{name.Text}' stands here twice.", "Remove one of them.");
            else
                fields.Add(new Field(name.Text, name.At, value));
        }
        Take();
        return fields;
    }

    private TextValue Text(Scalar scalar)
    {
        var at = At(scalar.Start);
        return scalar.Style switch
        {
            ScalarStyle.Literal or ScalarStyle.Folded => new TextValue(at, scalar.Value, new Position(at.Line + 1, _start.Column + IndentBelow(scalar.Start)), IsWord: false, IsBlock: true),
            ScalarStyle.SingleQuoted or ScalarStyle.DoubleQuoted => new TextValue(at, scalar.Value, at.Right(1), IsWord: false),
            _ => new TextValue(at, scalar.Value, at, IsWord: true),
        };
    }

    /// <summary>The blanks that a block of text has in front of every line.</summary>
    private int IndentBelow(Mark mark) =>
        _lines.Skip((int)mark.Line).FirstOrDefault(line => !string.IsNullOrWhiteSpace(line)) is { } first ? first.Length - first.TrimStart(' ').Length : 0;

    private ParsingEvent Take()
    {
        var taken = _parser.Current ?? throw new Refused(new Mark(0, _lines.Count, 1), "A value is missing at the end.", "Write one.");
        _parser.MoveNext();
        if (taken is NodeEvent { Anchor.IsEmpty: false })
            throw new Refused(taken.Start, "Anchors (&name) are not used in lessons.", "Put quotes around a text that begins with '&'.");
        if (taken is NodeEvent { Tag.IsEmpty: false } tagged && tagged.Tag != "!")
            throw new Refused(taken.Start, "Tags (!name) are not used in lessons.", "Put quotes around a text that begins with '!'.");
        return taken;
    }

    private void Expect<TEvent>()
    {
        if (_parser.Current is not TEvent)
            throw new Refused(_parser.Current?.Start ?? Mark.Empty, "This is not YAML.", "Write 'name: value' lines.");
    }

    private void Explain(YamlException problem)
    {
        if (problem is Refused refused)
            _report.Break(At(refused.Start), refused.Message, refused.Mend);
        else if (FirstTab() is { } tab)
            _report.Break(tab, "A tab indents this line; YAML wants blanks.", "Replace the tab by blanks.");
        else
            _report.Break(At(problem.Start), $"This is not YAML: {Sentence(problem.Message)}", MendSyntax);
    }

    private Position? FirstTab()
    {
        for (var i = 0; i < _lines.Count; i++)
            if (_lines[i].AsSpan().IndexOfAnyExcept(' ') is var at and >= 0 && _lines[i][at] is '\t')
                return new Position(_start.Line + i, _start.Column + at);
        return null;
    }

    private Position At(Mark mark) => new(_start.Line + (int)Math.Max(mark.Line, 1) - 1, _start.Column + (int)Math.Max(mark.Column, 1) - 1);

    /// <summary>YamlDotNet's own text, without the place that it may begin with.</summary>
    private static string Sentence(string message)
    {
        var text = message.StartsWith("(Line:", StringComparison.Ordinal) && message.IndexOf("): ", StringComparison.Ordinal) is var end and > 0
            ? message[(end + 3)..]
            : message;
        text = text.ReplaceLineEndings(" ").Trim();
        return text.EndsWith('.') ? text : text + ".";
    }

    /// <summary>YAML that is good, but is nothing for a lesson.</summary>
    private sealed class Refused(Mark at, string what, string mend) : YamlException(at, at, what)
    {
        public string Mend => mend;
    }
}
