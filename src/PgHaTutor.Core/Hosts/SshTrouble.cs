using System.Text.RegularExpressions;

namespace PgHaTutor.Hosts;

/// <summary>What ssh and sudo say when they refuse, told to a person: what happened, why, and what to do next.</summary>
internal static partial class SshTrouble
{
    /// <param name="said">Their own words.</param>
    public static HostUnreachableException Of(string host, SshTarget target, string login, string become, string said)
    {
        var last = said.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) is [.., var line] ? line.TrimEnd('.') : "it said nothing";
        return new HostUnreachableException(host, Sentence());

        bool Says(params ReadOnlySpan<string> words)
        {
            foreach (var word in words)
                if (said.Contains(word, StringComparison.OrdinalIgnoreCase))
                    return true;
            return false;
        }

        string Sentence()
        {
            var to = $"{host} ({target.Destination})";
            var by = Command(target);
            // Whatever a configuration says: ssh must ask, so that a person can compare and answer.
            var toBeAsked = $"ssh -o StrictHostKeyChecking=ask -o BatchMode=no {by["ssh ".Length..]}";
            if (Says("IDENTIFICATION HAS CHANGED", "host key for", "differs from the key"))
                return $"{to} shows another host key than the one that is known. It was set up anew, or something else answers in its place. Ask who runs it; if the new key is right, remove the old one with {Forget(target, said)} and sign in once with: {toBeAsked}";
            if (Says("Host key verification failed", "host key is known for"))
                return $"The host key of {to} is not known here, and the lab trusts no host unseen. Sign in once with: {toBeAsked}  Compare the fingerprint that it shows with the host's own, and answer yes.";
            if (Says("UNPROTECTED PRIVATE KEY FILE", "bad permissions"))
                return $"ssh does not use the key for {to}, because others may read its file. Close it: chmod 600 {target.Key ?? "the key's file"}";
            if (Says("Permission denied (", "Too many authentication failures"))
                return $"{to} refused the key of {login}: {last}. Put the public key into its ~/.ssh/authorized_keys, or name the right user and key in the inventory; a key with a passphrase must be in the agent (ssh-add). Until this works, the lab cannot: {by}";
            if (Says("Could not resolve hostname"))
                return $"No host is called {target.Destination} ({host} in the inventory): {last}. Look at its 'ssh' in the inventory, and at ~/.ssh/config.";
            if (Says("timed out", "No route to host", "Network is unreachable", "not responding"))
                return $"{to} does not answer: {last}. Look whether it is up, whether its address is right and whether a firewall (on EC2: the security group) lets port 22 through.{(target.Jump is { } jump ? $" The way there leads through {jump}; look at that first." : "")}";
            if (Says("Connection refused"))
                return $"{to} is up, but nothing takes ssh there: {last}. It may still be starting; else look at its sshd and at the port.";
            if (Says(NeedsTerminal))
                return WantsTerminal(host, login);
            if (Says("sudo: a password is required", "sudo: a terminal is required"))
                return $"On {host}, sudo asks {login} for a password, and the lab has none to give. Let {login} become {become} without one: echo '{login} ALL=({become}) NOPASSWD: ALL' | sudo tee /etc/sudoers.d/pghatutor";
            if (Says("not in the sudoers", "is not allowed to", "may not run sudo"))
                return $"On {host}, {login} may not become {become}. Allow it: echo '{login} ALL=({become}) NOPASSWD: ALL' | sudo tee /etc/sudoers.d/pghatutor";
            if (Says("unknown user", $"user {become} does not exist"))
                return $"There is no account {become} on {host}. Install PostgreSQL there, which makes it, or name another account as 'become' in the inventory.";
            if (Says("sudo: not found", "sudo: command not found", "sudo: No such file", "Unknown command: sudo"))
                return $"{host} has no sudo, by which {login} would become {become}. Install it there, or sign in as {become} ('user' in the inventory).";
            if (Says("bash: not found", "bash: command not found", "bash: No such file", "setsid"))
                return $"{host} lacks bash or setsid, and the lab's commands need both. Install the packages bash and util-linux there.";
            if (said == "root")
                return $"On {host} the lab would run as root, which PostgreSQL refuses. Name an unprivileged account as 'become' in the inventory.";
            if (Says("not available", "nologin"))
                return $"The account of {login} on {host} gives no shell: {last}. Name another user in the inventory.";
            if (said.Length == 0 || Says("closed by", "Connection reset", "closed"))
                return $"{to} closed the connection: {last}. It may be starting or shutting down; try again in a moment.";
            return $"{to} could not be reached by ssh: {last}. Until this works, the lab cannot: {by}";
        }
    }

    /// <summary>What sudo says where its configuration has requiretty.</summary>
    public const string NeedsTerminal = "you must have a tty";

    public static string WantsTerminal(string host, string login) =>
        $"On {host}, sudo wants a terminal (requiretty), and the lab's commands have none. Exempt {login}: echo 'Defaults:{login} !requiretty' | sudo tee /etc/sudoers.d/pghatutor-tty";

    /// <summary>What removes a known key: ssh says by which name it knows the host, such as <c>[127.0.0.1]:2222</c>.</summary>
    private static string Forget(SshTarget target, string said) =>
        $"ssh-keygen -R {Bash.Word(KnownAs().Match(said) is { Success: true } name ? name.Groups[1].Value : target.Destination)}{(target.KnownHosts is { } file ? $" -f {Bash.Word(file)}" : "")}";

    [GeneratedRegex(@"ey for (\S+) has changed")]
    private static partial Regex KnownAs();

    /// <summary>What a person would type to see the same.</summary>
    private static string Command(SshTarget target) =>
        string.Join(' ', (string[])
        [
            "ssh",
            .. target.ConfigFile is { } config ? (string[])["-F", Bash.Word(config)] : [],
            .. target.KnownHosts is not null ? (string[])["-o", Bash.Word(target.KnownHostsOption)] : [],
            .. target.Key is { } key ? (string[])["-i", Bash.Word(key)] : [],
            .. target.Port is { } port ? (string[])["-p", $"{port}"] : [],
            target.User is { } user ? $"{user}@{target.Destination}" : target.Destination,
        ]);
}
