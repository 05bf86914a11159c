using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using Docker.DotNet;
using Docker.DotNet.Models;

namespace PgHaTutor.Hosts;

/// <summary>A process in a container, started by the engine (as by docker exec) and held by its three streams.</summary>
internal sealed class ContainerProcess : RemoteProcess
{
    private readonly MultiplexedStream _stream;
    private readonly Pipe _output = new();
    private readonly Pipe _errors = new();
    private readonly CancellationTokenSource _over = new();

    private ContainerProcess(MultiplexedStream stream)
    {
        _stream = stream;
        Input = new InputStream(stream);
        Output = _output.Reader.AsStream();
        Errors = _errors.Reader.AsStream();
        Ended = PumpAsync();
    }

    public override Stream Input { get; }

    public override Stream Output { get; }

    public override Stream Errors { get; }

    /// <summary>The engine tells an exit code on demand only, and nobody asks for it.</summary>
    public override Task<int?> Ended { get; }

    /// <param name="container">Its name or id.</param>
    /// <param name="user">Name or number.</param>
    /// <exception cref="DockerApiException">The engine refused.</exception>
    public static async Task<ContainerProcess> StartAsync(
        DockerClient client, string container, string user, IReadOnlyList<string> words, CancellationToken cancellationToken)
    {
        var process = await client.Exec.CreateContainerExecAsync(container, new ContainerExecCreateParameters
        {
            User = user,
            Cmd = [.. words],
            AttachStdin = true,
            AttachStdout = true,
            AttachStderr = true,
        }, cancellationToken);
        return new ContainerProcess(await client.Exec.StartContainerExecAsync(process.ID, new ContainerExecStartParameters(), cancellationToken));
    }

    public override void Abandon()
    {
        _over.Cancel();
        _stream.Dispose();
    }

    public override async ValueTask DisposeAsync()
    {
        Abandon();
        await Ended;
        _over.Dispose();
    }

    /// <summary>Deals what comes to the two streams until the process is gone or nobody wants it any more.</summary>
    private async Task<int?> PumpAsync()
    {
        var buffer = ArrayPool<byte>.Shared.Rent(32 * 1024);
        try
        {
            while (await _stream.ReadOutputAsync(buffer, 0, buffer.Length, _over.Token) is { EOF: false } read)
            {
                var to = read.Target is MultiplexedStream.TargetStream.StandardError ? _errors.Writer : _output.Writer;
                await to.WriteAsync(buffer.AsMemory(0, read.Count), _over.Token);
            }
        }
        catch (Exception over) when (over is IOException or ObjectDisposedException or OperationCanceledException or SocketException)
        {
            // It was abandoned, or the engine went away: either way nothing more comes.
        }
        ArrayPool<byte>.Shared.Return(buffer);
        await _output.Writer.CompleteAsync();
        await _errors.Writer.CompleteAsync();
        return null;
    }

    /// <summary>The way to the process; disposing of it half-closes the line, so that output still comes.</summary>
    private sealed class InputStream(MultiplexedStream to) : Stream
    {
        private bool _isClosed;

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override async Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
        {
            try
            {
                await to.WriteAsync(buffer, offset, count, cancellationToken);
            }
            catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
            {
                throw new IOException("The process in the container is gone.", gone);
            }
        }

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            await WriteAsync(buffer.ToArray(), 0, buffer.Length, cancellationToken);

        public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("Only asynchronously.");

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (_isClosed)
                return;
            _isClosed = true;
            try
            {
                to.CloseWrite();
            }
            catch (Exception gone) when (gone is IOException or SocketException or ObjectDisposedException)
            {
                // It ended first.
            }
        }
    }
}
