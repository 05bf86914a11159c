using Amazon;
using Amazon.Runtime;

namespace PgHaTutor.Ec2;

/// <summary>What went wrong with AWS, told to a person with what to do about it.</summary>
/// <remarks>The codes: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html</remarks>
internal static class Ec2Trouble
{
    private const string SignIn = "Sign in (aws configure, aws sso login, or AWS_ACCESS_KEY_ID and its like in the environment), look with “aws sts get-caller-identity”, then try again.";
    private const string ByTheCli = "A profile that signs in by SSO or by a role is left to the AWS CLI; let it do that in this shell: eval \"$(aws configure export-credentials --format env)\"";
    private const string Continue = "What was made stays: “tutor ec2 up” goes on, “tutor ec2 down” removes it.";

    public static bool IsThrottling(AmazonServiceException failure) =>
        failure.ErrorCode is "RequestLimitExceeded" or "Throttling" or "ThrottlingException" or "ThrottledException" or "EC2ThrottledException" or "TooManyRequestsException";

    public static Ec2Exception NoRegion(Exception? inner) =>
        new("No AWS region is known. Name one: --region eu-central-1, or AWS_REGION, or “aws configure”.", inner: inner);

    /// <param name="doing">As it goes on after “could not”.</param>
    public static Ec2Exception Of(Exception failure, string doing, string region) => failure switch
    {
        AmazonServiceException { ErrorCode: { Length: > 0 } code } told => new Ec2Exception($"EC2 in {region} could not {doing}: {Advice(code, told.Message.TrimEnd('.'), region)}", code, failure),
        AmazonServiceException answered => new Ec2Exception($"EC2 in {region} could not {doing}: {answered.Message.TrimEnd('.')}. It may pass; try again. {Continue}", inner: failure),
        HttpRequestException or TimeoutException or OperationCanceledException => Unreached(failure, doing, region),
        _ when Innermost(failure) is HttpRequestException or System.Net.Sockets.SocketException => Unreached(failure, doing, region),
        _ => new Ec2Exception($"AWS could not be asked: {Credentials(failure)}", inner: failure),
    };

    private static string Advice(string code, string said, string region) => code switch
    {
        "ExpiredToken" or "ExpiredTokenException" or "RequestExpired" =>
            $"the session has expired ({said}). Sign in again (aws sso login, or a new AWS_SESSION_TOKEN); if that does not help, set this machine's clock. {Continue}",
        "AuthFailure" or "InvalidClientTokenId" or "UnrecognizedClientException" or "SignatureDoesNotMatch" or "MissingAuthenticationToken" or "InvalidAccessKeyId" =>
            $"AWS does not accept the credentials ({said}). {SignIn}",
        "UnauthorizedOperation" or "AccessDenied" or "AccessDeniedException" =>
            $"these credentials may not do that ({said}). SETUP.md, “EC2”, lists what they must be allowed to do; ask whoever runs the account. {Continue}",
        "OptInRequired" => $"the account cannot use {region} yet ({said}). Switch the region on in the AWS console, or take another: --region.",
        "PendingVerification" or "Blocked" => $"AWS holds the account back ({said}). AWS support has to free it.",
        "InsufficientInstanceCapacity" or "InsufficientHostCapacity" =>
            $"AWS has no room for this type now, in none of the zones ({said}). Try again in some minutes, or “tutor ec2 down” and then up with another --type or --region. {Continue}",
        "InstanceLimitExceeded" or "VcpuLimitExceeded" =>
            $"the account may not run more ({said}). End instances that you do not need, take fewer learners or a smaller --type, or ask for a higher quota (Service Quotas, “Running On-Demand Standard instances”). {Continue}",
        "SecurityGroupLimitExceeded" or "RulesPerSecurityGroupLimitExceeded" or "VolumeLimitExceeded" or "MaxIOPSLimitExceeded" or "AddressLimitExceeded" =>
            $"the account may not have more of these ({said}). Remove some that you do not need, or ask for a higher quota. {Continue}",
        "VPCIdNotSpecified" or "MissingInput" or "DefaultVpcDoesNotExist" => NoDefaultVpc(region),
        "InvalidInstanceType" or "Unsupported" => $"this type of instance cannot be had there ({said}). Name another: --type t3.micro.",
        _ when code.Contains("Throttl", StringComparison.Ordinal) || code is "RequestLimitExceeded" or "TooManyRequestsException" =>
            $"AWS refuses to be asked so often, also after waiting ({said}). Other programs of this account may be asking, too; try again in a minute. {Continue}",
        "OperationNotPermitted" =>
            $"it is protected against that ({said}). Take the protection away (aws ec2 modify-instance-attribute --no-disable-api-termination --instance-id ID --region {region}), then: tutor ec2 down",
        "DependencyViolation" => $"something still uses it ({said}).",
        "InternalError" or "InternalFailure" or "Unavailable" or "ServiceUnavailable" => $"AWS itself has trouble ({said}). Try again in some minutes. {Continue}",
        _ => $"{said} ({code}). {Continue}",
    };

    public static string NoDefaultVpc(string region) =>
        $"the account has no default network (VPC) with public addresses in {region}. Make one: aws ec2 create-default-vpc --region {region}. Or take a region that has one: --region.";

    private static Ec2Exception Unreached(Exception failure, string doing, string region)
    {
        // The SDK takes any name, and lists it from then on.
        var known = RegionEndpoint.EnumerableAllRegions.Where(one => one.DisplayName != "Unknown").Select(one => one.SystemName).ToList();
        return known.Contains(region)
            ? new($"EC2 in {region} could not be reached to {doing}: {Why(failure)}. Look whether this machine reaches the internet, then try again. {Continue}", inner: failure)
            : new($"EC2 in {region} could not be reached to {doing}: {Why(failure)}. No region of that name is known.", inner: failure) { Choice = new(region, known) };
    }

    private static string Why(Exception failure) =>
        failure is OperationCanceledException or TimeoutException ? "no answer in time" : Innermost(failure).Message.TrimEnd('.');

    private static string Credentials(Exception failure)
    {
        var profile = Environment.GetEnvironmentVariable("AWS_PROFILE") is { Length: > 0 } named ? $" (AWS_PROFILE is {named})" : "";
        return Innermost(failure) is FileNotFoundException || failure.Message.Contains("redential", StringComparison.Ordinal)
            ? $"no credentials were found that this program can use{profile}. {SignIn} {ByTheCli}"
            : $"{Innermost(failure).Message.TrimEnd('.')}{profile}. {SignIn}";
    }

    private static Exception Innermost(Exception failure) => failure.InnerException is { } inner ? Innermost(inner) : failure;
}
