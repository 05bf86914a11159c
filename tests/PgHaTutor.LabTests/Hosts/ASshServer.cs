using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using PgHaTutor.Hosts;

namespace PgHaTutor.LabTests.Hosts;

/// <summary>An sshd of the test's own on the loopback address: own host key, own user key, nothing of the machine's configuration. Gone when disposed.</summary>
public sealed class ASshServer : IAsyncDisposable
{
    private const string Program = "/usr/sbin/sshd";

    private Process? _server;

    private ASshServer(string folder, int port) => (Folder, Port) = (folder, port);

    public string Folder { get; }

    public int Port { get; }

    public string Key => Path.Combine(Folder, "id_ed25519");

    public string KnownHosts => Path.Combine(Folder, "known_hosts");

    /// <summary>Whom the test signs in as.</summary>
    public static string Login => Environment.UserName;

    /// <summary>What leads to it, without a word in anybody's ~/.ssh.</summary>
    public SshTarget Target => new("127.0.0.1") { User = Login, Port = Port, Key = Key, KnownHosts = KnownHosts, ConfigFile = "none" };

    /// <param name="settings">Lines of sshd_config(5) that come first, and so win.</param>
    public static async Task<ASshServer> StartAsync(params IReadOnlyList<string> settings)
    {
        if (!File.Exists(Program))
            Assert.Skip($"{Program} is not here; install openssh-server.");
        var server = new ASshServer(ATemporarySite.NewFolder(), FreePort());
        await server.KeyAsync("id_ed25519");
        await server.KeyAsync("host_key");
        await File.WriteAllTextAsync(server.KnownHosts, $"[127.0.0.1]:{server.Port} {await File.ReadAllTextAsync(server.At("host_key.pub"))}");
        await File.WriteAllLinesAsync(server.At("sshd_config"),
        [
            .. settings,
            $"Port {server.Port}",
            "ListenAddress 127.0.0.1",
            $"HostKey \"{server.At("host_key")}\"",
            $"AuthorizedKeysFile \"{server.At("id_ed25519.pub")}\"",
            $"PidFile \"{server.At("sshd.pid")}\"",
            "PermitRootLogin yes",
            "PasswordAuthentication no",
            "KbdInteractiveAuthentication no",
            "StrictModes no",
            $"SetEnv HOME=\"{server.Folder}\"", // What the account's own shell does at its start is none of the test's.
            "UsePAM no",
        ]);
        await server.BeginAsync();
        return server;
    }

    /// <summary>The host as the lab sees it: servers there run as the same user as on this machine.</summary>
    public Task<SshHost> HostAsync(SshTarget? target = null, string? become = null) =>
        SshHost.OfAsync("h1", target ?? Target, become ?? new LocalHost().User, cancellationToken: TestContext.Current.CancellationToken);

    /// <summary>Makes a key pair in the folder; one of that name is replaced.</summary>
    public async Task KeyAsync(string name)
    {
        File.Delete(At(name));
        await RunAsync("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", At(name), "-C", name);
    }

    public async Task BeginAsync()
    {
        if (Environment.IsPrivilegedProcess)
            Directory.CreateDirectory("/run/sshd"); // Where sshd wants an empty folder, and a package's start script would make it.
        // Its input ends with this process, also where that is killed.
        _server = Process.Start(new ProcessStartInfo(
            "bash", ["-c", "\"$@\" <&- & read -r; kill $!; wait", "bash", Program, "-D", "-e", "-f", At("sshd_config"), "-E", At("log")]) { RedirectStandardInput = true })!;
        while (true)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            if (_server.HasExited)
                throw new InvalidOperationException($"sshd ended: {await File.ReadAllTextAsync(At("log"))}");
            using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await probe.ConnectAsync(new IPEndPoint(IPAddress.Loopback, Port));
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(10);
            }
        }
    }

    /// <summary>Ends the server with all of its connections, as the loss of a host does.</summary>
    public async Task EndAsync()
    {
        if (_server is null)
            return;
        _server.Kill(entireProcessTree: true);
        await _server.WaitForExitAsync();
        _server.Dispose();
        _server = null;
    }

    /// <summary>Ends the connections that are open; new ones are taken.</summary>
    public void CutConnections()
    {
        foreach (var connection in Connections())
            Kill(connection);
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        Directory.Delete(Folder, recursive: true);
    }

    public string At(string name) => Path.Combine(Folder, name);

    private IEnumerable<int> Connections()
    {
        var listener = int.Parse(File.ReadAllText(At("sshd.pid")), System.Globalization.CultureInfo.InvariantCulture);
        return Process.GetProcesses().Select(process => process.Id).Where(pid => ParentOf(pid) == listener).ToList();
    }

    private static int ParentOf(int pid)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0;
        }
    }

    private static void Kill(int pid)
    {
        using var process = Process.GetProcessById(pid);
        process.Kill(entireProcessTree: false);
    }

    private static async Task RunAsync(string program, params string[] words)
    {
        using var process = Process.Start(program, words);
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
    }

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
