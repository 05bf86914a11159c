using System.Globalization;
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
            TroubleKind.Delay => await DelayAsync(trouble.Amount, cancellationToken),
            TroubleKind.Loss => await LoseAsync(trouble.Amount, cancellationToken),
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
            if (container.NetworkSettings?.Networks?.ContainsKey(_names.DataNetwork) is not true)
                await ContainerSet.ConnectAsync(client, _names, Name, Address, cancellationToken);
            else if (container.State is { Running: true, Paused: false })
                await AsRootAsync($"""
                    {Device}
                    ! command -v tc >/dev/null || tc qdisc del dev "$device" root 2>/dev/null
                    ! command -v nft >/dev/null || nft delete table inet {LossTable} 2>/dev/null
                    """, cancellationToken);
        }, cancellationToken);
        return $"{Name}'s network is as it was.";
    }

    private const string LossTable = "pghatutor";

    /// <summary>The device by which it reaches the others, as $device.</summary>
    private string Device => $"device=$(ip -o -4 address show to {Bash.Quote(Address)} 2>/dev/null | while read -r _ name _; do echo \"$name\"; done)";

    /// <summary>All on the way out: the answers come at once, so that a round trip takes what two delayed ways would.</summary>
    private async Task<string> DelayAsync(int milliseconds, CancellationToken cancellationToken)
    {
        var said = await AsRootAsync(string.Create(CultureInfo.InvariantCulture, $"""
            command -v tc >/dev/null && command -v ip >/dev/null || exit 0
            {Device}
            tc qdisc replace dev "$device" root netem delay {2 * milliseconds}ms && echo done
            """), cancellationToken);
        return said == "done"
            ? $"Each packet between {Name} and the others comes {milliseconds} ms later; a round trip takes {2 * milliseconds} ms more."
            : throw Cannot("delayed", "tc (of iproute2), and netem in the kernel that the containers run on", said);
    }

    /// <summary>By nft both ways alike; by tc, where there is no nft, as many more on the way out.</summary>
    private async Task<string> LoseAsync(int percent, CancellationToken cancellationToken)
    {
        // Of a hundred, nft numbers the packets from 0 to 99, and refuses to compare with a hundred.
        var some = percent == 100 ? "" : $"numgen random mod 100 < {percent}";
        var said = await AsRootAsync(string.Create(CultureInfo.InvariantCulture, $$"""
            {{Device}}
            if command -v nft >/dev/null; then
              nft delete table inet {{LossTable}} 2>/dev/null
              nft -f - <<END && echo done
              table inet {{LossTable}} {
                chain in { type filter hook input priority 0; iifname "$device" {{some}} drop; }
                chain out { type filter hook output priority 0; oifname "$device" {{some}} drop; }
              }
            END
            elif command -v tc >/dev/null; then
              tc qdisc replace dev "$device" root netem loss {{100 - ((100 - percent) * (100 - percent) / 100.0):0.##}}% && echo done
            fi
            """), cancellationToken);
        return said == "done"
            ? $"{percent} of 100 packets between {Name} and the others are lost, each way."
            : throw Cannot("lost", "nft (of nftables), or tc (of iproute2) with netem in the kernel that the containers run on", said);
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
        await AskAsync($"power {Name} on", async client =>
        {
            await client.Containers.StartContainerAsync(Container, null, cancellationToken);
            await AsRootAsync($"rm -f {OffFile}", cancellationToken);
        }, cancellationToken);
        return $"{Name} is up. Its servers do not start by themselves.";
    }

    private async Task<string> RebootAsync(CancellationToken cancellationToken)
    {
        await AskAsync(
            $"reboot {Name}", client => client.Containers.RestartContainerAsync(Container, new ContainerRestartParameters { WaitBeforeKillSeconds = 1 }, cancellationToken), cancellationToken);
        return $"{Name} went down and is up again. Its servers do not start by themselves.";
    }

    private HostException Cannot(string what, string needs, string said) => new(
        $"Packets of {Name} cannot be {what}: it takes {needs}{(said.Length > 0 ? $"; {said.TrimEnd('.')}" : ", and the image has no such program")}. Cutting it off works everywhere. For this, name an image that has them (--target docker:IMAGE), or use SSH hosts.");

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
