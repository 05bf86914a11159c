using PgHaTutor.Hosts;

namespace PgHaTutor.Checks;

/// <summary>
/// pg_verifybackup finds a base backup complete and unchanged, and it is one of a cluster of this lab: a manifest vouches for the files
/// that it names, be they none, or those of another cluster. It reads the whole backup, so it is asked again only when a file's
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
        if (state is not null && memory.Recall<Verdict>(command) is { } earlier && earlier.Files == state)
            return earlier.Finding;
        var output = await look.RunAsync(Node, command, cancellationToken);
        var said = $"{output.StandardOutput}{output.StandardError}".Trim();
        var system = output.ExitCode is 0 ? await SystemAsync(look, path, cancellationToken) : "";
        var known = KnownSystems(look);
        var (answer, reason) = output.ExitCode switch
        {
            0 when system is "" => (Answer.Failed, "pg_verifybackup finds every file that the manifest names, but there is no cluster in it"),
            0 when known.Count > 0 && !known.Contains(system) => (Answer.Failed, $"it is a good backup, but of another cluster: its system identifier is {system}"),
            0 => (Answer.Passed, "pg_verifybackup finds nothing wrong with the backup"),
            1 => (Answer.Failed, $"pg_verifybackup refuses the backup: {said.Split('\n')[0]}"),
            _ => (Answer.CannotTell, $"pg_verifybackup could not be run: {said}"),
        };
        var finding = new Finding(answer, reason)
        {
            Query = command,
            Expected = "exit code 0",
            Observed = $"exit code {output.ExitCode}: {said}{(system is "" ? "" : $", system identifier {system}")}",
            Facts = new Dictionary<string, object?> { ["output"] = said, ["exit_code"] = (long)output.ExitCode },
        };
        if (state is not null && answer is not Answer.CannotTell)
            memory.Keep(command, new Verdict(state, finding));
        return finding;
    }

    /// <summary>The manifest tells it from version 17 on, and then also for a backup in tar files; before, the control file does. Empty where neither is there.</summary>
    private async Task<string> SystemAsync(Look look, string path, CancellationToken cancellationToken) =>
        (await look.RunAsync(Node, $"""
            cd {Bash.Quote(path)} || exit
            system=$(sed -n 's/.*"System-Identifier": *\([0-9]*\).*/\1/p' backup_manifest | head -n 1)
            [ -n "$system" ] || system=$(LC_ALL=C pg_controldata . 2>/dev/null | sed -n 's/^Database system identifier: *//p')
            echo "$system"
            """, cancellationToken)).StandardOutput.Trim();

    private static HashSet<string> KnownSystems(Look look) =>
    [
        .. look.Observation.Nodes.Select(node => node.SystemIdentifier).OfType<string>(),
        .. look.Lab.Baseline.Nodes.Values.Select(node => node.SystemIdentifier).OfType<string>(),
    ];

    private sealed record Verdict(string Files, Finding Finding);
}
