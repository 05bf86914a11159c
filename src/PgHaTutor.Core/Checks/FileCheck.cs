using System.Text.RegularExpressions;
using PgHaTutor.Hosts;

namespace PgHaTutor.Checks;

/// <summary>A file or folder on the node's host is there (or is not), with that mode, owner and content.</summary>
public sealed record FileCheck : Check
{
    public required string Path { get; init; }

    public bool Exists { get; init; } = true;

    /// <summary>The permissions that are good, in octal; empty where any are.</summary>
    public IReadOnlyList<string> Mode { get; init; } = [];

    /// <summary>It must belong to the OS user that the servers run as.</summary>
    public bool OwnedByServer { get; init; }

    /// <summary>A regular expression that the content must match.</summary>
    public string? Contains { get; init; }

    /// <summary>A regular expression that the content must not match.</summary>
    public string? Lacks { get; init; }

    /// <summary>No more of a file is read than this, in bytes.</summary>
    private const int Limit = 500_000;

    public override bool RunsOnHost => true;

    protected override IReadOnlyList<string> Asks => [];

    protected override async Task<Finding> SeeAsync(Look look, CancellationToken cancellationToken)
    {
        var path = look.Expand(Path, Node);
        var word = Bash.Quote(path);
        // GNU's stat, then BSD's. A file that its owner may not read is still described.
        var output = await look.RunAsync(Node, $"""
            if ! [ -e {word} ] && ! [ -L {word} ]; then exit 66; fi
            stat -L -c '%a %U' {word} 2>/dev/null || stat -L -f '%Lp %Su' {word} || exit 67
            {(Contains is null && Lacks is null ? "" : $"[ -f {word} ] && head -c {Limit} {word}")}
            exit 0
            """, cancellationToken);
        if (output.ExitCode is not (0 or 66))
            throw new NoAnswerException($"{path} cannot be looked at: {output.StandardError.Trim()}", $"stat {word}");
        var file = output.ExitCode is 66 ? null : Read(output.StandardOutput);
        var wrong = Wrong(look, path, file, output.StandardError.Trim());
        return new Finding(wrong is null ? Answer.Passed : Answer.Failed, wrong ?? (Exists ? $"{path} is as it should be" : $"{path} is not there"))
        {
            Query = Contains is null && Lacks is null ? $"stat {word}" : $"stat {word}; cat {word}",
            Expected = Wanted(look),
            Observed = file is null ? "not there" : $"mode {file.Mode}, owner {file.Owner}",
            Facts = new Dictionary<string, object?> { ["exists"] = file is not null, ["mode"] = file?.Mode, ["owner"] = file?.Owner },
        };
    }

    private static Entry Read(string text)
    {
        var end = text.IndexOf('\n');
        var words = text[..end].Split(' ', 2);
        return new Entry(words[0].PadLeft(4, '0'), words[1], text[(end + 1)..]);
    }

    private string? Wrong(Look look, string path, Entry? file, string error)
    {
        if (file is null)
            return Exists ? $"{path} is not there" : null;
        if (!Exists)
            return $"{path} is there; expected it not to be";
        if (Mode.Count > 0 && !Mode.Any(mode => mode.PadLeft(4, '0') == file.Mode))
            return $"the mode of {path} is {file.Mode}; expected {string.Join(" or ", Mode)}";
        if (OwnedByServer && look.Lab[Node].Host.User is var user && file.Owner != user)
            return $"{path} belongs to {file.Owner}; expected {user}";
        if (error is not "")
            return $"{path} cannot be read: {error}";
        if (Contains is not null && !Matches(look, Contains, file.Content))
            return $"nothing in {path} matches {look.Expand(Contains, Node)}";
        return Lacks is not null && Matches(look, Lacks, file.Content) ? $"something in {path} matches {look.Expand(Lacks, Node)}" : null;
    }

    private bool Matches(Look look, string pattern, string text) =>
        Regex.IsMatch(text, look.Expand(pattern, Node), RegexOptions.Multiline | RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));

    private string Wanted(Look look)
    {
        if (!Exists)
            return "not there";
        List<string> wanted = ["there"];
        if (Mode.Count > 0)
            wanted.Add($"mode {string.Join(" or ", Mode)}");
        if (OwnedByServer)
            wanted.Add($"owner {look.Lab[Node].Host.User}");
        if (Contains is not null)
            wanted.Add($"a match of {look.Expand(Contains, Node)}");
        if (Lacks is not null)
            wanted.Add($"no match of {look.Expand(Lacks, Node)}");
        return string.Join(", ", wanted);
    }

    private sealed record Entry(string Mode, string Owner, string Content);
}
