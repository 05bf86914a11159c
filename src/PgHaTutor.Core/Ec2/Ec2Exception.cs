namespace PgHaTutor.Ec2;

/// <summary>EC2 could not do its part: what happened, why, and what to do next.</summary>
/// <param name="code">AWS's own word for it, such as <c>VcpuLimitExceeded</c>; null where AWS was not reached.</param>
public sealed class Ec2Exception(string message, string? code = null, Exception? inner = null) : Exception(message, inner)
{
    public string? Code { get; } = code;

    /// <summary>Another zone may have room for what this one has not.</summary>
    public bool IsOfThisZone => Code is "InsufficientInstanceCapacity" or "Unsupported";

    /// <summary>It is not there, or not seen yet: what EC2 has just made takes a moment to be known everywhere.</summary>
    public bool IsNotFound => Code?.EndsWith(".NotFound", StringComparison.Ordinal) ?? false;

    /// <summary>It is there already.</summary>
    public bool IsDuplicate => Code?.EndsWith(".Duplicate", StringComparison.Ordinal) ?? false;
}
