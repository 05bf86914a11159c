namespace PgHaTutor.Labs;

/// <summary>A PostgreSQL cluster of a host's own, which its distribution made; labs leave it alone.</summary>
/// <param name="Name">As pg_lsclusters has it, <c>15/main</c>; else its data directory.</param>
/// <param name="Runs">Whether somebody listens on its port.</param>
public sealed record SystemCluster(string Name, int Port, bool Runs);
