namespace PgHaTutor.Checks;

/// <summary>The node is what it should be: a primary that accepts writes, or a standby that will still be one after a restart.</summary>
public sealed record RoleCheck : Check
{
    public required ServerRole Expect { get; init; }

    protected override async Task<Finding> SeeAsync(Look look, CancellationToken cancellationToken)
    {
        var seen = await Writability.SeeAsync(look, Node, cancellationToken);
        var wrong = Expect is ServerRole.Primary ? WrongPrimary(seen) : WrongStandby(seen);
        var right = Expect is ServerRole.Primary ? $"{Node} accepts writes" : $"{Node} is a standby";
        return new Finding(wrong is null ? Answer.Passed : Answer.Failed, wrong ?? right)
        {
            Query = Expect is ServerRole.Primary ? $"{Writability.Question}; {Writability.Trial}" : Writability.Question,
            Expected = Expect is ServerRole.Primary ? "not in recovery, accepts writes" : "in recovery, with standby.signal",
            Observed = $"{(seen.InRecovery ? "in recovery" : "not in recovery")}, {(seen.HasSignal ? "with" : "without")} standby.signal",
            Facts = new Dictionary<string, object?> { ["signal"] = seen.HasSignal, ["error"] = seen.Refusal },
        };
    }

    private string? WrongPrimary(Writability seen) =>
        seen.InRecovery ? $"{Node} is still in recovery; expected it to accept writes"
        : seen.Refusal is { } refusal ? $"{Node} is not in recovery, but refuses a write: {refusal}"
        : null;

    /// <summary>The file is read at the start only, so a standby that lost it runs on, and comes back as a second primary.</summary>
    private string? WrongStandby(Writability seen) =>
        !seen.InRecovery ? $"{Node} is not in recovery; expected a standby"
        : !seen.HasSignal ? $"{Node} is in recovery, but standby.signal is missing: it would not be a standby after a restart"
        : null;
}
