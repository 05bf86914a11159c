namespace PgHaTutor.Labs;

/// <summary>A node's observation with what only the search for contradictions needs.</summary>
/// <param name="UpstreamPort">The port that primary_conninfo names on a running standby; null where none.</param>
internal sealed record NodeSeen(NodeObservation Node, int? UpstreamPort = null);
