namespace PgHaTutor.Hosts;

/// <summary>A process on another host, held by its three streams.</summary>
public abstract class RemoteProcess : IAsyncDisposable
{
    /// <summary>For what was taken before the end and is told a little later.</summary>
    internal static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    /// <summary>Its standard input; disposing of it ends the input.</summary>
    public abstract Stream Input { get; }

    public abstract Stream Output { get; }

    public abstract Stream Errors { get; }

    /// <summary>Done once the process is gone, or the line to it; the exit code where one came. Never fails.</summary>
    public abstract Task<int?> Ended { get; }

    /// <summary>Lets go of it at once: its streams end. What it left on its host is its own affair.</summary>
    public abstract void Abandon();

    public abstract ValueTask DisposeAsync();

    /// <summary>Writes to its input.</summary>
    /// <exception cref="IOException">It is gone and takes no more.</exception>
    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        var writing = Task.Run(() => WriteAsync(bytes));
        // A write that meets the closing of the pipe may never come back (seen with .NET 10).
        if (await Task.WhenAny(writing, Ended) != writing && await Task.WhenAny(writing, Task.Delay(Grace)) != writing)
            throw new IOException("The process is gone.");
        await writing;
    }

    private async Task WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            await Input.WriteAsync(bytes);
            await Input.FlushAsync();
        }
        catch (ObjectDisposedException closed)
        {
            // Whoever saw it end has closed its input too: the same as a line that was cut.
            throw new IOException("The process is gone.", closed);
        }
    }
}
