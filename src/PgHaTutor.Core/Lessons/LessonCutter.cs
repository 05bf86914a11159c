using System.Text.RegularExpressions;
using Markdig;
using Markdig.Syntax;

namespace PgHaTutor.Lessons;

/// <summary>Cuts the Markdown of a lesson into its parts, with Markdig's idea of where a block begins and ends.</summary>
internal sealed partial class LessonCutter
{
    private static readonly string[] SpecialWords = ["sh", "sql", "host", "predict", "check", "hint"];
    private static readonly string[] AlwaysSpecial = ["host", "predict", "check", "hint"];
    private static readonly MarkdownPipeline BlocksOnly = OnlyBlocks();

    private readonly IReadOnlyList<string> _lines;
    private readonly string _text;
    private readonly Report _report;
    private readonly List<LessonPart> _parts = [];
    private int _next;

    private LessonCutter(IReadOnlyList<string> lines, int from, Report report)
    {
        _lines = lines;
        // Empty lines stand for the front matter, so that lines keep their numbers.
        _text = string.Join('\n', lines.Select((line, i) => i < from ? "" : line));
        _next = from;
        _report = report;
    }

    /// <param name="from">The first line (from 0) behind the front matter.</param>
    public static IReadOnlyList<LessonPart> Cut(IReadOnlyList<string> lines, int from, Report report)
    {
        var cutter = new LessonCutter(lines, from, report);
        if (cutter.Parsed() is { } document)
            cutter.Walk(document);
        return cutter._parts;
    }

    private MarkdownDocument? Parsed()
    {
        try
        {
            return Markdown.Parse(_text, BlocksOnly);
        }
        catch (Exception fault)
        {
            // Any text is Markdown; the library gives up on absurd nesting only.
            _report.Break(new Position(_next + 1, 1), $"This cannot be read as Markdown: {fault.Message.TrimEnd('.')}.", "Nest lists and quotes less deep.");
            return null;
        }
    }

    private void Walk(MarkdownDocument document)
    {
        foreach (var block in document)
        {
            if (block is FencedCodeBlock fence && Info(fence) is { } info)
                Fence(fence, info);
            else if (block is QuoteBlock quote && CalloutLine().Match(_lines[quote.Line]) is { Success: true } callout)
                Callout(quote, callout);
            else
                Examine(block);
        }
        Prose(_lines.Count);
    }

    private void Fence(FencedCodeBlock fence, Match info)
    {
        Prose(fence.Line);
        var indent = info.Groups["indent"].Length;
        var first = fence.Line + 1;
        var count = Math.Min(fence.Lines.Count, _lines.Count - first);
        var word = info.Groups["word"];
        var at = new Position(fence.Line + 1, indent + 1);
        if (!SpecialWords.Contains(word.Value))
            _report.Break(at, $"A fence '{word.Value}' with braces means nothing.", Names.Mend(word.Value is "bash" or "shell" ? "sh" : word.Value, SpecialWords, "words of fences"));
        else if (IsClosed(fence))
            _parts.Add(new FencePart(
                at, word.Value, Attributes.Read(_lines[fence.Line], fence.Line + 1, word.Index + word.Length, _report),
                [.. _lines.Skip(first).Take(count).Select(line => Unindented(line, indent))], new Position(first + 1, indent + 1)));
        _next = first + count + 1;
    }

    private void Callout(QuoteBlock quote, Match callout)
    {
        Prose(quote.Line);
        Examine(quote);
        var end = Math.Clamp(LastLine(quote) + 1, quote.Line + 1, _lines.Count);
        var text = _lines.Skip(quote.Line + 1).Take(end - quote.Line - 1).Select(line => QuoteSign().Replace(line, "", 1));
        _parts.Add(new CalloutPart(new Position(quote.Line + 1, callout.Groups["kind"].Index + 1), callout.Groups["kind"].Value, string.Join('\n', text).Trim('\n')));
        _next = end;
    }

