using PgHaTutor.Hosts;

namespace PgHaTutor.Checks;

/// <summary>
/// pg_verifybackup finds a base backup complete and unchanged. It reads the whole backup, so it is asked again only when a file's
/// name, size or time of change differs from what it was at the last answer.
/// </summary>
public sealed record BackupValidCheck : Check
{
    /// <summary>The backup's folder on the node's host.</summary>
    public required string Path { get; init; }

    /// <summary>Do not parse the WAL that belongs to the backup.</summary>
    public bool SkipWal { get; init; }

    /// <summary>Files or folders, relative to the backup, that may differ.</summary>
    public IReadOnlyList<string> Ignore { get; init; } = [];

    public override bool RunsOnHost => true;

    protected override IReadOnlyList<string> Asks => [];

    protected override TimeSpan Patience => TimeSpan.FromMinutes(1);

    protected override async Task<Finding> SeeAsync(Look look, CancellationToken cancellationToken)
    {
        var path = look.Expand(Path, Node);
        List<string> words = ["pg_verifybackup", .. SkipWal ? ["-n"] : Array.Empty<string>(), .. Ignore.SelectMany(file => new[] { "-i", file }), path];
        var command = string.Join(' ', words.Select(Bash.Quote));
        var memory = Memory.Of(look.Connections);
        var files = await look.RunAsync(Node, $"find {Bash.Quote(path)} -printf '%p %s %T@ %C@\\n' | sort | cksum", cancellationToken);
        // The time of change of an inode cannot be set back, so it betrays every edit. Where find cannot show it, nothing is kept.
        var state = files.Succeeded && files.StandardError is "" ? files.StandardOutput : null;
        if (state is not null && memory.Recall<Verdict>(command) is { } known && known.Files == state)
            return known.Finding;
        var output = await look.RunAsync(Node, command, cancellationToken);
        var said = $"{output.StandardOutput}{output.StandardError}".Trim();
        var (answer, reason) = output.ExitCode switch
        {
            0 => (Answer.Passed, "pg_verifybackup finds nothing wrong with the backup"),
            1 => (Answer.Failed, $"pg_verifybackup refuses the backup: {said.Split('\n')[0]}"),
            _ => (Answer.CannotTell, $"pg_verifybackup could not be run: {said}"),
        };
        var finding = new Finding(answer, reason)
        {
            Query = command,
            Expected = "exit code 0",
            Observed = $"exit code {output.ExitCode}: {said}",
            Facts = new Dictionary<string, object?> { ["output"] = said, ["exit_code"] = (long)output.ExitCode },
        };
        if (state is not null && answer is not Answer.CannotTell)
            memory.Keep(command, new Verdict(state, finding));
        return finding;
    }

    private sealed record Verdict(string Files, Finding Finding);
}
