namespace PgHaTutor.Hosts;

/// <summary>Where ssh leads, and what it is told beyond the user's own configuration.</summary>
/// <param name="Destination">A host name, an address or an alias of ssh_config(5).</param>
public sealed record SshTarget(string Destination)
{
    /// <summary>The account to sign in as; the configuration's where null, as for the rest.</summary>
    public string? User { get; init; }

    public int? Port { get; init; }

    /// <summary>The file of the private key; then no other key is tried.</summary>
    public string? Key { get; init; }

    /// <summary>The jump hosts that ssh's configuration leads through; null where there are none.</summary>
    internal string? Jump { get; init; }

    /// <summary>In place of ~/.ssh/config.</summary>
    public string? ConfigFile { get; init; }

    /// <summary>In place of ~/.ssh/known_hosts.</summary>
    public string? KnownHosts { get; init; }

    /// <summary>The options for every call of ssh.</summary>
    /// <remarks>
    /// Never a question, because nobody may be there to answer; strict about host keys; a dead line is noticed within 15 s. What
    /// a configuration asks for beside the connection (forwards, a command of its own) would be done again by each call.
    /// </remarks>
    internal IReadOnlyList<string> Options =>
    [
        .. ConfigFile is null ? (string[])[] : ["-F", ConfigFile],
        .. User is null ? (string[])[] : ["-l", User],
        .. Port is null ? (string[])[] : ["-p", $"{Port}"],
        .. Key is null ? (string[])[] : ["-o", $"IdentityFile={Quoted(Key)}", "-o", "IdentitiesOnly=yes"], // -i looks for a file whose name has the escapes in it.
        .. KnownHosts is null ? (string[])[] : ["-o", KnownHostsOption],
        "-o", "BatchMode=yes",
        "-o", "StrictHostKeyChecking=yes",
        "-o", "ConnectTimeout=5",
        "-o", "ServerAliveInterval=5",
        "-o", "ServerAliveCountMax=2",
        "-o", "LogLevel=ERROR",
        "-o", "ControlPersist=no",
        "-o", "ClearAllForwardings=yes",
        "-o", "RemoteCommand=none",
        "-a", "-x",
    ];

    internal string KnownHostsOption => $"UserKnownHostsFile={Quoted(KnownHosts ?? "")}";

    /// <summary>In ssh_config(5)'s own quotes, where %h and its like are expanded, and quotes and backslashes are escaped (by OpenSSH 8.7 and newer).</summary>
    private static string Quoted(string path) => $"\"{path.Replace("%", "%%").Replace(@"\", @"\\").Replace("\"", "\\\"")}\"";
}
