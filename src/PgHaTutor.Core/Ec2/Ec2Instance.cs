using Amazon.EC2.Model;

namespace PgHaTutor.Ec2;

/// <summary>One instance, as EC2 shows it.</summary>
/// <param name="Host">Its name in the lab: <c>h1</c> or <c>h2</c>.</param>
/// <param name="State"><c>pending</c>, <c>running</c>, <c>stopping</c>, <c>stopped</c>, <c>shutting-down</c> or <c>terminated</c>.</param>
/// <param name="Why">Why it changed its state, where EC2 says it.</param>
public sealed record Ec2Instance(
    string Id, string Set, string Learner, string Host, string Type, string State, string Zone, string? PublicAddress, string? PrivateAddress, DateTimeOffset Launched, string? Why)
{
    /// <summary>It is there, and costs.</summary>
    public bool Stands => State is not "terminated";

    /// <summary>It can still serve: it is neither gone nor going.</summary>
    public bool Serves => State is "pending" or "running" or "stopping" or "stopped";

    public bool IsReachable => State is "running" && PublicAddress is not null && PrivateAddress is not null;

    internal static Ec2Instance Of(Instance seen) => new(
        seen.InstanceId,
        Ec2Tags.Value(seen.Tags, Ec2Tags.Set), Ec2Tags.Value(seen.Tags, Ec2Tags.Learner), Ec2Tags.Value(seen.Tags, Ec2Tags.Host),
        seen.InstanceType?.Value ?? "",
        seen.State?.Name?.Value ?? "pending",
        seen.Placement?.AvailabilityZone ?? "",
        seen.PublicIpAddress is { Length: > 0 } open ? open : null,
        seen.PrivateIpAddress is { Length: > 0 } inner ? inner : null,
        seen.LaunchTime is { } launched ? new DateTimeOffset(launched.ToUniversalTime(), TimeSpan.Zero) : default,
        seen.StateReason?.Message);
}
