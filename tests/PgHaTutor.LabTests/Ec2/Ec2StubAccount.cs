using System.Diagnostics;
using System.Text;
using System.Xml.Linq;

namespace PgHaTutor.LabTests.Ec2;

/// <summary>What the stub's only account has, and how each action changes it.</summary>
public sealed class Ec2StubAccount
{
    private const string Region = "us-east-1";

    private readonly Lock _lock = new();
    private readonly List<Ec2StubInstance> _instances = [];
    private readonly List<Key> _keys = [];
    private readonly List<Group> _groups = [];
    private int _made;

    public Func<string, string, Task<string>>? Boot { get; set; }

    public Func<string, Task>? Ended { get; set; }

    public TimeSpan Unseen { get; set; }

    public TimeSpan Changing { get; set; }

    public IReadOnlyList<Ec2StubInstance> Standing
    {
        get
        {
            lock (_lock)
                return [.. _instances.Where(instance => !instance.IsGone)];
        }
    }

    public IReadOnlyList<string> Left
    {
        get
        {
            lock (_lock)
                return [.. _instances.Where(instance => !instance.IsGone).Select(instance => instance.Id), .. _keys.Select(key => key.Name), .. _groups.Select(group => group.Name)];
        }
    }

    public async Task<IEnumerable<XElement>> DoAsync(Ec2StubCall call)
    {
        if (call.Action == "RunInstances")
            return await RunAsync(call);
        var ended = new List<Ec2StubInstance>();
        IEnumerable<XElement> answer;
        lock (_lock)
            answer = [.. Do(call, ended)];
        foreach (var instance in ended)
            if (Ended is { } told)
                await told(instance.Address);
        return answer;
    }

