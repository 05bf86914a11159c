using Docker.DotNet;
using Docker.DotNet.Models;

namespace PgHaTutor.Hosts;

/// <summary>A container as a host: no server is its main process, so servers in it come and go as on any machine.</summary>
/// <remarks>Commands go through the engine and not through a network, so that the lab reaches a host that is cut off.</remarks>
public sealed partial class ContainerHost : RemoteHost
{
    /// <summary>The account that every image of PostgreSQL has.</summary>
    public const string ServersUser = "postgres";

    private readonly ContainerEngine _engine;
    private readonly ContainerNames _names;
    private readonly Dictionary<int, ContainerPort> _ports = [];
    private readonly Lock _lock = new();

    /// <param name="node">Its name in the lab.</param>
    /// <param name="address">On the data network; null where the container cannot be asked, or is gone.</param>
    internal ContainerHost(ContainerEngine engine, ContainerNames names, string node, string? address)
    {
        (_engine, _names, Name) = (engine, names, node);
        // Its name leads to the same address there.
        Address = address ?? node;
        Container = names.ContainerOf(node);
    }

    /// <summary>Where the docker program is here; null where it is not on the PATH.</summary>
    public static string? DockerProgram =>
        Environment.GetEnvironmentVariable("PATH")?.Split(Path.PathSeparator).Select(folder => Path.Combine(folder, "docker")).FirstOrDefault(File.Exists);

    public override string Name { get; }

    public override string Address { get; }

    public override string User => ServersUser;

    /// <summary>Its name for the docker program.</summary>
    public string Container { get; }

    public override IReadOnlyList<string> VisitorAddresses => ContainerSubnet.ByAddress(Address) is { } subnet ? [subnet.ManagementGateway] : [];

    public override Foreground InForeground(
        IReadOnlyList<string> words, IReadOnlyDictionary<string, string> environment, string folder)
    {
        var program = DockerProgram
            ?? throw new HostException("The docker program is not on the PATH, and only it can lend a container your terminal. Install it (Debian and Ubuntu: docker-cli or docker.io; Docker Desktop brings it). Commands at the prompt work without it.");
        var all = new Dictionary<string, string>(environment) { ["USER"] = User, ["LOGNAME"] = User };
        return new Foreground(program,
        [
            .. _engine.Known is { } engine ? (string[])["--host", engine.Address] : [],
            "exec", "--interactive", .. Console.IsInputRedirected ? (string[])[] : ["--tty"],
            "--user", User, "--workdir", folder,
            // Named only, so that passwords stand in no list of processes; PATH is for there, and not for the docker program.
            .. all.Keys.SelectMany(name => new[] { "--env", name == "PATH" ? $"PATH={all[name]}" : name }),
            Container, .. words.Count > 0 ? words : ["bash"],
        ], all.Where(one => one.Key != "PATH").ToDictionary(), WorkingDirectory: null);
    }

    public override Task<Route> RouteAsync(int port, CancellationToken cancellationToken = default)
    {
        ContainerPort? leading;
        lock (_lock)
        {
            if (!_ports.TryGetValue(port, out leading))
                _ports[port] = leading = new ContainerPort(port, StartRelayAsync);
        }
        return leading.RouteAsync(cancellationToken);
    }

    public override async ValueTask DisposeAsync()
    {
        List<ContainerPort> ports;
        lock (_lock)
        {
            ports = [.. _ports.Values];
            _ports.Clear();
        }
        foreach (var port in ports)
            await port.DisposeAsync();
        await base.DisposeAsync();
    }

