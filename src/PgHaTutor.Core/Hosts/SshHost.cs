using System.Diagnostics;

namespace PgHaTutor.Hosts;

/// <summary>A host that the system's ssh reaches; scripts become their user by sudo.</summary>
/// <remarks>
/// ssh and not a library: the learner's own configuration, agent, jump hosts and known hosts hold, and each step can be shown
/// as a command. One connection serves all commands and forwards; it is opened anew when it died.
/// </remarks>
public sealed partial class SshHost : RemoteHost
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan BackOff = TimeSpan.FromSeconds(1);

    private readonly SshTarget _target;
    private readonly string _login;
    private readonly Lock _lock = new();
    private Task<SshMaster>? _master;
    private HostUnreachableException? _refusal;
    private long _refusedAt;
    private bool _isClosed;

    private SshHost(string name, SshTarget target, string login, string address, string user)
    {
        (Name, Address, User) = (name, address, user);
        (_target, _login) = (target, login);
    }

    public override string Name { get; }

    public override string Address { get; }

    public override string User { get; }

    /// <summary>The host as ssh's configuration has it; nothing is reached yet.</summary>
    /// <param name="name">Its name in the lab.</param>
    /// <param name="become">The OS user that servers run as.</param>
    /// <param name="address">How the lab's other hosts reach it; what ssh's configuration has where null.</param>
    /// <exception cref="HostException">There is no ssh here, or its configuration is wrong.</exception>
    public static async Task<SshHost> OfAsync(string name, SshTarget target, string become, string? address = null, CancellationToken cancellationToken = default)
    {
        await using var ssh = await PipedProcess.StartAsync("ssh", ["-G", .. target.Options, "--", target.Destination]);
        using var giveUp = cancellationToken.Register(ssh.Abandon);
        var errors = new StreamReader(ssh.Errors).ReadToEndAsync(CancellationToken.None);
        var said = await new StreamReader(ssh.Output).ReadToEndAsync(CancellationToken.None);
        cancellationToken.ThrowIfCancellationRequested();
        if (await ssh.Ended != 0)
            throw new HostException($"ssh cannot be used for {name}: {(await errors).Trim().TrimEnd('.')}. Mend what the inventory says of {name}, or ssh's configuration{(target.ConfigFile is { } file ? $", {file}" : "")}.");
        var settings = said.Split('\n').Select(line => line.Split(' ', 2)).Where(line => line.Length == 2).ToLookup(line => line[0], line => line[1].Trim());
        return new SshHost(
            name, target with { Jump = settings["proxyjump"].FirstOrDefault(jump => jump != "none") }, settings["user"].FirstOrDefault() ?? Environment.UserName, address ?? settings["hostname"].FirstOrDefault() ?? target.Destination, become);
    }

    public override Foreground InForeground(
        IReadOnlyList<string> words, IReadOnlyDictionary<string, string> environment, string folder)
    {
        // The variables may hold passwords. They go over standard input into a file of the account's own, which is gone as soon
        // as it has been read: no list of processes shows them, here or there.
        var keep = Become(["bash", "--noprofile", "--norc", "-c", "umask 077; f=$(mktemp) && cat >\"$f\" && echo \"file:$f\""]);
        var begin = Become(["bash", "--noprofile", "--norc", "-c", ". \"$1\"", "tutor"]);
        return new Foreground(
            "sh",
            ["-c", KeepAndBegin, "tutor", keep, begin, _target.Destination, .. Shared, .. _target.Options],
            new Dictionary<string, string> { ["PGHATUTOR_FOREGROUND"] = RemoteScripts.Foreground(words, environment, folder, User) },
            null);
    }

    private const string KeepAndBegin = """
        keep=$1 begin=$2 to=$3
        shift 3
        kept=$(printf %s "$PGHATUTOR_FOREGROUND" | ssh "$@" -T -- "$to" "$keep") || exit
        unset PGHATUTOR_FOREGROUND
        exec ssh "$@" -t -- "$to" "$begin ${kept##*file:}"
        """;

    /// <summary>Whether the account may become root there without a password.</summary>
    /// <exception cref="HostUnreachableException">The host cannot be reached.</exception>
    public async Task<bool> MayBecomeRootAsync(CancellationToken cancellationToken = default) => (await RunAsRootAsync("true", cancellationToken)).Succeeded;

    public override async Task<Route> RouteAsync(int port, CancellationToken cancellationToken = default)
    {
        var master = await MasterAsync(cancellationToken);
        try
        {
            return new Route(await master.ForwardAsync(port, cancellationToken), 5432);
        }
        catch (HostException refused) when (!master.IsAlive)
        {
            throw new HostUnreachableException(Name, $"{Name} was lost on the way to its port {port}. Look whether it is up, then try again.", refused);
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        Task<SshMaster>? master;
        lock (_lock)
        {
            _isClosed = true;
            master = _master;
        }
        if (master is not null && await Task.WhenAny(master) is { IsCompletedSuccessfully: true } opened)
            await (await opened).DisposeAsync();
        SshFolder.Leave();
    }

    protected override async Task<RemoteProcess> StartAsync(CancellationToken cancellationToken)
    {
        var master = await MasterAsync(cancellationToken);
        // Where the host lets no further channel share a connection (MaxSessions), ssh opens one for this call alone.
        return await PipedProcess.StartAsync(
            "ssh", [.. Over(master), .. _target.Options, "-T", "--", _target.Destination, Become(ShellWords)]);
    }

    protected override HostUnreachableException NoShell(string said, int? exitCode) => SshTrouble.Of(Name, _target, _login, User, said);

    /// <summary>For a call that uses the open connection.</summary>
    private static string[] Over(SshMaster master) => ["-S", master.Socket, "-o", "ControlMaster=no"];

    /// <summary>The same where none may be open; ssh then connects for itself.</summary>
    private string[] Shared => _master is { IsCompletedSuccessfully: true, Result: { IsAlive: true } master } ? Over(master) : ["-S", "none"];

    /// <summary>The words as a command for the account's login shell, whichever that is.</summary>
    private string Become(IEnumerable<string> words) => "exec " + string.Join(' ', AsUser.Concat(words).Select(Bash.Quote));

    private string[] AsUser =>
        _login == User ? []
        : _login == "root" ? ["runuser", "-u", User, "--"] // A minimal host may have no sudo, and root needs none.
        : ["sudo", "-n", "-H", "-u", User, "--"];

    private async Task<SshMaster> MasterAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task<SshMaster> opening;
            lock (_lock)
            {
                ObjectDisposedException.ThrowIf(_isClosed, this);
                if (_refusal is { } refusal && Stopwatch.GetElapsedTime(_refusedAt) < BackOff)
                    throw refusal;
                opening = _master ??= OpenMasterAsync();
            }
            var master = await opening.WaitAsync(cancellationToken);
            if (master.IsAlive)
                return master;
            lock (_lock)
            {
                if (_master == opening)
                    _master = null;
                else
                    continue;
            }
            await master.DisposeAsync();
        }
    }

    private async Task<SshMaster> OpenMasterAsync()
    {
        await Task.Yield();
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            var master = await SshMaster.OpenAsync(_target, SshFolder.Next(), patience.Token);
            _refusal = null;
            return master;
        }
        catch (NoShellException refused)
        {
            throw Refuse(SshTrouble.Of(Name, _target, _login, User, refused.Message));
        }
        catch (OperationCanceledException)
        {
            throw Refuse(new HostUnreachableException(Name, $"{Name} ({_target.Destination}) did not let {_login} in within {Patience.TotalSeconds:0} s. Look whether it is overloaded, and whether a jump host or the key's agent waits for somebody."));
        }
        catch (HostException)
        {
            Refuse(null);
            throw;
        }
    }

    /// <summary>The next attempt opens anew, but not at once: a host that is off would be asked without end.</summary>
    private HostUnreachableException Refuse(HostUnreachableException? why)
    {
        lock (_lock)
        {
            (_refusal, _refusedAt, _master) = (why, Stopwatch.GetTimestamp(), null);
        }
        return why!;
    }
}
