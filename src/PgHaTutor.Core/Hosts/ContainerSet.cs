using System.Net.Sockets;
using Docker.DotNet;
using Docker.DotNet.Models;
using DotNet.Testcontainers.Builders;
using DotNet.Testcontainers.Images;
using Microsoft.Extensions.Logging.Abstractions;

namespace PgHaTutor.Hosts;

/// <summary>The containers and networks of one lab: made together, found and removed by their labels whatever made them.</summary>
/// <param name="home">Whose lab it is; a label tells it.</param>
internal sealed class ContainerSet(ContainerEngine engine, ContainerNames names, string home)
{
    /// <summary>The ports of servers in a container that are published on this machine's loopback address, in a row.</summary>
    public const int FirstPublished = 5432;
    public const int Published = 4;

    /// <summary>/dev/net/tun, whether it is there yet or not.</summary>
    private const string NetworkDevices = "c 10:200 rwm";

    /// <summary>Makes the networks, and a container for each node.</summary>
    /// <param name="nodes">Node → the first of the <see cref="Published"/> loopback ports that are its own.</param>
    /// <param name="root">The folder that labs live in, made in each container.</param>
    /// <exception cref="PortsTakenException">Somebody else has one of the ports.</exception>
    /// <exception cref="HostException">It could not be done. What was made is still there.</exception>
    public async Task<IReadOnlyList<ContainerHost>> MakeAsync(
        ContainerImage image, IReadOnlyList<(string Node, int FirstPort)> nodes, string root, CancellationToken cancellationToken)
    {
        var connection = await engine.ConnectAsync(cancellationToken);
        try
        {
            // Without root, an engine can give no device away, and Podman refuses to be asked.
            var info = await connection.Client.System.GetSystemInfoAsync(cancellationToken);
            string[] devices = info.SecurityOptions?.Contains("name=rootless") is true ? [] : [NetworkDevices];
            var subnet = await MakeNetworksAsync(connection, cancellationToken);
            return await Task.WhenAll(nodes.Select((one, index) => MakeAsync(connection, image, one.Node, one.FirstPort, subnet.AddressOf(index), devices, root, cancellationToken)));
        }
        catch (DockerApiException refused) when (IsAbout(refused, "already allocated", "already in use", "Ports are not available"))
        {
            throw new PortsTakenException($"Docker could not publish the ports of the lab's containers: {ContainerEngine.Said(refused)}", refused);
        }
        catch (Exception failure) when (failure is DockerApiException || ContainerEngine.IsAway(failure))
        {
            throw failure.GetBaseException() is SocketException
                ? ContainerEngine.Away(connection.Endpoint.Endpoint, failure)
                : new HostException($"Docker could not make the lab's containers: {ContainerEngine.Said(failure)}", failure);
        }
    }

    /// <summary>The lab's containers; those that stopped with Docker are started again, those whose power was taken are not.</summary>
    public Task<IReadOnlyList<ContainerHost>> FindAsync(IReadOnlyList<string> nodes, CancellationToken cancellationToken) =>
        engine.AskAsync("look for the lab's containers", async client =>
        {
            var found = (await client.Containers.ListContainersAsync(new ContainersListParameters { All = true, Filters = Labelled }, cancellationToken))
                .ToLookup(container => container.Labels.TryGetValue(ContainerNames.NodeLabel, out var node) ? node : "");
            await Task.WhenAll(found.SelectMany(each => each).Where(container => container.State is "exited" or "created").Select(container => StartAgainAsync(client, container, cancellationToken)));
            return (IReadOnlyList<ContainerHost>)
                [.. nodes.Select(node => new ContainerHost(engine, names, node, AddressOf(found[node].FirstOrDefault())))];
        }, cancellationToken);

