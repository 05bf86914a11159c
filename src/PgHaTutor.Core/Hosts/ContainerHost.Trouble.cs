using Docker.DotNet;
using Docker.DotNet.Models;

namespace PgHaTutor.Hosts;

/// <summary>What can happen to a container: to its data network, or to its power.</summary>
public sealed partial class ContainerHost
{
    /// <summary>In the container: its power was taken on purpose, so it is not started again with the rest of the lab.</summary>
    private const string OffFile = "/.pghatutor-off";

    private const string NotConnected = "is not connected";

    public override async Task<string> SufferAsync(HostTrouble trouble, IReadOnlyList<string> peers, CancellationToken cancellationToken = default)
    {
        return trouble.Kind switch
        {
            TroubleKind.Cut => await CutAsync(cancellationToken),
            TroubleKind.Delay or TroubleKind.Loss => await DisturbAsync(trouble, peers, cancellationToken),
            TroubleKind.PowerOff => await PowerOffAsync(cancellationToken),
            TroubleKind.PowerOn => await PowerOnAsync(cancellationToken),
            TroubleKind.Reboot => await RebootAsync(cancellationToken),
            _ => await HealAsync(cancellationToken),
        };
    }

    /// <summary>Whether its power was taken on purpose.</summary>
    internal static async Task<bool> IsOffAsync(DockerClient client, string container, CancellationToken cancellationToken)
    {
        try
        {
            await client.Containers.GetArchiveFromContainerAsync(container, new ContainerPathStatParameters { Path = OffFile }, statOnly: true, cancellationToken);
            return true;
        }
        catch (DockerApiException none) when (none.StatusCode is System.Net.HttpStatusCode.NotFound)
        {
            return false;
        }
    }

    private async Task<string> CutAsync(CancellationToken cancellationToken)
    {
        await AskAsync($"cut {Name} off", async client =>
        {
            try
            {
                await client.Networks.DisconnectNetworkAsync(_names.DataNetwork, new NetworkDisconnectParameters { Container = Container, Force = true }, cancellationToken);
            }
            catch (DockerApiException already) when (ContainerSet.IsAbout(already, NotConnected))
            {
                // It is cut off.
            }
        }, cancellationToken);
        return $"{Name} is cut off: its container left the network of the lab's nodes.";
    }

    private async Task<string> HealAsync(CancellationToken cancellationToken)
    {
        await AskAsync($"join {Name} to the others again", async client =>
        {
            var container = await client.Containers.InspectContainerAsync(Container, cancellationToken);
            // Routes of a delay would keep it from being joined again.
            if (container.State is { Running: true, Paused: false })
                await AsRootAsync(NetworkScripts.Heal, cancellationToken);
            if (container.NetworkSettings?.Networks?.ContainsKey(_names.DataNetwork) is not true)
                await ContainerSet.ConnectAsync(client, _names, Name, Address, cancellationToken);
        }, cancellationToken);
        return $"{Name}'s network is as it was.";
    }

    private async Task<string> DisturbAsync(HostTrouble trouble, IReadOnlyList<string> peers, CancellationToken cancellationToken)
    {
        if (peers.Count == 0)
            throw new HostException($"The lab has no other host than {Name}, so there is no network between its nodes.");
        var said = await AsRootAsync($"{NetworkScripts.Of(trouble, peers)}\necho done", cancellationToken);
        if (said != "done")
            throw new HostException($"“{trouble}” could not be done on {Name}: {said}. Cutting it off works everywhere. For this, name an image that has what is missing (--target docker:IMAGE), or use SSH hosts.");
        return trouble.Kind is TroubleKind.Delay
            ? $"A round trip between {Name} and {string.Join(", ", peers)} takes {trouble.Amount} ms more."
            : $"{trouble.Amount} % of the packets between {Name} and {string.Join(", ", peers)} are lost.";
    }

    private async Task<string> PowerOffAsync(CancellationToken cancellationToken)
    {
        await AskAsync($"take {Name}'s power", async client =>
        {
            // Testcontainers' own idea of its state would be stale.
            if ((await client.Containers.InspectContainerAsync(Container, cancellationToken)).State is not { Running: true } state)
                return;
            if (!state.Paused)
                await AsRootAsync($": >{OffFile}", cancellationToken);
            await client.Containers.KillContainerAsync(Container, new ContainerKillParameters { Signal = "SIGKILL" }, CancellationToken.None);
        }, cancellationToken);
        return $"{Name} is off: its container was killed, with all that ran in it.";
    }

    private async Task<string> PowerOnAsync(CancellationToken cancellationToken)
    {
        var wasOff = false;
        await AskAsync($"power {Name} on", async client =>
        {
            wasOff = await client.Containers.StartContainerAsync(Container, null, cancellationToken);
            await AsRootAsync($"rm -f {OffFile}", cancellationToken);
        }, cancellationToken);
        return $"{Name} is up{(wasOff ? " again. Its servers do not start by themselves" : "")}.";
    }

    private async Task<string> RebootAsync(CancellationToken cancellationToken)
    {
        await AskAsync(
            $"reboot {Name}", client => client.Containers.RestartContainerAsync(Container, new ContainerRestartParameters { WaitBeforeKillSeconds = 1 }, cancellationToken), cancellationToken);
        return $"{Name} went down and is up again. Its servers do not start by themselves.";
    }

    private async Task AskAsync(string doing, Func<DockerClient, Task> question, CancellationToken cancellationToken)
    {
        try
        {
            await _engine.AskAsync(doing, question, cancellationToken);
        }
        catch (HostException refused) when (refused.InnerException is DockerContainerNotFoundException)
        {
            throw Gone(refused);
        }
    }
}
