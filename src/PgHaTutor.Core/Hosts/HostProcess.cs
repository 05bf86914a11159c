namespace PgHaTutor.Hosts;

/// <summary>A living process of a host, as it was when it was looked at.</summary>
/// <param name="Program">The name of its program, without a folder, for example <c>postgres</c>.</param>
/// <param name="WorkingDirectory">Where it works, without symbolic links; null where we may not know.</param>
/// <param name="IsDirectoryDeleted">The working directory has been deleted underneath it.</param>
/// <param name="Session">The id of its session.</param>
public sealed record HostProcess(int Pid, int Parent, int Session, string Program, string? WorkingDirectory, bool IsDirectoryDeleted);