    /// <summary>Makes the folder that labs live in, and finds out whether the image has what a host needs.</summary>
    /// <exception cref="HostException">It has not.</exception>
    internal async Task PrepareAsync(string root, CancellationToken cancellationToken)
    {
        var said = await AsRootAsync($$"""
            command -v bash >/dev/null && command -v setsid >/dev/null || { echo "lacks bash or setsid (of util-linux), and the lab's commands need both"; exit; }
            id {{User}} >/dev/null 2>&1 || { echo "has no account {{User}}, as every image of PostgreSQL has"; exit; }
            mkdir -p {{Bash.Quote(root)}} && chown {{User}} {{Bash.Quote(root)}} && chmod 700 {{Bash.Quote(root)}}
            """, cancellationToken, shell: "sh");
        if (said.Length > 0)
            throw new HostException($"The image of {Name}'s container cannot be used: it {said}. Use an official one (--target docker) or one that is made from it.");
    }

    protected override Task<RemoteProcess> StartAsync(CancellationToken cancellationToken) => StartAsync(User, ShellWords, cancellationToken);

    protected override HostUnreachableException NoShell(string said, int? exitCode) => new(
        Name, said == "root"
            ? $"The account {User} of {Name}'s image is root, which PostgreSQL refuses. Use an official image: --target docker."
            : $"{Name}'s container gave no shell: {(said.Trim() is { Length: > 0 } words ? words : "it said nothing")}. Look at it: docker logs {Container}");

    protected override HostUnreachableException Cut() => new(
        Name, $"{Name} was lost while a command ran there: its container {Container} was stopped, or Docker was. What the command had done until then stands. Power {Name} on again, then go on.");

    private Task<RemoteProcess> StartRelayAsync(CancellationToken cancellationToken) => StartAsync(User, ContainerPort.Relay, cancellationToken);

    private async Task<RemoteProcess> StartAsync(string user, IReadOnlyList<string> words, CancellationToken cancellationToken)
    {
        try
        {
            var engine = await _engine.ConnectAsync(cancellationToken);
            return await ContainerProcess.StartAsync(engine.Client, Container, user, words, cancellationToken);
        }
        catch (DockerContainerNotFoundException gone)
        {
            throw Gone(gone);
        }
        catch (DockerApiException refused)
        {
            throw new HostUnreachableException(Name, Refused(ContainerEngine.Said(refused)), refused);
        }
        catch (Exception away) when (ContainerEngine.IsAway(away) || away is HostException)
        {
            throw new HostUnreachableException(Name, away is HostException told ? told.Message : $"Docker was lost on the way to {Name}: {ContainerEngine.Said(away)}", away);
        }
    }

    private HostUnreachableException Gone(Exception inner) => new(
        Name, $"{Name}'s container {Container} is gone; somebody removed it. Leave the lesson and open it anew: tutor down.", inner);

    private string Refused(string said) =>
        said.Contains("is paused", StringComparison.Ordinal)
            ? $"{Name} is frozen: its container {Container} is paused. Let it go on: docker unpause {Container}"
        : said.Contains("not running", StringComparison.Ordinal)
            ? $"{Name} is powered off: its container {Container} does not run. Power it on again: tutor undo, or docker start {Container}"
        : said.Contains("unable to find user", StringComparison.Ordinal)
            ? $"The image of {Name}'s container has no account {User}, as every image of PostgreSQL has. Use an official one (--target docker) or one that is made from it."
        : $"Docker could not run a command on {Name}: {said}";

    /// <summary>Runs a script as the container's root.</summary>
    /// <returns>What it printed, both streams, without the last line's end.</returns>
    private async Task<string> AsRootAsync(string script, CancellationToken cancellationToken, string shell = "bash")
    {
        await using var process = await StartAsync("0", [shell, "-c", script], cancellationToken);
        using var giveUp = cancellationToken.Register(process.Abandon);
        process.Input.Dispose();
        var said = await Task.WhenAll(new StreamReader(process.Output).ReadToEndAsync(CancellationToken.None), new StreamReader(process.Errors).ReadToEndAsync(CancellationToken.None));
        cancellationToken.ThrowIfCancellationRequested();
        return string.Concat(said).Trim().Replace('\n', ' ');
    }
}