    /// <summary>Ordinary Markdown, which becomes prose later on. A special fence inside it would silently be lost.</summary>
    private void Examine(MarkdownObject block)
    {
        if (block is FencedCodeBlock plain)
            IsClosed(plain);
        if (block is not ContainerBlock container)
            return;
        foreach (var fence in container.Descendants<FencedCodeBlock>())
            if (FenceWithBraces().Match(_lines[fence.Line]) is { Success: true } special)
                _report.Break(new Position(fence.Line + 1, special.Index + 1), "A step, check, prediction or hint stands inside a list or a quote.", "Move it to the left margin.");
    }

    private bool IsClosed(FencedCodeBlock fence)
    {
        if (Swallowed(fence) is { } line)
        {
            _report.Break(new Position(fence.Line + 1, 1), $"This fence is not closed before the next one begins, in line {line + 1}.", $"Add a line {new string(fence.FencedChar, fence.OpeningFencedCharCount)} before that one; a block that is to show a fence takes more of them.");
            return false;
        }
        if (fence.ClosingFencedCharCount > 0)
            return true;
        _report.Break(new Position(fence.Line + 1, 1), "This fence is never closed; all that follows is inside it.", $"Add a line {new string(fence.FencedChar, fence.OpeningFencedCharCount)} where it ends.");
        return false;
    }

    /// <summary>The first line (from 0) inside a fence at which a special one of its own begins; null where none does.</summary>
    private int? Swallowed(FencedCodeBlock fence)
    {
        for (var line = fence.Line + 1; line < Math.Min(fence.Line + 1 + fence.Lines.Count, _lines.Count); line++)
            if (_lines[line].TakeWhile(sign => sign == fence.FencedChar).Count() >= fence.OpeningFencedCharCount && FenceWithBraces().Match(_lines[line]) is { Success: true, Index: 0 })
                return line;
        return null;
    }

    /// <summary>Everything between the last special part and this line (from 0), as one piece.</summary>
    private void Prose(int end)
    {
        var first = _next;
        while (first < end && string.IsNullOrWhiteSpace(_lines[first]))
            first++;
        var last = end - 1;
        while (last > first && string.IsNullOrWhiteSpace(_lines[last]))
            last--;
        if (first < end)
            _parts.Add(new ProsePart(new Position(first + 1, 1), string.Join('\n', _lines.Skip(first).Take(last - first + 1))));
    }

    /// <summary>The number of the line (from 0) in which a block ends.</summary>
    private int LastLine(MarkdownObject block) =>
        _text.AsSpan(0, Math.Clamp(block.Span.End + 1, 0, _text.Length)).TrimEnd('\n').Count('\n');

    private Match? Info(FencedCodeBlock fence)
    {
        var info = FenceLine().Match(_lines[fence.Line]);
        return info.Success && (info.Groups["rest"].Value.Contains('{') || AlwaysSpecial.Contains(info.Groups["word"].Value)) ? info : null;
    }

    private static string Unindented(string line, int indent)
    {
        var blanks = 0;
        while (blanks < indent && blanks < line.Length && line[blanks] is ' ')
            blanks++;
        return line[blanks..];
    }

    private static MarkdownPipeline OnlyBlocks()
    {
        var builder = new MarkdownPipelineBuilder();
        builder.InlineParsers.Clear();
        return builder.Build();
    }

    [GeneratedRegex(@"^(?<indent> {0,3})(?:`{3,}|~{3,})[ \t]*(?<word>[^\s{`]*)(?<rest>.*)$")]
    private static partial Regex FenceLine();

    [GeneratedRegex(@"(?:`{3,}|~{3,})[ \t]*(?:(?:predict|check|hint)\b|\w*[ \t]*\{)")]
    private static partial Regex FenceWithBraces();

    [GeneratedRegex(@"^ {0,3}> ?\[!(?<kind>\w+)\][ \t]*$")]
    private static partial Regex CalloutLine();

    [GeneratedRegex("^ {0,3}> ?")]
    private static partial Regex QuoteSign();
}
