using System.Net;
using System.Net.Sockets;

namespace PgHaTutor.LabTests.Labs;

/// <summary>A client's connection on this machine; its near end holds a port that the system chose.</summary>
internal sealed class AnOutgoingConnection : IDisposable
{
    private readonly Socket _far = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Socket _near = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public AnOutgoingConnection()
    {
        _far.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _far.Listen();
        _near.Connect(_far.LocalEndPoint!);
    }

    public int Port => ((IPEndPoint)_near.LocalEndPoint!).Port;

    public void Dispose()
    {
        if (_near.SafeHandle.IsClosed)
            return;
        // Without a farewell, so that nothing of it lingers on the port.
        _near.LingerState = new LingerOption(true, 0);
        _near.Dispose();
        _far.Dispose();
    }
}
