namespace PgHaTutor.Hosts;

/// <summary>Ports of this machine that were free a moment ago are not any more; others may be.</summary>
internal sealed class PortsTakenException(string message, Exception inner) : HostException(message, inner);
