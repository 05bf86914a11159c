using Docker.DotNet;
using Docker.DotNet.Handler.Abstractions;
using DotNet.Testcontainers.Configurations;

namespace PgHaTutor.Hosts;

/// <summary>Where a Docker engine is, and the version of its API that is spoken; in the form that Testcontainers asks for.</summary>
/// <param name="Version">Whatever the engine speaks best where null.</param>
internal sealed record ContainerEndpoint(Uri Endpoint, IAuthProvider? AuthProvider, Version? Version) : IDockerEndpointAuthenticationConfiguration
{
    public DockerClientBuilder GetDockerClientBuilder(Guid sessionId = default) =>
        new DockerClientBuilder().WithEndpoint(Endpoint).WithAuthProvider(AuthProvider).WithApiVersion(Version);
}
