using System.Net.Sockets;
using Docker.DotNet;
using Docker.DotNet.Handler.Abstractions;
using Docker.DotNet.Models;
using Docker.DotNet.X509;
using Version = System.Version;

namespace PgHaTutor.Hosts;

/// <summary>The Docker engine that containers run on: DOCKER_HOST, else the docker program's context, else where engines usually listen.</summary>
/// <remarks>Nothing is asked of it before it is needed; one that was away is asked again.</remarks>
/// <param name="address">This very engine.</param>
public sealed class ContainerEngine(Uri? address = null) : IDisposable
{
    /// <summary>What Testcontainers and this program are written for. Older engines are spoken to in their own version.</summary>
    private static readonly Version Wanted = new(1, 44);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _door = new(1);
    private Connection? _connection;

    /// <summary>What it says of itself.</summary>
    /// <exception cref="HostException">It cannot be used; the message says why, and what to do.</exception>
    public async Task<ContainerEngineFacts> AskAsync(CancellationToken cancellationToken = default) =>
        (await ConnectAsync(cancellationToken)).Facts;

    /// <summary>What it said last; null before anything was asked of it.</summary>
    public ContainerEngineFacts? Known => _connection?.Facts;

    /// <summary>The image with that name; null where it is not on the engine.</summary>
    public Task<ContainerImage?> FindImageAsync(string name, CancellationToken cancellationToken = default) =>
        AskAsync($"look for the image {name}", async client =>
        {
            try
            {
                var found = await client.Images.InspectImageAsync(name, cancellationToken);
                var environment = (found.Config?.Env ?? []).Select(line => line.Split('=', 2)).Where(pair => pair.Length == 2);
                return new ContainerImage(name, environment.ToDictionary(pair => pair[0], pair => pair[1])) { Volumes = [.. found.Config?.Volumes?.Keys ?? []] };
            }
            catch (DockerApiException wrong) when (Said(wrong).Contains("invalid reference format", StringComparison.Ordinal))
            {
                throw new HostException($"'{name}' cannot be the name of an image. Write it as docker does, for example --target docker:postgres:17; it has small letters and no blanks.", wrong);
            }
            catch (DockerImageNotFoundException)
            {
                return null;
            }
        }, cancellationToken);

    /// <summary>The image with that name; fetched where it is not on the engine.</summary>
    /// <param name="progress">Told of the fetching, in words.</param>
    /// <exception cref="HostException">It is not there, and could not be fetched.</exception>
    public async Task<ContainerImage> ImageAsync(string name, IProgress<string>? progress = null, CancellationToken cancellationToken = default)
    {
        if (await FindImageAsync(name, cancellationToken) is { } there)
            return there;
        var fetching = new ImageFetching(name, progress);
        try
        {
            await (await ConnectAsync(cancellationToken)).Client.Images.CreateImageAsync(new ImagesCreateParameters { FromImage = WithTag(name) }, null, fetching, cancellationToken);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            throw NotFetched(name, Said(failure), failure);
        }
        return await FindImageAsync(name, cancellationToken) ?? throw NotFetched(name, fetching.Problem ?? "the engine does not say why", null);
    }

    public void Dispose()
    {
        _connection?.Client.Dispose();
        _door.Dispose();
    }

    /// <summary>Asks something of the engine.</summary>
    /// <param name="doing">What for, as in <c>could not …</c>.</param>
    /// <exception cref="HostException">It cannot be used, or refused.</exception>
    internal async Task<T> AskAsync<T>(string doing, Func<DockerClient, Task<T>> question, CancellationToken cancellationToken)
    {
        var (client, endpoint, _) = await ConnectAsync(cancellationToken);
        try
        {
            return await question(client);
        }
        catch (DockerApiException refused)
        {
            throw new HostException($"Docker could not {doing}: {Said(refused)}", refused);
        }
        catch (Exception away) when (IsAway(away))
        {
            throw Away(endpoint.Endpoint, away);
        }
    }

    internal async Task AskAsync(string doing, Func<DockerClient, Task> question, CancellationToken cancellationToken) =>
        await AskAsync(doing, async client =>
        {
            await question(client);
            return true;
        }, cancellationToken);

    /// <summary>The engine, once it has said which version of its API it speaks.</summary>
    internal async Task<Connection> ConnectAsync(CancellationToken cancellationToken)
    {
        if (_connection is { } connection)
            return connection;
        await _door.WaitAsync(cancellationToken);
        try
        {
            return _connection ??= await NewConnectionAsync(cancellationToken);
        }
        finally
        {
            _door.Release();
        }
    }

    /// <summary>The reason in the engine's own words, without what HTTP put around it.</summary>
    internal static string Said(Exception failure)
    {
        while (failure.InnerException is { } inner)
            failure = inner;
        if (failure is not DockerApiException { ResponseBody: { Length: > 0 } body })
            return failure.Message;
        try
        {
            return System.Text.Json.JsonDocument.Parse(body).RootElement.GetProperty("message").GetString() ?? body;
        }
        catch (Exception other) when (other is System.Text.Json.JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return body.Trim();
        }
    }

