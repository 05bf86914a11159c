namespace PgHaTutor.Hosts;

/// <summary>Where a shell was wanted, something else answered.</summary>
/// <param name="said">What it said, in its own words.</param>
/// <param name="exitCode">How it ended, where that is known.</param>
internal sealed class NoShellException(string said, int? exitCode) : Exception(said)
{
    public int? ExitCode => exitCode;
}
