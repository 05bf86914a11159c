using System.Net;
using System.Net.Sockets;

namespace PgHaTutor.Hosts;

/// <summary>A loopback port here that leads to a port on a container's own loopback, through the engine.</summary>
/// <remarks>
/// A published port would come from another address: a cluster as initdb leaves it listens on localhost only and lets nobody else
/// in. Of the container it takes bash and cat. A relay is kept waiting, because to start one takes longer than all else.
/// </remarks>
internal sealed class ContainerPort : IAsyncDisposable
{
    /// <summary>Waits for a line with the port, then joins it to its own streams until either side has enough.</summary>
    public static IReadOnlyList<string> Relay { get; } =
    [
        "bash", "--noprofile", "--norc", "-c", """
            read -r port && exec 3<>"/dev/tcp/127.0.0.1/$port" || exit
            exec 4<&0
            cat <&3 & out=$!
            cat <&4 >&3 & in=$!
            wait -n
            kill $out $in
            """,
    ];

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly int _port;
    private readonly Func<CancellationToken, Task<RemoteProcess>> _start;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _closing = new();
    private readonly Task _accepting;
    private readonly Route _route;
    private Task<RemoteProcess>? _spare;

    /// <param name="start">Starts <see cref="Relay"/> in the container.</param>
    public ContainerPort(int port, Func<CancellationToken, Task<RemoteProcess>> start)
    {
        (_port, _start) = (port, start);
        _listener.Start();
        _route = new Route("127.0.0.1", ((IPEndPoint)_listener.LocalEndpoint).Port);
        _spare = StartAsync();
        _accepting = AcceptAsync();
    }

    /// <summary>Given once a relay waits, because who comes through is patient with a server and not with an engine that is busy.</summary>
    public async Task<Route> RouteAsync(CancellationToken cancellationToken)
    {
        if (_spare is { } spare)
            await Task.WhenAny(spare, Task.Delay(Patience, cancellationToken));
        return _route;
    }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        _listener.Stop();
        await _accepting;
        if (_spare is { } spare)
            await DropAsync(spare);
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = ServeAsync(await _listener.AcceptTcpClientAsync(_closing.Token));
        }
        catch (Exception closed) when (closed is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Nobody needs the way any more.
        }
    }

    /// <summary>A caller whom the container cannot be joined to finds the line closed, as if no server were there.</summary>
    private async Task ServeAsync(TcpClient caller)
    {
        using var line = caller;
        try
        {
            line.NoDelay = true;
            await using var relay = await TakeAsync();
            using var end = _closing.Token.Register(relay.Abandon);
            var stream = line.GetStream();
            await relay.Input.WriteAsync(System.Text.Encoding.ASCII.GetBytes($"{_port}\n"), _closing.Token);
            var silence = relay.Errors.CopyToAsync(Stream.Null, _closing.Token);
            var to = CopyAsync(stream, relay.Input);
            await relay.Output.CopyToAsync(stream, _closing.Token);
            line.Client.Shutdown(SocketShutdown.Both);
            await Task.WhenAll(to, silence);
        }
        catch (Exception over) when (over is IOException or SocketException or OperationCanceledException or ObjectDisposedException or HostException)
        {
            // Either side went away; both ends are closed now.
        }

        static async Task CopyAsync(Stream from, Stream to)
        {
            await from.CopyToAsync(to);
            await to.DisposeAsync();
        }
    }

    private async Task<RemoteProcess> TakeAsync()
    {
        var relay = Interlocked.Exchange(ref _spare, StartAsync()) is { } spare ? await TryAsync(spare) : null;
        return relay ?? await _start(_closing.Token);
    }

    private async Task<RemoteProcess> StartAsync()
    {
        await Task.Yield();
        return await _start(_closing.Token);
    }

    /// <summary>Null where it failed, or ended while it waited: the container was restarted meanwhile.</summary>
    private static async Task<RemoteProcess?> TryAsync(Task<RemoteProcess> spare)
    {
        try
        {
            var relay = await spare;
            if (!relay.Ended.IsCompleted)
                return relay;
            await relay.DisposeAsync();
        }
        catch (Exception failed) when (failed is HostException or OperationCanceledException)
        {
            // What failed a while ago says nothing about now.
        }
        return null;
    }

    private static async Task DropAsync(Task<RemoteProcess> spare)
    {
        if (await TryAsync(spare) is { } relay)
            await relay.DisposeAsync();
    }
}
