using System.Text;
using Amazon.EC2;
using Amazon.EC2.Model;
using PgHaTutor.Hosts;

namespace PgHaTutor.Ec2;

/// <summary>Makes one learner's part of a set: a key pair, a security group and two instances. What is there already is kept.</summary>
internal sealed class Ec2Pair(Ec2Account account, Ec2Folder folder, Ec2Set set, string learner)
{
    public const string User = "ubuntu";

    public static readonly IReadOnlyList<string> Hosts = ["h1", "h2"];

    /// <summary>The lesson's node that lives on a host.</summary>
    private static readonly IReadOnlyDictionary<string, string> Nodes = new Dictionary<string, string> { ["h1"] = "primary", ["h2"] = "standby" };

    private string Name => set.NameFor(learner);

    private string Folder => Ec2Folder.Made(folder.FolderOf(set, learner));

    private string Key => Path.Combine(Folder, "id_ed25519");

    private string KnownHosts => Path.Combine(Folder, "known_hosts");

    /// <param name="from">The networks that may reach port 22.</param>
    public async Task MakeAsync(Ec2Estate seen, IReadOnlyList<string> from, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        progress?.Report($"{learner}: key pair and security group");
        if (!seen.Keys.Any(key => key.Name == Name))
            await ImportKeyAsync(cancellationToken);
        var group = seen.Groups.FirstOrDefault(group => group.Name == Name)?.Id ?? await MakeGroupAsync(cancellationToken);
        await LetInAsync(group, from, cancellationToken);

        var taken = new List<string>();
        foreach (var host in Hosts)
        {
            var instance = await LaunchAsync(seen, group, host, taken, progress, cancellationToken);
            taken.Add(instance.Zone);
        }
    }

    /// <summary>Writes the known hosts, then the inventory: from then on the pair can be reached, and strictly.</summary>
    public async Task WriteAsync(IReadOnlyList<Ec2Instance> pair, CancellationToken cancellationToken)
    {
        var known = new StringBuilder();
        foreach (var instance in pair)
        {
            var key = await Ec2Launch.HostKeyAsync(folder, set, learner, instance.Host, cancellationToken);
            known.Append($"{instance.PublicAddress} {key.Public}\n");
        }
        await File.WriteAllTextAsync(KnownHosts, known.ToString(), cancellationToken);

        var text = new StringBuilder($"""
            # {learner} of the EC2 set {set.Id} in {set.Region}. It ends by itself at {set.Expires:yyyy-MM-dd HH:mm} UTC.
            format: 1

            """);
        if (set.Wish.Major is { } major)
            text.Append($"pg: {major}\n");
        text.Append($"""
            user: {User}
            key: {Path.GetFileName(Key)}
            known_hosts: {Path.GetFileName(KnownHosts)}
            hosts:

            """);
        foreach (var instance in pair)
            text.Append($"  - {{name: {instance.Host}, ssh: {instance.PublicAddress}, address: {instance.PrivateAddress}, nodes: [{Nodes[instance.Host]}]}}   # {instance.Id}, {instance.Zone}\n");
        await File.WriteAllTextAsync(folder.InventoryOf(set, learner), text.ToString(), cancellationToken);
    }

    /// <summary>How ssh reaches an instance of the pair.</summary>
    public SshTarget TargetOf(Ec2Instance instance) => new(instance.PublicAddress!) { User = User, Key = Key, KnownHosts = KnownHosts };

    private async Task ImportKeyAsync(CancellationToken cancellationToken)
    {
        // Made here, so that the private key never travels.
        var key = await SshKey.MakeAsync(Key, Name, cancellationToken);
        try
        {
            await account.CallAsync(
                $"take the key of {learner}",
                ec2 => ec2.ImportKeyPairAsync(
                    new ImportKeyPairRequest
                    {
                        KeyName = Name,
                        PublicKeyMaterial = Convert.ToBase64String(Encoding.ASCII.GetBytes(key.Public)),
                        TagSpecifications = Ec2Tags.Of(folder.HomeId, set, learner, null, ResourceType.KeyPair),
                    },
                    cancellationToken),
                cancellationToken);
        }
        catch (Ec2Exception ours) when (ours.IsDuplicate)
        {
            // The name holds the set's random id: it is ours, of a call whose answer was missed.
        }
    }

    private async Task<string> MakeGroupAsync(CancellationToken cancellationToken)
    {
        try
        {
            var made = await account.CallAsync(
                $"make the security group of {learner}",
                ec2 => ec2.CreateSecurityGroupAsync(
                    new CreateSecurityGroupRequest
                    {
                        GroupName = Name,
                        Description = "PgHaTutor: ssh from the caller, everything between the hosts of one learner",
                        VpcId = set.Ground!.Vpc,
                        TagSpecifications = Ec2Tags.Of(folder.HomeId, set, learner, null, ResourceType.SecurityGroup),
                    },
                    cancellationToken),
                cancellationToken);
            return made.GroupId;
        }
        catch (Ec2Exception ours) when (ours.IsDuplicate)
        {
            return (await GroupAsync(new Filter("group-name", [Name]), cancellationToken)).GroupId;
        }
    }

