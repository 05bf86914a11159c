using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace PgHaTutor.Bench;

/// <summary>Turns a screen as a terminal shows it (text with ANSI colours, as <c>tmux capture-pane -e</c> gives it) into an SVG picture.</summary>
internal static partial class AnsiPicture
{
    private const double Width = 8.4, Height = 18;
    private const string Paper = "#101820", Ink = "#d8dee4";

    private static readonly string[] Sixteen =
    [
        "#000000", "#cd3131", "#0dbc79", "#e5e510", "#2472c8", "#bc3fbc", "#11a8cd", "#e5e5e5",
        "#666666", "#f14c4c", "#23d18b", "#f5f543", "#3b8eea", "#d670d6", "#29b8db", "#ffffff",
    ];

    public static string Of(string screen)
    {
        var lines = screen.TrimEnd('\n').Split('\n');
        var columns = lines.Max(line => Escape().Replace(line, "").Length);
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {(columns * Width) + 16:0} {(lines.Length * Height) + 16:0}\" font-family=\"DejaVu Sans Mono, Menlo, Consolas, monospace\" font-size=\"14\">\n");
        svg.Append(CultureInfo.InvariantCulture, $"<rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"{Paper}\"/>\n");
        var pen = new Pen(null, null, false, false);
        for (var row = 0; row < lines.Length; row++)
            pen = Draw(svg, lines[row], row, pen);
        return svg.Append("</svg>\n").ToString();
    }

    private static Pen Draw(StringBuilder svg, string line, int row, Pen pen)
    {
        var at = 0;
        var column = 0;
        foreach (Match escape in Escape().Matches(line))
        {
            column = Write(svg, line[at..escape.Index], row, column, pen);
            pen = pen.After(escape.Groups[1].Value);
            at = escape.Index + escape.Length;
        }
        Write(svg, line[at..], row, column, pen);
        return pen;
    }

    private static int Write(StringBuilder svg, string text, int row, int column, Pen pen)
    {
        if (text.Length == 0)
            return column;
        var x = 8 + (column * Width);
        var y = 8 + (row * Height);
        var (ink, paper) = pen.Reversed ? (pen.Paper ?? Paper, pen.Ink ?? Ink) : (pen.Ink ?? Ink, pen.Paper);
        if (paper is not null)
            svg.Append(CultureInfo.InvariantCulture, $"<rect x=\"{x:0.#}\" y=\"{y:0.#}\" width=\"{text.Length * Width:0.#}\" height=\"{Height}\" fill=\"{paper}\"/>\n");
        if (text.Trim().Length > 0)
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{x:0.#}\" y=\"{y + 14:0.#}\" fill=\"{ink}\"{(pen.Bold ? " font-weight=\"bold\"" : "")} textLength=\"{text.Length * Width:0.#}\" xml:space=\"preserve\">{WebUtility.HtmlEncode(text)}</text>\n");
        return column + text.Length;
    }

    private sealed record Pen(string? Ink, string? Paper, bool Bold, bool Reversed)
    {
        public Pen After(string codes)
        {
            var pen = this;
            var numbers = codes.Split(';').Select(code => int.TryParse(code, out var number) ? number : 0).ToArray();
            for (var i = 0; i < numbers.Length; i++)
                pen = numbers[i] switch
                {
                    0 => new Pen(null, null, false, false),
                    1 => pen with { Bold = true },
                    7 => pen with { Reversed = true },
                    22 => pen with { Bold = false },
                    27 => pen with { Reversed = false },
                    39 => pen with { Ink = null },
                    49 => pen with { Paper = null },
                    >= 30 and <= 37 and var n => pen with { Ink = Sixteen[n - 30] },
                    >= 90 and <= 97 and var n => pen with { Ink = Sixteen[n - 82] },
                    >= 40 and <= 47 and var n => pen with { Paper = Sixteen[n - 40] },
                    >= 100 and <= 107 and var n => pen with { Paper = Sixteen[n - 92] },
                    38 => pen with { Ink = Extended(numbers, ref i) },
                    48 => pen with { Paper = Extended(numbers, ref i) },
                    _ => pen,
                };
            return pen;
        }

        private static string Extended(int[] numbers, ref int i)
        {
            if (numbers.ElementAtOrDefault(i + 1) == 2)
            {
                i += 4;
                return $"#{numbers[i - 2]:x2}{numbers[i - 1]:x2}{numbers[i]:x2}";
            }
            i += 2;
            var n = numbers.ElementAtOrDefault(i);
            if (n < 16)
                return Sixteen[n];
            if (n >= 232)
                return $"#{8 + ((n - 232) * 10):x2}{8 + ((n - 232) * 10):x2}{8 + ((n - 232) * 10):x2}";
            static int Level(int step) => step == 0 ? 0 : 55 + (step * 40);
            return $"#{Level((n - 16) / 36):x2}{Level((n - 16) / 6 % 6):x2}{Level((n - 16) % 6):x2}";
        }
    }

    [GeneratedRegex("\x1b\\[([0-9;]*)m")]
    private static partial Regex Escape();
}
