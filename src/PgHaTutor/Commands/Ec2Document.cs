using PgHaTutor.Ec2;

namespace PgHaTutor.Commands;

/// <summary>What <c>ec2 up --json</c> and <c>ec2 status --json</c> print. Money is in US dollars and an estimate; null where it is not known.</summary>
/// <param name="Set">Null where the home has none.</param>
/// <param name="PriceOf">The region that the prices are of.</param>
/// <param name="Others">What else stands with this home's tags: key pairs, security groups, volumes, network interfaces.</param>
internal sealed record Ec2Document(
    string? Set, string Region, DateTimeOffset? Begun, DateTimeOffset? Expires, bool Complete,
    decimal? UsdPerHour, decimal? UsdSoFar, string? PriceOf,
    IReadOnlyList<Ec2Document.Pair> Learners, IReadOnlyList<string> Others)
{
    /// <param name="Target">For <c>--target</c>; null where the inventory is not written.</param>
    /// <param name="Problem">What keeps it from being used; null where nothing is known to.</param>
    public sealed record Pair(string Learner, string? Target, string? Problem, IReadOnlyList<Host> Hosts);

    public sealed record Host(string Name, string Instance, string Type, string State, string Zone, string? PublicAddress, string? PrivateAddress, DateTimeOffset Launched);

    public static Host Of(Ec2Instance seen) => new(seen.Host, seen.Id, seen.Type, seen.State, seen.Zone, seen.PublicAddress, seen.PrivateAddress, seen.Launched);
}