    /// <summary>Removes all that carries the lab's label, with the volumes that the image asked for.</summary>
    /// <returns>What is still there and why, a sentence each.</returns>
    public Task<IReadOnlyList<string>> RemoveAsync(CancellationToken cancellationToken) =>
        engine.AskAsync("remove the lab's containers", async client =>
        {
            var containers = await client.Containers.ListContainersAsync(new ContainersListParameters { All = true, Filters = Labelled }, cancellationToken);
            var networks = await client.Networks.ListNetworksAsync(new NetworksListParameters { Filters = Labelled }, cancellationToken);
            var volumes = await client.Volumes.ListAsync(new VolumesListParameters { Filters = Labelled }, cancellationToken);
            var left = new List<string?>();
            left.AddRange(await Task.WhenAll(containers.Select(one => TryAsync(
                $"the container {one.Names.FirstOrDefault()?.TrimStart('/') ?? one.ID}",
                () => client.Containers.RemoveContainerAsync(one.ID, new ContainerRemoveParameters { Force = true, RemoveVolumes = true }, cancellationToken)))));
            left.AddRange(await Task.WhenAll(networks.Select(one => TryAsync($"the network {one.Name}", () => client.Networks.DeleteNetworkAsync(one.ID, cancellationToken)))));
            left.AddRange(await Task.WhenAll((volumes.Volumes ?? []).Select(one => TryAsync($"the volume {one.Name}", () => client.Volumes.RemoveAsync(one.Name, force: true, cancellationToken)))));
            return (IReadOnlyList<string>)[.. left.OfType<string>()];
        }, cancellationToken);

    private static string? AddressOf(ContainerListResponse? container) =>
        container?.Labels.TryGetValue(ContainerNames.AddressLabel, out var address) is true ? address : null;

    private Dictionary<string, IDictionary<string, bool>> Labelled => new()
    {
        ["label"] = new Dictionary<string, bool> { [$"{ContainerNames.LabLabel}={names.Lab}"] = true },
    };

    private Dictionary<string, string> Labels => new() { [ContainerNames.LabLabel] = names.Lab, [ContainerNames.HomeLabel] = home };

    private async Task<ContainerSubnet> MakeNetworksAsync(ContainerEngine.Connection connection, CancellationToken cancellationToken)
    {
        foreach (var subnet in ContainerSubnet.Candidates(names.Lab))
            try
            {
                // Containers do not see each other on the management network, or a cut would leave them a way.
                await NewNetworkAsync(connection, names.ManagementNetwork, subnet.Management, subnet.ManagementGateway, cancellationToken,
                    parameters => parameters.Options = new Dictionary<string, string> { ["com.docker.network.bridge.enable_icc"] = "false" });
                await NewNetworkAsync(connection, names.DataNetwork, subnet.Data, subnet.DataGateway, cancellationToken, parameters => parameters.Internal = true);
                return subnet;
            }
            catch (DockerApiException refused) when (IsAbout(refused, "overlap"))
            {
                // Another network of the engine has some of these addresses. Its first half may be made already.
                await RemoveAsync(cancellationToken);
            }
        throw new HostException("No private network is left for the lab's containers: this machine or Docker has ways to all of 10.0.0.0/8, 172.16.0.0/12 and 192.168.0.0/16 that were tried. Remove networks that nobody uses: docker network prune");
    }

    private Task NewNetworkAsync(
        ContainerEngine.Connection connection, string name, string addresses, string gateway, CancellationToken cancellationToken, Action<NetworksCreateParameters> more) =>
        new NetworkBuilder()
            .WithDockerEndpoint(connection.Endpoint)
            .WithLogger(NullLogger.Instance)
            .WithName(name)
            .WithLabel(Labels)
            .WithCleanUp(false) // It stays when this program ends, and no other container (Ryuk) watches over it.
            .WithCreateParameterModifier(parameters => parameters.IPAM = new IPAM { Config = [new IPAMConfig { Subnet = addresses, Gateway = gateway }] })
            .WithCreateParameterModifier(more)
            .Build()
            .CreateAsync(cancellationToken);

