using System.Diagnostics;
using System.Text;
using System.Xml.Linq;

namespace PgHaTutor.LabTests.Ec2;

/// <summary>An instance of the stub, with the disk and the network interface that come and go with it.</summary>
public sealed class Ec2StubInstance(string id, Ec2StubCall launch, string zone, string address, TimeSpan unseen, TimeSpan changing)
{
    private readonly long _made = Stopwatch.GetTimestamp();
    private long? _ended;

    public string Id => id;

    public string Address => address;

    public string Zone => zone;

    public Ec2StubCall Launch => launch;

    public string UserData => Encoding.UTF8.GetString(Convert.FromBase64String(launch["UserData"]));

    public IReadOnlyDictionary<string, string> Tags { get; } = launch.TagsFor("instance");

    public IReadOnlyDictionary<string, string> VolumeTags { get; } = launch.TagsFor("volume");

    public IReadOnlyDictionary<string, string> InterfaceTags { get; } = launch.TagsFor("network-interface");

    public string Group => launch["NetworkInterface.1.SecurityGroupId.1"];

    public bool IsShown => Stopwatch.GetElapsedTime(_made) >= unseen;

    public bool IsGone => State == "terminated";

    public string State =>
        _ended is { } ended ? Stopwatch.GetElapsedTime(ended) < changing ? "shutting-down" : "terminated"
        : Stopwatch.GetElapsedTime(_made) < changing ? "pending" : "running";

    public void End() => _ended ??= Stopwatch.GetTimestamp();

    public XElement Xml() => new(
        "item",
        new XElement("instanceId", id),
        new XElement("imageId", launch["ImageId"]),
        new XElement("instanceState", new XElement("code", "0"), new XElement("name", State)),
        new XElement("instanceType", launch["InstanceType"]),
        new XElement("launchTime", DateTime.UtcNow.Subtract(Stopwatch.GetElapsedTime(_made)).ToString("yyyy-MM-ddTHH:mm:ss.fffZ")),
        new XElement("placement", new XElement("availabilityZone", zone)),
        State == "running" ? [new XElement("ipAddress", address), new XElement("privateIpAddress", address)] : (XElement[])[],
        Ec2StubAccount.TagXml(Tags));
}
