using Amazon.EC2;
using Amazon.EC2.Model;

namespace PgHaTutor.Ec2;

/// <summary>Where a set stands: the image, and the zones that have the type.</summary>
/// <param name="RootDevice">The name of the image's disk, such as <c>/dev/sda1</c>.</param>
/// <param name="CanBurst">The type earns credits, and could cost more than its price by spending what it has not earned.</param>
public sealed record Ec2Ground(string Image, string ImageName, string RootDevice, bool CanBurst, string Vpc, IReadOnlyList<Ec2Zone> Zones)
{
    /// <exception cref="Ec2Exception">The region has no such type, no image for it or no default network.</exception>
    internal static async Task<Ec2Ground> FindAsync(Ec2Account account, Ec2Wish wish, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var type = await TypeAsync(account, wish.Type, cancellationToken);
        var architecture = type.ProcessorInfo?.SupportedArchitectures?.FirstOrDefault(one => one is "x86_64" or "arm64")
            ?? throw new Ec2Exception($"{wish.Type} has a processor for which Ubuntu has no image. Name another type, such as --type t3.micro.") { Choice = new(wish.Type, []) };
        var images = await ImagesAsync(account, architecture, cancellationToken);
        var image = UbuntuImage.Choose(images, wish.Ubuntu, now)
            ?? throw new Ec2Exception($"{account.Region} has no image of Ubuntu {wish.Ubuntu ?? "with long-term support"} for {architecture}. Name another release or region: --ubuntu 24.04, --region.")
            {
                Choice = wish.Ubuntu is { } release ? new(release, [.. images.Select(one => one.Release).Distinct()]) : null,
            };
        var zones = await ZonesAsync(account, wish, cancellationToken);
        return new Ec2Ground(image.Id, image.Name, image.RootDevice, type.BurstablePerformanceSupported ?? false, zones[0].Vpc, [.. zones.Select(zone => zone.Zone)]);
    }

    private static async Task<InstanceTypeInfo> TypeAsync(Ec2Account account, string type, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await account.CallAsync(
                $"look up the type {type}",
                ec2 => ec2.DescribeInstanceTypesAsync(new DescribeInstanceTypesRequest { InstanceTypes = [type] }, cancellationToken), cancellationToken);
            if (answer.InstanceTypes?.FirstOrDefault() is { } found)
                return found;
        }
        catch (Ec2Exception unknown) when (unknown.Code is "InvalidInstanceType")
        {
            // EC2 says only which one it does not know.
        }
        throw new Ec2Exception($"{account.Region} has no instances of the type {type}. Name another: --type t3.micro.") { Choice = new(type, await TypesAsync(account, cancellationToken)) };
    }

    /// <summary>All types of the region.</summary>
    private static async Task<IReadOnlyCollection<string>> TypesAsync(Ec2Account account, CancellationToken cancellationToken)
    {
        var types = new List<string>();
        string? next = null;
        do
        {
            var answer = await account.CallAsync(
                "list the types of instances",
                ec2 => ec2.DescribeInstanceTypeOfferingsAsync(new DescribeInstanceTypeOfferingsRequest { LocationType = LocationType.Region, NextToken = next }, cancellationToken), cancellationToken);
            types.AddRange((answer.InstanceTypeOfferings ?? []).Select(offer => offer.InstanceType.Value));
            next = answer.NextToken;
        }
        while (next is { Length: > 0 });
        return types;
    }

    private static async Task<IReadOnlyList<UbuntuImage>> ImagesAsync(Ec2Account account, string architecture, CancellationToken cancellationToken)
    {
        var answer = await account.CallAsync(
            "list Ubuntu's images",
            ec2 => ec2.DescribeImagesAsync(
                new DescribeImagesRequest
                {
                    Owners = [UbuntuImage.Owner],
                    Filters = [new Filter("name", [UbuntuImage.NamePattern]), new Filter("architecture", [architecture]), new Filter("state", ["available"])],
                },
                cancellationToken),
            cancellationToken);
        return [.. (answer.Images ?? []).Where(image => image.Architecture == architecture).Select(image => UbuntuImage.Of(image.ImageId, image.Name ?? "", image.RootDeviceName, image.CreationDate ?? "")).OfType<UbuntuImage>()];
    }

    private static async Task<IReadOnlyList<(Ec2Zone Zone, string Vpc)>> ZonesAsync(Ec2Account account, Ec2Wish wish, CancellationToken cancellationToken)
    {
        var subnets = (await account.CallAsync(
            "list the default subnets",
            ec2 => ec2.DescribeSubnetsAsync(new DescribeSubnetsRequest { Filters = [new Filter("default-for-az", ["true"])] }, cancellationToken), cancellationToken)).Subnets ?? [];
        if (subnets.Count == 0)
            throw new Ec2Exception($"EC2 in {account.Region} cannot be used yet: {Ec2Trouble.NoDefaultVpc(account.Region)}");
        var offers = (await account.CallAsync(
            $"list the zones that have {wish.Type}",
            ec2 => ec2.DescribeInstanceTypeOfferingsAsync(
                new DescribeInstanceTypeOfferingsRequest { LocationType = LocationType.AvailabilityZone, Filters = [new Filter("instance-type", [wish.Type])] }, cancellationToken),
            cancellationToken)).InstanceTypeOfferings ?? [];
        var zones = subnets
            .Where(subnet => offers.Exists(offer => offer.Location == subnet.AvailabilityZone))
            .OrderBy(subnet => subnet.AvailabilityZone, StringComparer.Ordinal)
            .Select(subnet => (new Ec2Zone(subnet.AvailabilityZone, subnet.SubnetId), subnet.VpcId))
            .ToList();
        return zones.Count >= wish.Zones
            ? zones
            : throw new Ec2Exception($"{account.Region} has {wish.Type} in {zones.Count} of its zones with a default subnet, and {wish.Zones} are wanted. Name another type or region: --type t3.micro, --region.") { Choice = new(wish.Type, []) };
    }
}

/// <param name="Subnet">The zone's default subnet.</param>
public sealed record Ec2Zone(string Name, string Subnet);
