using System.Text.RegularExpressions;

namespace PgHaTutor.Ui;

/// <summary>Knows the commands that want the terminal for themselves: editors, pagers, shells, psql without anything to run.</summary>
internal static partial class FullScreen
{
    public static bool Wants(string command)
    {
        var last = command.Split(["&&", "||", ";"], StringSplitOptions.None)[^1].Trim();
        if (Program().Match(last) is not { Success: true } match || Fed().IsMatch(last))
            return false;
        return match.Groups["name"].Value switch
        {
            "psql" => !GivenWork().IsMatch(last),
            "bash" or "sh" => match.Groups["rest"].Value.Trim().Length == 0,
            _ => true,
        };
    }

    [GeneratedRegex(@"^(?:\w+=\S*\s+)*(?<name>psql|vim?|nano|emacs|less|more|man|top|htop|watch|mc|bash|sh)\b(?<rest>.*)$", RegexOptions.Singleline)]
    private static partial Regex Program();

    /// <summary>Its input or output is another program or a file.</summary>
    [GeneratedRegex("[|<>]")]
    private static partial Regex Fed();

    /// <summary>psql runs something and ends.</summary>
    [GeneratedRegex(@"\s(?:-\w*[cflV]\b|-[cf]\S|--(?:command|file|list|version|help)\b)")]
    private static partial Regex GivenWork();
}