    private IEnumerable<XElement> Do(Ec2StubCall call, List<Ec2StubInstance> ended)
    {
        switch (call.Action)
        {
            case "DescribeInstanceTypes":
                if (call["InstanceType.1"] is not ("t3.micro" or "t4g.small"))
                    throw new Ec2StubException("InvalidInstanceType");
                return [Set("instanceTypeSet", Item(
                    new XElement("instanceType", call["InstanceType.1"]), new XElement("burstablePerformanceSupported", true),
                    new XElement("processorInfo", Set("supportedArchitectures", new XElement("item", Architecture(call["InstanceType.1"]))))))];
            case "DescribeImages":
                return [Set("imagesSet", [.. Images(call.Filter("architecture")![0])])];
            case "DescribeSubnets":
                return [Set("subnetSet", [.. "ab".Select(zone => Item(new XElement("subnetId", $"subnet-{zone}"), new XElement("vpcId", "vpc-1"), new XElement("availabilityZone", $"{Region}{zone}")))])];
            case "DescribeInstanceTypeOfferings":
                return [Set("instanceTypeOfferingSet", [.. "ab".Select(zone => Item(new XElement("instanceType", "t3.micro"), new XElement("locationType", "availability-zone"), new XElement("location", $"{Region}{zone}")))])];
            case "ImportKeyPair":
                if (_keys.Any(key => key.Name == call["KeyName"]))
                    throw new Ec2StubException("InvalidKeyPair.Duplicate");
                _keys.Add(new Key($"key-{++_made}", call["KeyName"], Encoding.ASCII.GetString(Convert.FromBase64String(call["PublicKeyMaterial"])), call.TagsFor("key-pair"), Now));
                return [new XElement("keyName", call["KeyName"]), new XElement("keyPairId", _keys[^1].Id)];
            case "DescribeKeyPairs":
                return [Set("keySet", [.. _keys.Where(key => Shown(key.Made) && Matches(call, key.Tags)).Select(key => Item(new XElement("keyPairId", key.Id), new XElement("keyName", key.Name), TagXml(key.Tags)))])];
            case "DeleteKeyPair":
                _keys.RemoveAll(key => key.Name == call["KeyName"]);
                return [new XElement("return", true)];
            case "CreateSecurityGroup":
                if (_groups.Any(group => group.Name == call["GroupName"]))
                    throw new Ec2StubException("InvalidGroup.Duplicate");
                _groups.Add(new Group($"sg-{++_made}", call["GroupName"], call.TagsFor("security-group"), Now));
                return [new XElement("groupId", _groups[^1].Id), new XElement("return", true)];
            case "DescribeSecurityGroups":
                return [Set("securityGroupInfo", [.. _groups.Where(group => Shown(group.Made) && Matches(call, group.Tags)
                    && (call.Filter("group-name")?.Contains(group.Name) ?? true) && (call.Filter("group-id")?.Contains(group.Id) ?? true)).Select(group => group.Xml())])];
            case "AuthorizeSecurityGroupIngress":
                Authorize(ShownGroup(call["GroupId"]), call);
                return [new XElement("return", true)];
            case "RevokeSecurityGroupIngress":
                foreach (var network in call.Numbers("IpPermissions.1.IpRanges"))
                    ShownGroup(call["GroupId"]).Networks.Remove(call[$"IpPermissions.1.IpRanges.{network}.CidrIp"]);
                return [new XElement("return", true)];
            case "DeleteSecurityGroup":
                if (_instances.Any(instance => instance.Group == call["GroupId"] && !instance.IsGone))
                    throw new Ec2StubException("DependencyViolation");
                _groups.Remove(ShownGroup(call["GroupId"]));
                return [new XElement("return", true)];
            case "DescribeInstances":
                return [Set("reservationSet", Item(new XElement("reservationId", "r-1"), Set("instancesSet", [.. _instances.Where(instance => instance.IsShown && Matches(call, instance.Tags)).Select(instance => instance.Xml())])))];
            case "TerminateInstances":
                foreach (var id in call.List("InstanceId"))
                {
                    var instance = _instances.FirstOrDefault(instance => instance.Id == id && instance.IsShown) ?? throw new Ec2StubException("InvalidInstanceID.NotFound");
                    instance.End();
                    ended.Add(instance);
                }
                return [Set("instancesSet")];
            case "DescribeVolumes":
                return [Set("volumeSet", [.. _instances.Where(instance => instance.IsShown && !instance.IsGone && Matches(call, instance.VolumeTags)).Select(instance =>
                    Item(new XElement("volumeId", $"vol-{instance.Id}"), new XElement("status", "in-use"), TagXml(instance.VolumeTags)))])];
            case "DescribeNetworkInterfaces":
                return [Set("networkInterfaceSet", [.. _instances.Where(instance => instance.IsShown && !instance.IsGone && Matches(call, instance.InterfaceTags)).Select(instance =>
                    Item(new XElement("networkInterfaceId", $"eni-{instance.Id}"), new XElement("status", "in-use"), TagXml(instance.InterfaceTags)))])];
            default:
                throw new Ec2StubException("InvalidAction");
        }
    }

    private async Task<IEnumerable<XElement>> RunAsync(Ec2StubCall call)
    {
        var address = $"192.0.2.{Interlocked.Increment(ref _made) % 250 + 1}";
        string key;
        lock (_lock)
        {
            if (_instances.FirstOrDefault(instance => instance.Launch["ClientToken"] == call["ClientToken"]) is { } same)
            {
                var differs = call.Words.Any(word => word.Key != "Action" && same.Launch[word.Key] != word.Value);
                return differs ? throw new Ec2StubException("IdempotentParameterMismatch") : Launched(same);
            }
            key = (_keys.FirstOrDefault(one => one.Name == call["KeyName"] && Shown(one.Made)) ?? throw new Ec2StubException("InvalidKeyPair.NotFound")).Public;
            ShownGroup(call["NetworkInterface.1.SecurityGroupId.1"]);
        }
        if (Boot is { } boot)
            address = await boot(Encoding.UTF8.GetString(Convert.FromBase64String(call["UserData"])), key);
        lock (_lock)
        {
            _instances.Add(new Ec2StubInstance($"i-{Interlocked.Increment(ref _made):x8}", call, $"{Region}{call["NetworkInterface.1.SubnetId"][^1]}", address, Unseen, Changing));
            return Launched(_instances[^1]);
        }
    }

