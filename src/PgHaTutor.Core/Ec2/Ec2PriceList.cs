using System.Text.Json;

namespace PgHaTutor.Ec2;

/// <summary>A small list of prices in US dollars, without taxes. What is said from it is an estimate.</summary>
/// <param name="UsdPerHour">Region → type → price of an instance with Linux, on demand.</param>
public sealed record Ec2PriceList(
    string AsOf, string Source, string Page, decimal UsdPerPublicIpv4Hour, decimal UsdPerGibMonth,
    IReadOnlyDictionary<string, IReadOnlyDictionary<string, decimal>> UsdPerHour)
{
    /// <summary>The region whose prices stand in for those that the list does not have.</summary>
    public const string ReferenceRegion = "us-east-1";

    private const decimal HoursPerMonth = 730; // As AWS counts them.

    public static Ec2PriceList Shipped()
    {
        using var stream = Ec2Assets.Open("prices.json");
        return JsonSerializer.Deserialize(stream, Ec2Json.Default.Ec2PriceList)!;
    }

    /// <summary>What an instance costs an hour, with its address and its disk.</summary>
    public Ec2Price Of(string region, string type)
    {
        if (Instance(region, type) is { } known)
            return new Ec2Price(All(known), region);
        return Instance(ReferenceRegion, type) is { } elsewhere ? new Ec2Price(All(elsewhere), ReferenceRegion) : new Ec2Price(null, null);
    }

    private decimal All(decimal instance) => instance + UsdPerPublicIpv4Hour + UsdPerGibMonth * Ec2Launch.DiskGib / HoursPerMonth;

    private decimal? Instance(string region, string type) =>
        UsdPerHour.TryGetValue(region, out var types) && types.TryGetValue(type, out var price) ? price : null;
}

/// <summary>What one instance costs an hour.</summary>
/// <param name="Usd">Null where the list does not know the type.</param>
/// <param name="Region">The region that the price is of; another one than the instance's where the list has no better.</param>
public sealed record Ec2Price(decimal? Usd, string? Region);