    private async Task<ContainerHost> MakeAsync(
        ContainerEngine.Connection connection, ContainerImage image, string node, int firstPort, string address, string[] devices, string root, CancellationToken cancellationToken)
    {
        var builder = new ContainerBuilder(image.Name)
            .WithDockerEndpoint(connection.Endpoint)
            .WithLogger(NullLogger.Instance)
            .WithImagePullPolicy(PullPolicy.Never)
            .WithName(names.ContainerOf(node))
            .WithHostname(node)
            .WithNetwork(names.ManagementNetwork)
            .WithLabel(Labels)
            .WithLabel(ContainerNames.NodeLabel, node)
            .WithLabel(ContainerNames.AddressLabel, address)
            .WithCleanUp(false)
            .WithEntrypoint("sleep", "infinity")
            .WithCreateParameterModifier(parameters =>
            {
                // Without init, sleep takes no signal and nobody takes in the processes that servers leave behind.
                parameters.HostConfig!.Init = true;
                // For nft, tc and SlowLink.
                parameters.HostConfig.CapAdd = ["NET_ADMIN", "NET_RAW"];
                parameters.HostConfig.DeviceCgroupRules = devices;
                // The engine makes them anyway; with the lab's labels they are found also when somebody removes the container and leaves them.
                parameters.HostConfig.Mounts = [.. image.Volumes.Select(folder => new Mount { Type = "volume", Target = folder, VolumeOptions = new VolumeOptions { Labels = Labels } })];
                foreach (var binding in parameters.HostConfig.PortBindings.Values.SelectMany(bindings => bindings))
                    binding.HostIP = "127.0.0.1";
            });
        for (var port = 0; port < Published; port++)
            builder = builder.WithPortBinding(firstPort + port, FirstPublished + port);
        try
        {
            // Not disposed of: that would stop it.
            await builder.Build().StartAsync(cancellationToken);
            // Engines before API 1.44 take one network when they make a container.
            await ConnectAsync(connection.Client, names, node, address, cancellationToken);
            var host = new ContainerHost(engine, names, node, address);
            await host.PrepareAsync(root, cancellationToken);
            return host;
        }
        catch (Exception ended) when (ended is TimeoutException or HostUnreachableException)
        {
            throw new HostException($"The container of {node} does not stay up: {await LastWordsAsync(connection.Client, names.ContainerOf(node), cancellationToken)}. Its image, {image.Name}, must have the program sleep, as every official one has.", ended);
        }
    }

    /// <summary>What a container said, and how it ended.</summary>
    private static async Task<string> LastWordsAsync(DockerClient client, string container, CancellationToken cancellationToken)
    {
        var state = (await client.Containers.InspectContainerAsync(container, cancellationToken)).State;
        using var log = await client.Containers.GetContainerLogsAsync(container, new ContainerLogsParameters { ShowStdout = true, ShowStderr = true, Tail = "3" }, cancellationToken);
        var (output, errors) = await log.ReadOutputToEndAsync(cancellationToken);
        return $"{state?.Status ?? "gone"}, exit code {state?.ExitCode ?? 0}: {(output + errors).Trim().Replace('\n', ' ')}";
    }

    internal static Task ConnectAsync(DockerClient client, ContainerNames names, string node, string address, CancellationToken cancellationToken) =>
        client.Networks.ConnectNetworkAsync(names.DataNetwork, new NetworkConnectParameters
        {
            Container = names.ContainerOf(node),
            EndpointConfig = new EndpointSettings { IPAMConfig = new EndpointIPAMConfig { IPv4Address = address }, Aliases = [node] },
        }, cancellationToken);

    internal static bool IsAbout(DockerApiException refused, params ReadOnlySpan<string> words)
    {
        foreach (var word in words)
            if (ContainerEngine.Said(refused).Contains(word, StringComparison.OrdinalIgnoreCase))
                return true;
        return false;
    }

    private static async Task StartAgainAsync(DockerClient client, ContainerListResponse container, CancellationToken cancellationToken)
    {
        try
        {
            if (!await ContainerHost.IsOffAsync(client, container.ID, cancellationToken))
                await client.Containers.StartContainerAsync(container.ID, null, cancellationToken);
        }
        catch (DockerApiException)
        {
            // It tells when it is used, and so does its host.
        }
    }

    private static async Task<string?> TryAsync(string what, Func<Task> remove)
    {
        try
        {
            await remove();
            return null;
        }
        catch (DockerApiException refused) when (refused.StatusCode is System.Net.HttpStatusCode.NotFound || IsAbout(refused, "already in progress"))
        {
            return null;
        }
        catch (DockerApiException refused)
        {
            return $"{what} is still there: {ContainerEngine.Said(refused)}";
        }
    }
}
