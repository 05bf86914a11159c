using System.Text;
using Amazon.EC2;
using Amazon.EC2.Model;
using PgHaTutor.Hosts;

namespace PgHaTutor.Ec2;

/// <summary>Launches one instance of a pair.</summary>
internal sealed class Ec2Launch(Ec2Account account, Ec2Folder folder, Ec2Set set, string learner, string group)
{
    public const int DiskGib = 10;

    private Ec2Ground Ground => set.Ground!;

    /// <summary>Launches it in the first of these zones that has room.</summary>
    /// <param name="earlier">How many were launched for this place before, and are gone.</param>
    public async Task<Ec2Instance> RunAsync(string host, IReadOnlyList<Ec2Zone> zones, int earlier, CancellationToken cancellationToken)
    {
        var userData = await UserDataAsync(host, cancellationToken);
        for (var i = 0; ; i++)
        {
            try
            {
                return await RunInAsync(host, zones[i], earlier, userData, cancellationToken);
            }
            catch (Ec2Exception full) when (full.IsOfThisZone && i + 1 < zones.Count)
            {
                // Another zone may have room.
            }
        }
    }

    private async Task<Ec2Instance> RunInAsync(string host, Ec2Zone zone, int earlier, string userData, CancellationToken cancellationToken)
    {
        for (var generation = earlier; ; generation++)
        {
            var launched = await LaunchAsync(host, zone, generation, userData, cancellationToken);
            // The token of a request that was answered before may lead to an instance that has gone since.
            if (launched.Serves || generation > earlier + 8)
                return launched;
        }
    }

    private async Task<Ec2Instance> LaunchAsync(string host, Ec2Zone zone, int generation, string userData, CancellationToken cancellationToken)
    {
        var request = new RunInstancesRequest
        {
            // The same request again gives the same instance, whoever missed the answer to the first one.
            ClientToken = $"{set.Id}-{learner}-{host}-{zone.Name}-{generation}",
            ImageId = Ground.Image,
            InstanceType = set.Wish.Type,
            MinCount = 1,
            MaxCount = 1,
            KeyName = set.NameFor(learner),
            UserData = userData,
            InstanceInitiatedShutdownBehavior = ShutdownBehavior.Terminate,
            MetadataOptions = new InstanceMetadataOptionsRequest { HttpTokens = HttpTokensState.Required },
            NetworkInterfaces =
            [
                new InstanceNetworkInterfaceSpecification
                {
                    DeviceIndex = 0, SubnetId = zone.Subnet, Groups = [group], AssociatePublicIpAddress = true, DeleteOnTermination = true,
                },
            ],
            BlockDeviceMappings =
            [
                new BlockDeviceMapping
                {
                    DeviceName = Ground.RootDevice,
                    Ebs = new EbsBlockDevice { VolumeSize = DiskGib, VolumeType = VolumeType.Gp3, DeleteOnTermination = true },
                },
            ],
            TagSpecifications = Ec2Tags.Of(folder.HomeId, set, learner, host, ResourceType.Instance, ResourceType.Volume, ResourceType.NetworkInterface),
        };
        if (Ground.CanBurst)
            request.CreditSpecification = new CreditSpecificationRequest { CpuCredits = "standard" };
        // The key and the group are a moment old.
        var answer = await account.CallOnNewAsync($"launch {host} of {learner} in {zone.Name}", ec2 => ec2.RunInstancesAsync(request, cancellationToken), cancellationToken);
        return Ec2Instance.Of(answer.Reservation.Instances[0]);
    }

    private async Task<string> UserDataAsync(string host, CancellationToken cancellationToken)
    {
        var key = await HostKeyAsync(folder, set, learner, host, cancellationToken);
        var text = UserData.Of(host, await File.ReadAllTextAsync(key.File, cancellationToken), key.Public, set.Wish.Major, set.Expires);
        return Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
    }

    /// <summary>The key by which a host proves to be the one that was launched. It lies outside of what a learner is given.</summary>
    public static Task<SshKey> HostKeyAsync(Ec2Folder folder, Ec2Set set, string learner, string host, CancellationToken cancellationToken)
    {
        var keys = Ec2Folder.Made(Path.Combine(folder.FolderOf(set), "host-keys"));
        return SshKey.MakeAsync(Path.Combine(keys, $"{learner}-{host}"), $"{learner}-{host}", cancellationToken);
    }
}
