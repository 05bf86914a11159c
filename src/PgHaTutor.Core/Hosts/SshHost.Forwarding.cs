namespace PgHaTutor.Hosts;

/// <summary>Whether a host lets the lab's connections through to its servers.</summary>
public sealed partial class SshHost
{
    /// <summary>Every host that is reached has one port that answers: its sshd's.</summary>
    private const string Answering = "127.0.0.1:22";

    /// <summary>Why no connection to a server there comes through; null where nothing speaks against it.</summary>
    /// <exception cref="HostUnreachableException">The host cannot be reached.</exception>
    public async Task<string?> ForwardingTroubleAsync(CancellationToken cancellationToken = default)
    {
        var master = await MasterAsync(cancellationToken);
        if (await RefusalAsync(Over(master), cancellationToken) is null)
            return null;
        // Over a shared connection ssh does not say whether the host forbids it or nothing listens there; one of its own does.
        var said = await RefusalAsync(["-S", "none", "-o", "LogLevel=INFO"], cancellationToken);
        return said?.Contains("administratively prohibited", StringComparison.Ordinal) is true
            ? $"the sshd of {Name} lets {_login} forward no connection, and only so does the lab reach its servers. Allow it: AllowTcpForwarding yes in /etc/ssh/sshd_config there, then sudo systemctl reload ssh; and no ‘restrict’ or ‘no-port-forwarding’ before the key in ~/.ssh/authorized_keys."
            : null;
    }

    private async Task<string?> RefusalAsync(string[] options, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        await using var ssh = await PipedProcess.StartAsync("ssh", [.. options, .. _target.Options, "-W", Answering, "--", _target.Destination]);
        using var giveUp = patience.Token.Register(ssh.Abandon);
        var errors = new StreamReader(ssh.Errors).ReadToEndAsync(CancellationToken.None);
        // An sshd speaks first.
        var answers = await ssh.Output.ReadAsync(new byte[1], CancellationToken.None) > 0;
        ssh.Abandon();
        var said = await errors;
        cancellationToken.ThrowIfCancellationRequested();
        return answers ? null : said;
    }
}
