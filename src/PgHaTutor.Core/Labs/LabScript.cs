using PgHaTutor.Hosts;

namespace PgHaTutor.Labs;

/// <summary>Runs our own scripts on a host: strict, private, and a failure is told as what we could not do.</summary>
internal sealed class LabScript(Host host)
{
    /// <summary>So many of a script's last lines are told.</summary>
    private const int Last = 5;

    /// <summary>What everything says that writes to a full disk.</summary>
    public const string NoRoom = "No space left on device";

    /// <param name="doing">What it is for, to complete "Could not …".</param>
    /// <exception cref="LabException">It failed.</exception>
    public async Task<string> RunAsync(
        string doing, string text, IReadOnlyDictionary<string, string>? environment = null, CancellationToken cancellationToken = default, string? input = null)
    {
        var script = new Script($"set -euo pipefail; umask 077\n{text}") { StandardInput = input };
        var output = await host.RunAsync(environment is null ? script : script with { Environment = environment }, cancellationToken: cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        return output.Succeeded
            ? output.StandardOutput
            : throw new LabException($"Could not {doing}: {Reason(output)}{Remedy(output)}");
    }

    /// <summary>Why a script failed: the last of what it said, and of PostgreSQL the line that says it, behind which it writes much else.</summary>
    public static string Reason(CommandOutput output)
    {
        var lines = output.StandardError.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (lines.Length == 0)
            return $"exit code {output.ExitCode}.";
        // Once there is no room, everything says so; one line of it is enough.
        if (lines.FirstOrDefault(line => line.Contains(NoRoom, StringComparison.Ordinal)) is { } full)
            return $"{full.TrimEnd('.')}.";
        var why = lines.SkipLast(Last).LastOrDefault(line => line.Contains("FATAL:", StringComparison.Ordinal) || line.Contains("PANIC:", StringComparison.Ordinal));
        return string.Join(" / ", (why is null ? [] : (string[])[why]).Concat(lines.TakeLast(Last)));
    }

    private static string Remedy(CommandOutput output) =>
        output.StandardError.Contains(NoRoom, StringComparison.Ordinal) ? " The disk is full: make room there, or have labs on another one (PGHATUTOR_HOME)." : "";
}