    private static IEnumerable<XElement> Launched(Ec2StubInstance instance) => [new XElement("reservationId", "r-1"), Set("instancesSet", instance.Xml())];

    private static void Authorize(Group group, Ec2StubCall call)
    {
        foreach (var rule in call.Numbers("IpPermissions"))
        {
            if (call[$"IpPermissions.{rule}.Groups.1.GroupId"] == group.Id)
                group.Inside = group.Inside ? throw new Ec2StubException("InvalidPermission.Duplicate") : true;
            foreach (var network in call.Numbers($"IpPermissions.{rule}.IpRanges"))
                if (!group.Networks.Add(call[$"IpPermissions.{rule}.IpRanges.{network}.CidrIp"]))
                    throw new Ec2StubException("InvalidPermission.Duplicate");
        }
    }

    private Group ShownGroup(string id) => _groups.FirstOrDefault(group => group.Id == id && Shown(group.Made)) ?? throw new Ec2StubException("InvalidGroup.NotFound");

    private static IEnumerable<XElement> Images(string architecture)
    {
        var name = architecture == "arm64" ? "arm64" : "amd64";
        foreach (var (id, image, created) in new[]
        {
            ("ami-old", $"ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-{name}-server-20260101", "2026-01-01T00:00:00.000Z"),
            ("ami-new", $"ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-{name}-server-20260601", "2026-06-01T00:00:00.000Z"),
            ("ami-2204", $"ubuntu/images/hvm-ssd/ubuntu-jammy-22.04-{name}-server-20260701", "2026-07-01T00:00:00.000Z"),
            ("ami-odd", $"ubuntu/images/hvm-ssd-gp3/ubuntu-plucky-25.04-{name}-server-20260801", "2026-08-01T00:00:00.000Z"),
        })
            yield return Item(
                new XElement("imageId", id), new XElement("name", image), new XElement("creationDate", created),
                new XElement("architecture", architecture), new XElement("rootDeviceName", "/dev/sda1"));
    }

    private static string Architecture(string type) => type.StartsWith("t4g", StringComparison.Ordinal) ? "arm64" : "x86_64";

    private static bool Matches(Ec2StubCall call, IReadOnlyDictionary<string, string> tags) =>
        call.Filter("tag:pghatutor:home") is not { } homes || homes.Contains(tags.GetValueOrDefault("pghatutor:home"));

    private static long Now => Stopwatch.GetTimestamp();

    private bool Shown(long made) => Stopwatch.GetElapsedTime(made) >= Unseen;

    private static XElement Item(params object[] content) => new("item", content);

    private static XElement Set(string name, params XElement[] items) => new(name, items.Cast<object>().ToArray());

    internal static XElement TagXml(IReadOnlyDictionary<string, string> tags) =>
        Set("tagSet", [.. tags.Select(tag => Item(new XElement("key", tag.Key), new XElement("value", tag.Value)))]);

    private sealed record Key(string Id, string Name, string Public, IReadOnlyDictionary<string, string> Tags, long Made);

    private sealed record Group(string Id, string Name, IReadOnlyDictionary<string, string> Tags, long Made)
    {
        public HashSet<string> Networks { get; } = [];

        public bool Inside { get; set; }

        public XElement Xml() => Item(
            new XElement("groupId", Id), new XElement("groupName", Name), new XElement("vpcId", "vpc-1"), TagXml(Tags),
            Set("ipPermissions", [.. InsideXml(), .. NetworksXml()]));

        private IEnumerable<XElement> InsideXml() => Inside ? [Item(new XElement("ipProtocol", "-1"), Set("groups", Item(new XElement("groupId", Id))))] : [];

        private IEnumerable<XElement> NetworksXml() => Networks.Count == 0 ? [] :
        [
            Item(
                new XElement("ipProtocol", "tcp"), new XElement("fromPort", 22), new XElement("toPort", 22),
                Set("ipRanges", [.. Networks.Select(network => Item(new XElement("cidrIp", network)))])),
        ];
    }
}
