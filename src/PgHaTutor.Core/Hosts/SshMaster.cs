using System.Security.Cryptography;
using System.Text;

namespace PgHaTutor.Hosts;

/// <summary>The one connection to an SSH host that all commands and forwards share (ssh_config(5), ControlMaster).</summary>
/// <remarks>
/// It is a child of ours that runs cat on the host: when this process dies, however that may be, cat's input ends, and with it
/// the connection. It is never started by a real command, because it would keep that one's streams open.
/// </remarks>
internal sealed class SshMaster : IAsyncDisposable
{
    private const int MostWords = 4000;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly PipedProcess _process;
    private readonly string _folder;
    private readonly Lock _lock = new();
    private readonly Dictionary<int, Task<string>> _forwards = [];

    private SshMaster(PipedProcess process, string folder) => (_process, _folder) = (process, folder);

    public bool IsAlive => !_process.Ended.IsCompleted;

    /// <summary>Its control socket.</summary>
    public string Socket => SocketIn(_folder);

    /// <param name="folder">For its sockets alone; made here, and removed when it is disposed of.</param>
    /// <exception cref="NoShellException">There is no connection, and why in ssh's words.</exception>
    public static async Task<SshMaster> OpenAsync(SshTarget target, string folder, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var process = await PipedProcess.StartAsync(
            "ssh", ["-M", "-S", SocketIn(folder), .. target.Options, "-T", "--", target.Destination, "exec cat"]);
        var master = new SshMaster(process, folder);
        try
        {
            using var giveUp = cancellationToken.Register(process.Abandon);
            var other = new StringBuilder();
            if (await master.AnswersAsync(other))
                return master;
            var said = await new StreamReader(process.Errors).ReadToEndAsync(CancellationToken.None);
            cancellationToken.ThrowIfCancellationRequested();
            throw new NoShellException(other + said, await process.Ended);
        }
        catch
        {
            await master.DisposeAsync();
            throw;
        }
    }

    /// <summary>The folder of a Unix socket here that leads to a TCP port there, named as PostgreSQL names the socket of port 5432.</summary>
    /// <exception cref="HostException">ssh refused.</exception>
    public async Task<string> ForwardAsync(int port, CancellationToken cancellationToken)
    {
        Task<string> forward;
        lock (_lock)
        {
            if (!_forwards.TryGetValue(port, out forward!) || forward.IsFaulted)
                _forwards[port] = forward = ForwardAsync(port);
        }
        return await forward.WaitAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        // So that it ends the way through a jump host, too.
        await _process.EndAsync(Patience);
        await _process.DisposeAsync();
        // A call of ssh that was on its way to the master may make or remove a socket there just now.
        for (var attempt = 1; Directory.Exists(_folder); attempt++)
        {
            try
            {
                Directory.Delete(_folder, recursive: true);
            }
            catch (IOException) when (attempt < 10)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20));
            }
            catch (IOException)
            {
                return; // The next start removes what is left.
            }
        }
    }

    private static string SocketIn(string folder) => Path.Combine(folder, "master");

    /// <summary>Whether cat gives back what it is given; greetings of the host may come before.</summary>
    /// <param name="other">Gets what comes in its place: why an account has no shell.</param>
    private async Task<bool> AnswersAsync(StringBuilder other)
    {
        var word = RandomNumberGenerator.GetHexString(16);
        try
        {
            await _process.SendAsync(Encoding.ASCII.GetBytes(word + "\n"));
        }
        catch (IOException)
        {
            return false;
        }
        var answers = new StreamReader(_process.Output);
        while (await answers.ReadLineAsync() is { } line)
            if (line.EndsWith(word, StringComparison.Ordinal))
                return true;
            else if (other.Length < MostWords)
                other.Append(line).Append('\n');
        return false;
    }

    private async Task<string> ForwardAsync(int port)
    {
        await Task.Yield();
        var folder = Path.Combine(_folder, $"{port}");
        Directory.CreateDirectory(folder);
        // The user's configuration may ask for forwards of its own, which would be made again: none is read.
        await using var ssh = await PipedProcess.StartAsync(
            "ssh", ["-F", "none", "-S", Socket, "-O", "forward", "-L", $"{folder}/.s.PGSQL.5432:127.0.0.1:{port}", "--", "host"]);
        var said = await new StreamReader(ssh.Errors).ReadToEndAsync();
        return await ssh.Ended == 0 ? folder : throw new HostException($"ssh made no way to port {port}: {said.Trim()}");
    }
}
