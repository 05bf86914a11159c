using System.ComponentModel;
using System.Diagnostics;
using System.Text.RegularExpressions;
using PgHaTutor.Lessons;

namespace PgHaTutor.Ui;

/// <summary>Knows a command that goes on in the next line, as a shell and psql do: an open quote, a loop, a here-document.</summary>
internal static partial class Unfinished
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    public static bool Is(string text, StepLanguage language) => language is StepLanguage.Sql ? IsSql(text) : IsShell(text);

    private static bool IsShell(string text)
    {
        if (OpenEnd().IsMatch(text))
            return true;
        return MayGoOn().IsMatch(text) && SaidByBash(text) is { } said
            // What bash says of a text that ends too early (parse.y: EOF_Reached, parse_matched_pair, read_secondary_line).
            && (said.Contains("unexpected end of file", StringComparison.Ordinal) || said.Contains("unexpected EOF", StringComparison.Ordinal) || said.Contains("delimited by end-of-file", StringComparison.Ordinal));
    }

    /// <summary>Bash alone knows its grammar; it reads the text and runs nothing. Null where it could not be asked.</summary>
    private static string? SaidByBash(string text)
    {
        var start = new ProcessStartInfo("bash", ["--noprofile", "--norc", "-n", "-c", text]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["LC_ALL"] = "C";
        start.Environment.Remove("BASH_ENV");
        try
        {
            using var bash = Process.Start(start);
            bash!.StandardInput.Close();
            var said = bash.StandardError.ReadToEndAsync();
            return said.Wait(Patience) ? said.Result : null;
        }
        catch (Win32Exception)
        {
            return null; // Without bash here the command is sent as it stands, and the host's own bash says what is missing.
        }
    }

    /// <summary>psql also sends what lacks its semicolon, so only what is open says that more is to come.</summary>
    private static bool IsSql(string text)
    {
        var bare = Quoted().Replace(text, match => match.Value[0] is '-' ? " " : "x");
        return bare.AsSpan().IndexOfAny("'\"") >= 0 || bare.Contains("$$", StringComparison.Ordinal) || bare.Count(character => character == '(') > bare.Count(character => character == ')');
    }

    /// <summary>A backslash at the end that none before it quotes.</summary>
    [GeneratedRegex(@"(?<!\\)(?:\\\\)*\\$")]
    private static partial Regex OpenEnd();

    /// <summary>Only what has one of these can be unfinished; all else need not be asked of bash.</summary>
    [GeneratedRegex(@"[""'`({|&]|<<|\b(?:if|then|else|elif|for|while|until|case|select|do|function)\b")]
    private static partial Regex MayGoOn();

    [GeneratedRegex(@"'(?:[^']|'')*'|""[^""]*""|\$(?<tag>\w*)\$.*?\$\k<tag>\$|--[^\n]*", RegexOptions.Singleline)]
    private static partial Regex Quoted();
}