    private async Task<Connection> NewConnectionAsync(CancellationToken cancellationToken)
    {
        var endpoint = new ContainerEndpoint(address ?? Address(), Certificates(), null);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            using var anyVersion = endpoint.GetDockerClientBuilder().Build();
            var version = await anyVersion.System.GetVersionAsync(patience.Token);
            if (version.Os == "windows")
                throw new HostException("Docker runs Windows containers just now, and PostgreSQL's images are for Linux. Switch it to Linux containers.");
            endpoint = endpoint with { Version = Agreed(version.APIVersion, version.MinAPIVersion) };
            return new Connection(
                endpoint.GetDockerClientBuilder().Build(), endpoint,
                new ContainerEngineFacts(endpoint.Endpoint.ToString(), version.Version, $"{endpoint.Version}"));
        }
        catch (Exception away) when (IsAway(away) || away is DockerApiException or NotSupportedException or SshDockerEndpointNotSupportedException || (away is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw Away(endpoint.Endpoint, away);
        }
    }

    /// <summary>The wanted version, or the nearest that the engine speaks.</summary>
    internal static Version Agreed(string? newest, string? oldest)
    {
        if (Version.TryParse(newest, out var most) && most < Wanted)
            return most;
        return Version.TryParse(oldest, out var least) && least > Wanted ? least : Wanted;
    }

    private static Uri Address()
    {
        try
        {
            var named = DockerConfig.Instance.GetEndpoint();
            // The docker program's own default, without a context; other ways to install an engine put its socket elsewhere.
            return named.Scheme == "unix" && !File.Exists(named.LocalPath) && Environment.GetEnvironmentVariable("DOCKER_HOST") is not { Length: > 0 }
                ? UsualSockets().Where(File.Exists).Select(path => new Uri($"unix://{path}")).FirstOrDefault(named)
                : named;
        }
        catch (Exception wrong) when (wrong is UriFormatException or DockerConfigurationException or IOException or System.Text.Json.JsonException)
        {
            throw new HostException($"It cannot be told where Docker is: {wrong.Message} Mend DOCKER_HOST ({Environment.GetEnvironmentVariable("DOCKER_HOST") ?? "not set"}) or the docker program's context (docker context ls).", wrong);
        }
    }

    private static IEnumerable<string> UsualSockets()
    {
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        yield return Path.Combine(home, ".docker/run/docker.sock");
        yield return Path.Combine(home, ".docker/desktop/docker.sock");
        if (Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR") is { Length: > 0 } own)
            yield return Path.Combine(own, "docker.sock");
    }

    /// <summary>As the docker program: with DOCKER_TLS_VERIFY, what lies in DOCKER_CERT_PATH.</summary>
    private static IAuthProvider? Certificates()
    {
        if (Environment.GetEnvironmentVariable("DOCKER_TLS_VERIFY") is not { Length: > 0 })
            return null;
        var folder = Environment.GetEnvironmentVariable("DOCKER_CERT_PATH") is { Length: > 0 } named
            ? named
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".docker");
        try
        {
            return DockerTlsCertificates.LoadFromDirectory(folder).CreateCredentials();
        }
        catch (Exception missing) when (missing is IOException or System.Security.Cryptography.CryptographicException)
        {
            throw new HostException($"DOCKER_TLS_VERIFY is set, and the certificates in {folder} cannot be read: {missing.Message} Set DOCKER_CERT_PATH, or unset DOCKER_TLS_VERIFY.", missing);
        }
    }

    internal static bool IsAway(Exception failure) => failure is HttpRequestException or IOException or SocketException or TimeoutException or InvalidOperationException or AggregateException;

    /// <summary>Tells that the engine does not answer, why, and what helps.</summary>
    internal static HostException Away(Uri endpoint, Exception failure)
    {
        var socket = failure;
        while (socket is not SocketException && socket.InnerException is { } inner)
            socket = inner;
        var path = endpoint.Scheme == "unix" ? endpoint.LocalPath : null;
        var (why, then) = socket switch
        {
            _ when path is not null && !File.Exists(path) => ("no such socket", "Install Docker, or start it (sudo systemctl start docker; Docker Desktop)."),
            SocketException { SocketErrorCode: SocketError.AccessDenied } => ("permission denied", "Let your account use it: sudo usermod -aG docker \"$USER\", then sign in again."),
            SocketException { SocketErrorCode: SocketError.ConnectionRefused } => ("nothing listens there", "Start Docker (sudo systemctl start docker; Docker Desktop)."),
            OperationCanceledException => ($"no answer within {Patience.TotalSeconds:0} s", "Look whether Docker still starts, or restart it."),
            SshDockerEndpointNotSupportedException => ("engines behind ssh are not supported", "Name that machine as an SSH host instead: --target ssh:INVENTORY."),
            _ => (Said(failure), "Look whether that is a Docker engine, and whether it runs: docker version."),
        };
        var named = Environment.GetEnvironmentVariable("DOCKER_HOST") is { Length: > 0 } ? " It is DOCKER_HOST that names this engine; unset it if another one is meant." : "";
        return new HostException($"Docker cannot be used at {endpoint.ToString().TrimEnd('/')}: {why.TrimEnd('.')}. {then}{named}", failure);
    }

    private static HostException NotFetched(string name, string why, Exception? inner) => new(
        $"The image {name} is not on the Docker engine, and could not be fetched: {why.TrimEnd('.')}. Fetch it where there is a network (docker pull {name}), bring it along (docker save, docker load), or name one that is there: --target docker:IMAGE.", inner);

    /// <summary>Without a tag, all of a repository's images would be fetched.</summary>
    private static string WithTag(string name) => name.Contains('@') || name.LastIndexOf(':') > name.LastIndexOf('/') ? name : $"{name}:latest";

    internal sealed record Connection(DockerClient Client, ContainerEndpoint Endpoint, ContainerEngineFacts Facts);
}
