using Amazon;
using Amazon.EC2;
using Amazon.Runtime;

namespace PgHaTutor.Ec2;

/// <summary>
/// The caller's EC2 in one region. Credentials, and the region where none is named, come from the AWS SDK's own chain
/// (environment, ~/.aws, …); nothing of them is kept.
/// </summary>
public sealed class Ec2Account : IDisposable
{
    private const int Patience = 6;

    private readonly AmazonEC2Client _client;
    private readonly Ec2Pace _pace;

    private Ec2Account(AmazonEC2Client client, string region, Ec2Pace pace) => (_client, Region, _pace) = (client, region, pace);

    public string Region { get; }

    /// <param name="region">Null: the one that the chain says.</param>
    /// <exception cref="Ec2Exception">No region is known.</exception>
    public static Ec2Account Open(string? region, Ec2Pace pace)
    {
        var endpoint = EndpointOf(region);
        var config = new AmazonEC2Config
        {
            RegionEndpoint = endpoint,
            // Being refused for asking too often is waited out here, and told; the SDK's own tries are for a line that stutters.
            RetryMode = RequestRetryMode.Standard,
            MaxErrorRetry = 2,
            ThrottleRetries = false,
            Timeout = TimeSpan.FromSeconds(30),
        };
        try
        {
            return new Ec2Account(new AmazonEC2Client(config), endpoint.SystemName, pace);
        }
        catch (Exception unusable) when (unusable is AmazonClientException or InvalidOperationException)
        {
            throw Ec2Trouble.Of(unusable, "sign in", endpoint.SystemName);
        }
    }

    private static RegionEndpoint EndpointOf(string? region)
    {
        if (region is not null)
            return RegionEndpoint.GetBySystemName(region);
        try
        {
            return FallbackRegionFactory.GetRegionEndpoint() ?? throw Ec2Trouble.NoRegion(null);
        }
        catch (AmazonClientException unknown)
        {
            throw Ec2Trouble.NoRegion(unknown);
        }
    }

    /// <summary>All that a home has in this region.</summary>
    /// <exception cref="Ec2Exception">EC2 could not be asked.</exception>
    public Task<Ec2Estate> EstateAsync(string home, CancellationToken cancellationToken = default) => Ec2Estate.FindAsync(this, home, cancellationToken);

    /// <summary>Calls EC2. A refusal for asking too often is waited out some times.</summary>
    /// <param name="doing">What for, as it goes on after “could not”.</param>
    /// <exception cref="Ec2Exception">It failed.</exception>
    internal async Task<T> CallAsync<T>(string doing, Func<IAmazonEC2, Task<T>> call, CancellationToken cancellationToken)
    {
        for (var refusals = 0; ; refusals++)
        {
            try
            {
                return await call(_client);
            }
            catch (AmazonServiceException busy) when (refusals < Patience && Ec2Trouble.IsThrottling(busy))
            {
                await Task.Delay(_pace.AfterRefusal(refusals), cancellationToken);
            }
            catch (Exception failure) when (failure is AmazonClientException or AmazonServiceException or HttpRequestException or TimeoutException or InvalidOperationException
                || (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested))
            {
                throw Ec2Trouble.Of(failure, doing, Region);
            }
        }
    }

    /// <summary>The same for what was just made, and which the next call may not know yet.</summary>
    internal async Task<T> CallOnNewAsync<T>(string doing, Func<IAmazonEC2, Task<T>> call, CancellationToken cancellationToken)
    {
        var deadline = Deadline.In(_pace.Unseen);
        while (true)
        {
            try
            {
                return await CallAsync(doing, call, cancellationToken);
            }
            catch (Ec2Exception unseen) when (unseen.IsNotFound && !deadline.HasPassed)
            {
                await Task.Delay(_pace.Poll, cancellationToken);
            }
        }
    }

    public void Dispose() => _client.Dispose();
}
