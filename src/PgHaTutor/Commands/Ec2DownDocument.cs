namespace PgHaTutor.Commands;

/// <summary>What <c>ec2 down --json</c> prints.</summary>
/// <param name="Regions">Where was looked.</param>
/// <param name="Survivors">What is still there.</param>
internal sealed record Ec2DownDocument(IReadOnlyList<string> Regions, IReadOnlyList<string> Survivors);
