using PgHaTutor.Hosts;

namespace PgHaTutor.Tests.Hosts;

/// <summary>The addresses that a lab on containers gets.</summary>
public sealed class ContainerSubnetTests
{
    [Fact]
    public void A_subnet_has_two_networks_and_room_for_the_nodes()
    {
        var subnet = ContainerSubnet.ByAddress("10.12.34.131")!;

        Assert.Equal(
            ("10.12.34.0/25", "10.12.34.1", "10.12.34.128/25", "10.12.34.129", "10.12.34.130"),
            (subnet.Management, subnet.ManagementGateway, subnet.Data, subnet.DataGateway, subnet.AddressOf(0)));
        Assert.Null(ContainerSubnet.ByAddress("primary"));
    }

    [Theory]
    [InlineData("10.0.0.0", 8, true)]
    [InlineData("10.12.34.64", 26, true)]
    [InlineData("10.12.34.7", 32, true)]
    [InlineData("10.12.35.0", 24, false)]
    [InlineData("192.168.0.0", 16, false)]
    public void What_this_machine_has_a_way_to_is_not_taken(string network, int bits, bool overlaps)
    {
        var mask = uint.MaxValue << (32 - bits);
        var number = network.Split('.').Aggregate(0u, (sum, part) => (sum << 8) | uint.Parse(part));

        Assert.Equal(overlaps, ContainerSubnet.Overlap(ContainerSubnet.ByAddress("10.12.34.0")!, number, mask));
    }

    [Fact]
    public void Each_lab_begins_elsewhere_and_none_meets_its_own_machine()
    {
        var one = ContainerSubnet.Candidates("0badcafe").First();
        var other = ContainerSubnet.Candidates("1badcafe").First();

        Assert.NotEqual(one, other);
        Assert.Equal(one, ContainerSubnet.Candidates("0badcafe").First());
        Assert.All(ContainerSubnet.Candidates("0badcafe"), subnet => Assert.Matches(@"^(10|172\.(1[6-9]|2\d|3[01])|192\.168)\.", subnet.Data));
    }
}
