using System.Globalization;

namespace PgHaTutor.Ec2;

/// <summary>How often EC2 is asked again, and how long it is waited for.</summary>
/// <param name="Factor">1 for AWS; tests with an endpoint of their own go faster (<c>PGHATUTOR_EC2_PACE</c>).</param>
public sealed record Ec2Pace(double Factor = 1)
{
    public TimeSpan Poll => TimeSpan.FromSeconds(2 * Factor);

    /// <summary>How long nothing must have been seen of a set whose making was cut off: EC2 shows what it has just made a moment later.</summary>
    public TimeSpan Quiet => TimeSpan.FromSeconds(15 * Factor);

    /// <summary>How long a host may show another host key than its own: it gets that at its first boot.</summary>
    public TimeSpan Strange => TimeSpan.FromSeconds(60 * Factor);

    /// <summary>How long something that was just made may be unknown to the next call.</summary>
    public TimeSpan Unseen { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long instances may take until they run.</summary>
    public TimeSpan Starting { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long they may take until they are gone.</summary>
    public TimeSpan Ending { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long PostgreSQL's installation may take.</summary>
    public TimeSpan Installing { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>How long to wait after the n-th refusal for asking too often: about 1, 2, 4… at most 20 s, never two callers alike.</summary>
    public TimeSpan AfterRefusal(int n) => TimeSpan.FromSeconds(Math.Min(20, Math.Pow(2, n)) * (0.5 + Random.Shared.NextDouble()) * Factor);

    public static Ec2Pace FromEnvironment() =>
        double.TryParse(Environment.GetEnvironmentVariable("PGHATUTOR_EC2_PACE"), NumberStyles.Float, CultureInfo.InvariantCulture, out var factor) && factor is > 0 and <= 1
            ? new Ec2Pace(factor)
            : new Ec2Pace();
}
