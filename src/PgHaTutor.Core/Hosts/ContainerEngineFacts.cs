namespace PgHaTutor.Hosts;

/// <summary>What a Docker engine says of itself.</summary>
/// <param name="Address">For example <c>unix:///var/run/docker.sock</c>.</param>
/// <param name="Version">Of the engine, for example <c>28.2.2</c>.</param>
/// <param name="ApiVersion">The version of its API that is spoken with it.</param>
public sealed record ContainerEngineFacts(string Address, string Version, string ApiVersion);
