using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace PgHaTutor.Hosts;

/// <summary>A bash on another host that waits for one script, runs it and is used up.</summary>
internal sealed class RemoteShell : IAsyncDisposable
{
    /// <summary>How long what was cancelled may take to end on its host and to be told of here.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>The end of the line comes right behind the end of the script, unless a daemon holds the streams; but it comes over a network.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(500);

    private readonly RemoteProcess _process;
    private readonly MarkedStream _output;
    private readonly MarkedStream _errors;
    private readonly TaskCompletionSource _outputOver = new();
    private readonly TaskCompletionSource _errorsOver = new();
    private int? _exitCode;

    private RemoteShell(RemoteProcess process, MarkedStream output, MarkedStream errors)
    {
        (_process, _output, _errors) = (process, output, errors);
        output.OnRecord = (word, value) => Note(word, value, _outputOver);
        errors.OnRecord = (word, value) => Note(word, value, _errorsOver);
    }

    /// <summary>Whether it still waits; the line to it may be cut at any time.</summary>
    public bool IsAlive => !_process.Ended.IsCompleted;

    /// <summary>Why the host could not begin the script: <c>folder</c> or <c>input</c>; null where it could.</summary>
    public string? Refusal { get; private set; }

    /// <param name="process"><see cref="RemoteHost.ShellWords"/> on the host; disposed of where it becomes no shell.</param>
    /// <param name="user">Whom it runs as.</param>
    /// <exception cref="NoShellException">Something else answered, or nothing.</exception>
    public static async Task<RemoteShell> OpenAsync(RemoteProcess process, string user, CancellationToken cancellationToken)
    {
        var mark = RandomNumberGenerator.GetHexString(24, lowercase: true);
        MarkedStream output = new(process.Output, mark), errors = new(process.Errors, mark);
        using var giveUp = cancellationToken.Register(process.Abandon);
        try
        {
            var sending = process.SendAsync(Encoding.UTF8.GetBytes(RemoteScripts.Shell(mark, user)));
            var greetings = await Task.WhenAll(output.GreetingAsync(cancellationToken), errors.GreetingAsync(cancellationToken));
            await sending;
            if (greetings.All(greeting => greeting is not null))
                return greetings[0] != "0" ? new RemoteShell(process, output, errors) : throw new NoShellException("root", null);
        }
        catch (IOException)
        {
            // It ended before it had read anything: what it said is the reason.
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
        await process.DisposeAsync();
        cancellationToken.ThrowIfCancellationRequested();
        throw new NoShellException(errors.Noise + output.Noise, await process.Ended);
    }

    /// <summary>Gives it the script.</summary>
    /// <exception cref="IOException">It was gone already; the script has not begun.</exception>
    public Task SendAsync(byte[] script) => _process.SendAsync(script);

    /// <summary>The script's own input, where that is live.</summary>
    public Stream Input => _process.Input;

    /// <summary>Reads what the script prints until it is over and its output quiet.</summary>
    /// <returns>The script's exit code; null where the line was cut before it came.</returns>
    public async Task<int?> FinishAsync(Func<Stream, Drain, Task> output, Func<Stream, Drain, Task> errors, CancellationToken cancellationToken)
    {
        using var drain = new Drain(Quiet);
        using var cancel = cancellationToken.Register(() => Cancel(drain));
        var reading = Task.WhenAll(output(_output, drain), errors(_errors, drain));
        await Task.WhenAny(reading, Task.WhenAll(_outputOver.Task, _errorsOver.Task));
        drain.Begin();
        await reading;
        return _outputOver.Task.IsCompleted && _errorsOver.Task.IsCompleted ? _exitCode : null;
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    /// <summary>The end of its input is what the shell's guard waits for. Where the line is dead, nobody tells of the end.</summary>
    private void Cancel(Drain drain)
    {
        _process.Input.Dispose();
        _ = EndAsync();

        async Task EndAsync()
        {
            if (await Task.WhenAny(_process.Ended, Task.Delay(Patience)) == _process.Ended)
                return;
            try
            {
                drain.End();
            }
            catch (ObjectDisposedException)
            {
                // It was over meanwhile.
            }
        }
    }

    private void Note(string word, string value, TaskCompletionSource over)
    {
        if (word == "refused")
            Refusal = value;
        if (word != "end")
            return;
        if (int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var code))
            _exitCode = code;
        over.TrySetResult();
    }
}
