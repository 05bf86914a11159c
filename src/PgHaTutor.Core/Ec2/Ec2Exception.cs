namespace PgHaTutor.Ec2;

/// <summary>EC2 could not do its part: what happened, why, and what to do next.</summary>
/// <param name="code">AWS's own word for it, such as <c>VcpuLimitExceeded</c>; null where AWS was not reached.</param>
public sealed class Ec2Exception(string message, string? code = null, Exception? inner = null) : Exception(message, inner)
{
    public string? Code { get; } = code;

    /// <summary>What was asked for that is not to be had; null where the asking was not at fault.</summary>
    public Ec2Choice? Choice { get; init; }

    /// <summary>Another zone may have room for what this one has not.</summary>
    public bool IsOfThisZone => Code is "InsufficientInstanceCapacity" or "Unsupported";

    /// <summary>It is not there, or not seen yet: what EC2 has just made takes a moment to be known everywhere.</summary>
    public bool IsNotFound => Code?.EndsWith(".NotFound", StringComparison.Ordinal) ?? false;

    /// <summary>Asked again it is refused again, until a person has done something.</summary>
    public bool IsFinal => Code
        is "UnauthorizedOperation" or "AccessDenied" or "AccessDeniedException" or "OperationNotPermitted"
        or "ExpiredToken" or "ExpiredTokenException" or "RequestExpired"
        or "AuthFailure" or "InvalidClientTokenId" or "UnrecognizedClientException" or "SignatureDoesNotMatch" or "MissingAuthenticationToken" or "InvalidAccessKeyId";

    /// <summary>It is there already.</summary>
    public bool IsDuplicate => Code?.EndsWith(".Duplicate", StringComparison.Ordinal) ?? false;
}

/// <summary>What somebody asked for, and what there is.</summary>
public sealed record Ec2Choice(string Wanted, IReadOnlyCollection<string> Known);
