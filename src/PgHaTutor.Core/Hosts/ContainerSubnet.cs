using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace PgHaTutor.Hosts;

/// <summary>The 256 addresses of one lab on containers: the lower half for the management network, the upper one for the data network.</summary>
/// <remarks>Chosen here, because an engine gives a fixed address only on a network whose addresses were chosen.</remarks>
internal sealed record ContainerSubnet(uint First)
{
    public string Management => $"{Text(0)}/25";

    /// <summary>From which the learner's own machine comes in by a published port.</summary>
    public string ManagementGateway => Text(1);

    public string Data => $"{Text(128)}/25";

    public string DataGateway => Text(129);

    /// <param name="index">The container's place in the lab, from 0 on.</param>
    public string AddressOf(int index) => Text(130 + index);

    /// <summary>The subnet that an address of a container belongs to; null where that is no address.</summary>
    public static ContainerSubnet? ByAddress(string address) =>
        IPAddress.TryParse(address, out var ip) && ip.AddressFamily is AddressFamily.InterNetwork ? new ContainerSubnet(Number(ip) & 0xffff_ff00) : null;

    /// <summary>Private subnets that this machine has no way to yet, in an order of the lab's own, so that two that choose at once seldom meet.</summary>
    public static IEnumerable<ContainerSubnet> Candidates(string lab)
    {
        var taken = Routes().ToList();
        var random = new Random(int.Parse(lab.AsSpan(0, Math.Min(7, lab.Length)), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
        foreach (var (block, bits) in new[] { ("10.0.0.0", 16), ("172.16.0.0", 12), ("192.168.0.0", 8) })
            for (var attempt = 0; attempt < 40; attempt++)
            {
                var subnet = new ContainerSubnet(Number(IPAddress.Parse(block)) + ((uint)random.Next(1 << bits) << 8));
                if (!taken.Exists(route => Overlap(subnet, route.Network, route.Mask)))
                    yield return subnet;
            }
    }

    internal static bool Overlap(ContainerSubnet subnet, uint network, uint mask) =>
        (subnet.First & mask & 0xffff_ff00) == (network & mask & 0xffff_ff00);

    /// <summary>The networks that this machine has a way to, without the default one; unknown where there is no /proc.</summary>
    private static IEnumerable<(uint Network, uint Mask)> Routes()
    {
        if (!File.Exists("/proc/net/route"))
            yield break;
        foreach (var line in File.ReadLines("/proc/net/route").Skip(1))
        {
            var fields = line.Split('\t');
            // In the byte order of the machine, which is little-endian wherever .NET runs.
            if (fields.Length > 7 && Field(fields[7]) is not 0 and var mask)
                yield return (Field(fields[1]), mask);
        }

        static uint Field(string hex) => BinaryPrimitives.ReverseEndianness(uint.Parse(hex, NumberStyles.HexNumber, CultureInfo.InvariantCulture));
    }

    private static uint Number(IPAddress ip) => BinaryPrimitives.ReadUInt32BigEndian(ip.GetAddressBytes());

    private string Text(int offset)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, First + (uint)offset);
        return new IPAddress(bytes).ToString();
    }
}
