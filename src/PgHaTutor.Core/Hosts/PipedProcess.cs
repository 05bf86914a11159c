using System.ComponentModel;
using System.Diagnostics;
using CliWrap;

namespace PgHaTutor.Hosts;

/// <summary>A program of this machine that leads to another host (ssh), held by its three streams.</summary>
internal sealed class PipedProcess : RemoteProcess
{
    private readonly int _pid;
    private readonly TaskCompletionSource _over;
    private readonly Task _piping;

    private PipedProcess(int pid, Stream input, Stream output, Stream errors, Task<int?> ended, TaskCompletionSource over, Task piping)
    {
        _pid = pid;
        (Input, Output, Errors, Ended) = (input, output, errors, ended);
        (_over, _piping) = (over, piping);
    }

    public override Stream Input { get; }

    public override Stream Output { get; }

    public override Stream Errors { get; }

    public override Task<int?> Ended { get; }

    /// <exception cref="HostException">There is no such program here, or it could not be started.</exception>
    public static async Task<PipedProcess> StartAsync(string program, IEnumerable<string> words)
    {
        TaskCompletionSource<Stream> input = new(), output = new(), errors = new();
        var over = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var ended = Task.FromResult<int?>(null);
        try
        {
            // CliWrap's pipes begin before it returns; each lends its stream until the process is disposed of.
            var running = Cli.Wrap(program)
                .WithArguments(words)
                .WithStandardInputPipe(PipeSource.Create((stream, _) => Lend(stream, input, over.Task)))
                .WithStandardOutputPipe(PipeTarget.Create((stream, _) => Lend(stream, output, over.Task)))
                .WithStandardErrorPipe(PipeTarget.Create((stream, _) => Lend(stream, errors, over.Task)))
                .WithValidation(CommandResultValidation.None)
                .ExecuteAsync(null, process => ended = CodeAsync(process), CancellationToken.None, CancellationToken.None);
            return new PipedProcess(running.ProcessId, await input.Task, await output.Task, await errors.Task, ended, over, running.Task);
        }
        catch (Win32Exception failure)
        {
            throw new HostException($"The program {program} could not be started: {failure.Message}. Install it, or put its folder on the PATH.", failure);
        }
    }

    // Not a gentler signal: ssh misses one that comes at a bad moment, and then stays.
    public override void Abandon() => Send(Signal.Kill);

    /// <summary>Asks it to end in good order, and gives it a moment for that.</summary>
    public async Task EndAsync(TimeSpan patience)
    {
        Send(Signal.Terminate);
        await Task.WhenAny(Ended, Task.Delay(patience));
    }

    public override async ValueTask DisposeAsync()
    {
        Abandon();
        await Ended;
        _over.TrySetResult();
        await _piping;
    }

    private void Send(Signal signal)
    {
        if (Ended.IsCompleted)
            return;
        try
        {
            ProcessTable.Send(signal, _pid);
        }
        catch (HostException)
        {
            // It ended meanwhile, and its number became another's.
        }
    }

    private static async Task<int?> CodeAsync(Process process)
    {
        await process.WaitForExitAsync();
        return process.ExitCode;
    }

    private static Task Lend(Stream stream, TaskCompletionSource<Stream> to, Task over)
    {
        to.SetResult(stream);
        return over;
    }
}
