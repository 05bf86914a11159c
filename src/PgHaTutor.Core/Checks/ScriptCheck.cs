namespace PgHaTutor.Checks;

/// <summary>A bash script on the node's host says so: exit code 0 is passed, 1 failed, all else cannot be told.</summary>
public sealed record ScriptCheck : Check
{
    public required string Run { get; init; }

    public override bool RunsOnHost => true;

    protected override IReadOnlyList<string> Asks => [];

    protected override TimeSpan Patience => TimeSpan.FromSeconds(20);

    protected override async Task<Finding> SeeAsync(Look look, CancellationToken cancellationToken)
    {
        var output = await look.RunAsync(Node, Run, cancellationToken);
        var said = $"{output.StandardOutput}{output.StandardError}".Trim();
        var answer = output.ExitCode switch { 0 => Answer.Passed, 1 => Answer.Failed, _ => Answer.CannotTell };
        return new Finding(answer, said is "" ? $"the script ended with exit code {output.ExitCode}" : said)
        {
            Query = look.Expand(Run, Node),
            Expected = "exit code 0",
            Observed = $"exit code {output.ExitCode}",
            Facts = new Dictionary<string, object?> { ["output"] = said, ["exit_code"] = (long)output.ExitCode },
        };
    }
}
