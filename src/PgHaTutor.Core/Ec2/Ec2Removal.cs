using Amazon.EC2;
using Amazon.EC2.Model;

namespace PgHaTutor.Ec2;

/// <summary>Removes what a home has in a region, by its tags alone, and looks whether it has gone.</summary>
/// <param name="home">As the tags name it.</param>
public sealed class Ec2Removal(Ec2Account account, string home, Ec2Pace pace, IProgress<string>? progress = null)
{
    /// <summary>Ends and removes all of it.</summary>
    /// <param name="doubtful">Its making was cut off, so that something may not be shown yet.</param>
    /// <returns>What is still there, a line each.</returns>
    /// <exception cref="Ec2Exception">EC2 could not be asked, or refuses.</exception>
    public async Task<IReadOnlyList<string>> RemoveAsync(bool doubtful, CancellationToken cancellationToken = default)
    {
        var deadline = Deadline.In(pace.Ending);
        var quiet = Deadline.In(pace.Quiet);
        string? told = null;
        Ec2Exception? refusal = null;
        var refusedBefore = false;
        while (true)
        {
            var left = await Ec2Estate.FindAsync(account, home, cancellationToken);
            if (left.IsEmpty && (!doubtful || quiet.HasPassed))
                return [];
            if (!left.IsEmpty)
                quiet = Deadline.In(pace.Quiet);
            if (deadline.HasPassed)
                return refusal is null ? left.Lines : [.. left.Lines, refusal.Message];
            if (Saying(left) is { } saying && saying != told)
                progress?.Report(told = saying);
            refusal = await TakeAwayAsync(left, cancellationToken);
            // What was not refused goes first, so that nothing is listed that is on its way.
            if (refusal is { IsFinal: true } && refusedBefore && !left.Standing.Any(instance => instance.State is "shutting-down"))
                return [.. left.Lines, refusal.Message];
            refusedBefore = refusal is { IsFinal: true };
            await Task.Delay(pace.Poll, cancellationToken);
        }
    }

    private static string? Saying(Ec2Estate left) =>
        left.Standing.Count() is > 0 and var standing ? $"ending {standing} {(standing == 1 ? "instance" : "instances")}"
        : left.IsEmpty ? "looking whether anything is still to come"
        : "removing key pairs and security groups";

    /// <summary>Asks for all that can go now. What something else still uses goes the next time.</summary>
    /// <returns>Why something does not go; null where nothing was refused.</returns>
    private async Task<Ec2Exception?> TakeAwayAsync(Ec2Estate left, CancellationToken cancellationToken)
    {
        Ec2Exception? refusal = null;
        // One that is being shut down is on its way.
        var ending = left.Standing.Where(instance => instance.State is not "shutting-down").Select(instance => instance.Id).ToList();
        if (ending.Count > 0 && !await TryAsync("end the instances", ec2 => EndAsync(ec2, ending)))
        {
            // One that is protected or has just gone holds up no other.
            refusal = null;
            foreach (var id in ending)
                await TryAsync($"end the instance {id}", ec2 => EndAsync(ec2, [id]));
        }
        foreach (var key in left.Keys)
            await TryAsync($"remove the key pair {key.Name}", ec2 => ec2.DeleteKeyPairAsync(new DeleteKeyPairRequest { KeyName = key.Name }, cancellationToken));
        if (left.Standing.Any())
            return refusal;
        // Both went with their instances, unless somebody has taken them off.
        foreach (var card in left.Interfaces.Where(card => card.Name == "available"))
            await TryAsync($"remove the network interface {card.Id}", ec2 => ec2.DeleteNetworkInterfaceAsync(new DeleteNetworkInterfaceRequest { NetworkInterfaceId = card.Id }, cancellationToken));
        foreach (var volume in left.Volumes.Where(volume => volume.Name == "available"))
            await TryAsync($"remove the volume {volume.Id}", ec2 => ec2.DeleteVolumeAsync(new DeleteVolumeRequest { VolumeId = volume.Id }, cancellationToken));
        // A group goes only once nothing uses it any more, also nothing that is not shown yet.
        foreach (var group in left.Groups)
            await TryAsync($"remove the security group {group.Name}", ec2 => ec2.DeleteSecurityGroupAsync(new DeleteSecurityGroupRequest { GroupId = group.Id }, cancellationToken));
        return refusal;

        Task<TerminateInstancesResponse> EndAsync(IAmazonEC2 ec2, List<string> ids) =>
            ec2.TerminateInstancesAsync(new TerminateInstancesRequest { InstanceIds = ids }, cancellationToken);

        async Task<bool> TryAsync<T>(string doing, Func<IAmazonEC2, Task<T>> call)
        {
            try
            {
                await account.CallAsync(doing, call, cancellationToken);
                return true;
            }
            catch (Ec2Exception held) when (held.Code is not null)
            {
                if (!held.IsNotFound)
                    refusal = held;
                return false;
            }
        }
    }
}
