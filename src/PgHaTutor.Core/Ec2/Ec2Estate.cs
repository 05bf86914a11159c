using Amazon.EC2;
using Amazon.EC2.Model;

namespace PgHaTutor.Ec2;

/// <summary>Everything that a home has in one region, found by its tags alone.</summary>
/// <param name="Instances">Also those that are gone: EC2 shows them for about an hour.</param>
public sealed record Ec2Estate(
    IReadOnlyList<Ec2Instance> Instances,
    IReadOnlyList<Ec2Thing> Keys,
    IReadOnlyList<Ec2Thing> Groups,
    IReadOnlyList<Ec2Thing> Volumes,
    IReadOnlyList<Ec2Thing> Interfaces)
{
    public IEnumerable<Ec2Instance> Standing => Instances.Where(instance => instance.Stands);

    public bool IsEmpty => !Standing.Any() && Keys.Count + Groups.Count + Volumes.Count + Interfaces.Count == 0;

    /// <summary>Each as a line for a person.</summary>
    public IReadOnlyList<string> Lines =>
    [
        .. Standing.Select(instance => $"instance {instance.Id} ({instance.Learner} {instance.Host}, {instance.State})"),
        .. Keys.Select(key => $"key pair {key.Name} ({key.Id})"),
        .. Groups.Select(group => $"security group {group.Name} ({group.Id})"),
        .. Volumes.Select(volume => $"volume {volume.Id} ({volume.Name})"),
        .. Interfaces.Select(card => $"network interface {card.Id} ({card.Name})"),
    ];

    internal static async Task<Ec2Estate> FindAsync(Ec2Account account, string home, CancellationToken cancellationToken)
    {
        var keys = KeysAsync(account, home, cancellationToken);
        var groups = PagesAsync<SecurityGroup>("list security groups", async (ec2, next) =>
        {
            var page = await ec2.DescribeSecurityGroupsAsync(new DescribeSecurityGroupsRequest { Filters = Ec2Tags.FilterOf(home), NextToken = next }, cancellationToken);
            return (page.SecurityGroups, page.NextToken);
        });
        var volumes = PagesAsync<Volume>("list volumes", async (ec2, next) =>
        {
            var page = await ec2.DescribeVolumesAsync(new DescribeVolumesRequest { Filters = Ec2Tags.FilterOf(home), NextToken = next }, cancellationToken);
            return (page.Volumes, page.NextToken);
        });
        var cards = PagesAsync<NetworkInterface>("list network interfaces", async (ec2, next) =>
        {
            var page = await ec2.DescribeNetworkInterfacesAsync(new DescribeNetworkInterfacesRequest { Filters = Ec2Tags.FilterOf(home), NextToken = next }, cancellationToken);
            return (page.NetworkInterfaces, page.NextToken);
        });
        var instances = InstancesAsync(account, home, cancellationToken);
        await Task.WhenAll(instances, keys, groups, volumes, cards);
        return new Ec2Estate(
            await instances,
            await keys,
            [.. (await groups).Select(group => new Ec2Thing(group.GroupId, group.GroupName, Ec2Tags.Value(group.Tags, Ec2Tags.Set)))],
            // A volume that is being deleted is still shown for a moment, and costs nothing.
            [.. (await volumes).Where(volume => volume.State?.Value is not ("deleting" or "deleted")).Select(volume => new Ec2Thing(volume.VolumeId, volume.State?.Value ?? "", Ec2Tags.Value(volume.Tags, Ec2Tags.Set)))],
            [.. (await cards).Select(card => new Ec2Thing(card.NetworkInterfaceId, card.Status?.Value ?? "", Ec2Tags.Value(card.TagSet, Ec2Tags.Set)))]);

        Task<List<T>> PagesAsync<T>(string doing, Func<IAmazonEC2, string?, Task<(List<T>?, string?)>> page) => AllAsync(account, doing, page, cancellationToken);
    }

    internal static async Task<IReadOnlyList<Ec2Instance>> InstancesAsync(Ec2Account account, string home, CancellationToken cancellationToken)
    {
        var reservations = await AllAsync<Reservation>(account, "list instances", async (ec2, next) =>
        {
            var page = await ec2.DescribeInstancesAsync(new DescribeInstancesRequest { Filters = Ec2Tags.FilterOf(home), NextToken = next }, cancellationToken);
            return (page.Reservations, page.NextToken);
        }, cancellationToken);
        return [.. reservations.SelectMany(reservation => reservation.Instances ?? []).Select(Ec2Instance.Of).OrderBy(instance => instance.Learner, StringComparer.Ordinal).ThenBy(instance => instance.Host, StringComparer.Ordinal).ThenBy(instance => instance.Launched)];
    }

    private static async Task<IReadOnlyList<Ec2Thing>> KeysAsync(Ec2Account account, string home, CancellationToken cancellationToken)
    {
        var answer = await account.CallAsync("list key pairs", ec2 => ec2.DescribeKeyPairsAsync(new DescribeKeyPairsRequest { Filters = Ec2Tags.FilterOf(home) }, cancellationToken), cancellationToken);
        return [.. (answer.KeyPairs ?? []).Select(key => new Ec2Thing(key.KeyPairId, key.KeyName, Ec2Tags.Value(key.Tags, Ec2Tags.Set)))];
    }

    private static async Task<List<T>> AllAsync<T>(
        Ec2Account account, string doing, Func<IAmazonEC2, string?, Task<(List<T>?, string?)>> page, CancellationToken cancellationToken)
    {
        var all = new List<T>();
        string? next = null;
        do
        {
            var (found, more) = await account.CallAsync(doing, ec2 => page(ec2, next), cancellationToken);
            all.AddRange(found ?? []);
            next = more is { Length: > 0 } ? more : null;
        }
        while (next is not null);
        return all;
    }
}

/// <summary>A key pair, a security group, a volume or a network interface.</summary>
/// <param name="Name">Its name; of a volume or an interface its state.</param>
public sealed record Ec2Thing(string Id, string Name, string Set);