    /// <summary>Port 22 for these networks and no others; all between the pair, nothing else from anywhere.</summary>
    private async Task LetInAsync(string group, IReadOnlyList<string> from, CancellationToken cancellationToken)
    {
        var rules = (await GroupAsync(new Filter("group-id", [group]), cancellationToken)).IpPermissions ?? [];
        var open = rules.Where(rule => rule.FromPort == 22).SelectMany(rule => rule.Ipv4Ranges ?? []).Select(range => range.CidrIp).ToList();
        if (!rules.Exists(rule => rule.UserIdGroupPairs?.Exists(pair => pair.GroupId == group) ?? false))
            await AllowAsync(new IpPermission { IpProtocol = "-1", UserIdGroupPairs = [new UserIdGroupPair { GroupId = group }] });
        if (from.Except(open).ToList() is { Count: > 0 } missing)
            await AllowAsync(Ssh(missing));
        if (open.Except(from).ToList() is { Count: > 0 } old)
            await account.CallOnNewAsync(
                $"close port 22 for {string.Join(", ", old)}",
                ec2 => ec2.RevokeSecurityGroupIngressAsync(new RevokeSecurityGroupIngressRequest { GroupId = group, IpPermissions = [Ssh(old)] }, cancellationToken), cancellationToken);

        async Task AllowAsync(IpPermission rule)
        {
            try
            {
                await account.CallOnNewAsync(
                    $"open the security group of {learner}",
                    ec2 => ec2.AuthorizeSecurityGroupIngressAsync(new AuthorizeSecurityGroupIngressRequest { GroupId = group, IpPermissions = [rule] }, cancellationToken), cancellationToken);
            }
            catch (Ec2Exception there) when (there.IsDuplicate)
            {
                // The answer to an earlier call was missed.
            }
        }

        static IpPermission Ssh(IEnumerable<string> networks) =>
            new() { IpProtocol = "tcp", FromPort = 22, ToPort = 22, Ipv4Ranges = [.. networks.Select(network => new IpRange { CidrIp = network })] };
    }

    private Task<SecurityGroup> GroupAsync(Filter filter, CancellationToken cancellationToken) => account.CallOnNewAsync(
        $"look at the security group of {learner}",
        async ec2 =>
        {
            var found = await ec2.DescribeSecurityGroupsAsync(new DescribeSecurityGroupsRequest { Filters = [filter, new Filter("vpc-id", [set.Ground!.Vpc])] }, cancellationToken);
            return found.SecurityGroups?.FirstOrDefault() ?? throw new Ec2Exception($"The security group {Name} is there and yet is not shown. Try again in a moment.", "InvalidGroup.NotFound");
        },
        cancellationToken);

    private async Task<Ec2Instance> LaunchAsync(
        Ec2Estate seen, string group, string host, IReadOnlyList<string> taken, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        var all = seen.Instances.Where(instance => instance.Set == set.Id && instance.Learner == learner && instance.Host == host).ToList();
        var serving = all.Where(instance => instance.Serves).ToList();
        if (serving.Skip(1).Select(instance => instance.Id).ToList() is { Count: > 0 } surplus)
            await account.CallAsync(
                $"end what was launched twice for {learner}",
                ec2 => ec2.TerminateInstancesAsync(new TerminateInstancesRequest { InstanceIds = surplus }, cancellationToken), cancellationToken);
        if (serving is [var there, ..])
        {
            if (there.State is "stopping" or "stopped")
                await account.CallAsync(
                    $"start {host} of {learner} again",
                    ec2 => ec2.StartInstancesAsync(new StartInstancesRequest { InstanceIds = [there.Id] }, cancellationToken), cancellationToken);
            return there;
        }
        progress?.Report($"{learner}: launching {host}");
        return await new Ec2Launch(account, folder, set, learner, group).RunAsync(host, ZonesFor(taken), all.Count, cancellationToken);
    }

    /// <summary>The zones in the order in which they are tried: where two are wanted, not the partner's; where one is, the partner's first.</summary>
    private List<Ec2Zone> ZonesFor(IReadOnlyList<string> taken)
    {
        var zones = set.Ground!.Zones;
        return set.Wish.Zones > 1
            ? [.. zones.Where(zone => !taken.Contains(zone.Name))]
            : [.. zones.OrderByDescending(zone => taken.Contains(zone.Name))];
    }
}
