using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace PgHaTutor.Hosts;

/// <summary>
/// A host that is reached over three streams: an SSH host, a container. Scripts run there as they do on
/// <see cref="LocalHost"/>: in a session of their own, with their lines streamed, ended wholly when they are cancelled.
/// </summary>
/// <remarks>
/// Shells wait on the host for their scripts, so that a command costs one round trip: no process is started for it here, no
/// channel opened, no sudo asked. Each runs one script; the next ones are started meanwhile.
/// </remarks>
public abstract class RemoteHost : Host, IAsyncDisposable
{
    /// <summary>How many shells wait. A picture of the lab is asked while a step runs.</summary>
    private const int Ready = 2;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private readonly List<Task<RemoteShell>> _waiting = [];
    private readonly CancellationTokenSource _closing = new();

    /// <summary>The program and the arguments that <see cref="StartAsync"/> starts there, as <see cref="Host.User"/>.</summary>
    protected static IReadOnlyList<string> ShellWords { get; } = ["bash", "--noprofile", "--norc", "-c", RemoteScripts.Starter, "pghatutor"];

    /// <summary>Reaches the host, so that the first command need not wait for that.</summary>
    /// <exception cref="HostUnreachableException">It cannot be reached, or gives no shell.</exception>
    public async Task OpenAsync(CancellationToken cancellationToken = default)
    {
        var shell = await TakeAsync(cancellationToken);
        Return(Task.FromResult(shell));
    }

    public sealed override async Task<CommandOutput> RunAsync(
        Script script, IProgress<OutputLine>? progress = null, CancellationToken cancellationToken = default)
    {
        var started = Stopwatch.GetTimestamp();
        var telling = new Lock();
        var output = new LineReader(line => Tell(line, isError: false), script.Raw?.Output);
        var errors = new LineReader(line => Tell(line, isError: true), script.Raw?.Errors);
        var input = script.Input ?? [];
        try
        {
            var code = await ExecuteAsync(
                script, $"{input.Length}", input, live: null, (stream, drain) => output.ReadAsync(stream, drain), (stream, drain) => errors.ReadAsync(stream, drain), cancellationToken);
            return new CommandOutput(code, output.Text, errors.Text, Stopwatch.GetElapsedTime(started));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return new CommandOutput(130, output.Text, errors.Text, Stopwatch.GetElapsedTime(started)) { Cancelled = true };
        }

        void Tell(string text, bool isError)
        {
            lock (telling)
                progress?.Report(new OutputLine(text, isError));
        }
    }

    /// <summary>Writes a file of the host, whole or not at all; one that is there is replaced and keeps its mode.</summary>
    /// <param name="content">Read from where it stands to its end; its length must be known.</param>
    /// <exception cref="HostException">It could not be written.</exception>
    public async Task PutAsync(string path, Stream content, CancellationToken cancellationToken = default)
    {
        var script = new Script("""
            part=$FILE.part.$$
            trap 'rm -f -- "$part"' EXIT
            head -c "$BYTES" >"$part" && [ "$(($(wc -c <"$part")))" = "$BYTES" ] || exit
            [ ! -e "$FILE" ] || chmod "$(stat -c %a -- "$FILE")" "$part" || exit
            mv -f -- "$part" "$FILE"
            """)
        {
            Environment = new Dictionary<string, string>
            {
                ["FILE"] = path,
                ["BYTES"] = (content.Length - content.Position).ToString(CultureInfo.InvariantCulture),
            },
        };
        var errors = new LineReader(_ => { });
        var code = await ExecuteAsync(script, "live", [], content, Nothing, (stream, drain) => errors.ReadAsync(stream, drain), cancellationToken);
        if (code != 0)
            throw new HostException($"The file {path} could not be written on {Name}: {Said(errors, code)}");
    }

    /// <summary>Reads a file of the host.</summary>
    /// <exception cref="HostException">It could not be read; what came of it may have been written to <paramref name="to"/> already.</exception>
    public async Task GetAsync(string path, Stream to, CancellationToken cancellationToken = default)
    {
        var script = new Script("exec cat -- \"$FILE\"") { Environment = new Dictionary<string, string> { ["FILE"] = path } };
        var errors = new LineReader(_ => { });
        var code = await ExecuteAsync(
            script, "0", [], live: null, (stream, _) => stream.CopyToAsync(to, cancellationToken), (stream, drain) => errors.ReadAsync(stream, drain), cancellationToken);
        if (code != 0)
            throw new HostException($"The file {path} could not be read on {Name}: {Said(errors, code)}");
    }

    public virtual async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        List<Task<RemoteShell>> waiting;
        lock (_lock)
        {
            waiting = [.. _waiting];
            _waiting.Clear();
        }
        await Task.WhenAll(waiting.Select(DropAsync));
        GC.SuppressFinalize(this);
    }

    /// <summary>Starts <see cref="ShellWords"/> on the host.</summary>
    /// <exception cref="HostUnreachableException">It cannot be reached.</exception>
    protected abstract Task<RemoteProcess> StartAsync(CancellationToken cancellationToken);

    /// <summary>Tells a person why the host gave no shell.</summary>
    /// <param name="said">What it, or the way to it, said instead; may be empty.</param>
    /// <param name="exitCode">How the process ended, where that is known.</param>
    protected abstract HostUnreachableException NoShell(string said, int? exitCode);

    /// <summary>Tells a person that the line was cut while a command ran.</summary>
    protected virtual HostUnreachableException Cut() => new(
        Name, $"{Name} was lost while a command ran there; what it had done until then stands. Look whether {Name} is up and the network holds, then go on.");

    private static async Task Nothing(Stream stream, Drain drain)
    {
        try
        {
            await stream.CopyToAsync(Stream.Null, drain.Over);
        }
        catch (OperationCanceledException) when (drain.Over.IsCancellationRequested)
        {
            // The script is over, and its streams have not ended with it.
        }
    }

    private static string Said(LineReader errors, int code) => errors.Text.Trim() is { Length: > 0 } said ? said : $"exit code {code}.";

    /// <exception cref="OperationCanceledException">The caller cancelled it, and it is over.</exception>
    private async Task<int> ExecuteAsync(
        Script script, string input, byte[] inputBytes, Stream? live, Func<Stream, Drain, Task> output, Func<Stream, Drain, Task> errors, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        byte[] bytes = [.. Header(script, input), .. inputBytes];
        for (var attempt = 1; ; attempt++)
        {
            await using var shell = await TakeAsync(cancellationToken);
            try
            {
                await shell.SendAsync(bytes).WaitAsync(cancellationToken);
            }
            catch (IOException) when (attempt <= Ready + 1)
            {
                // It died while it waited, for example because its host was restarted; the script has not begun.
                continue;
            }
            var feeding = live is null ? Task.CompletedTask : Task.Run(() => FeedAsync(shell, live, cancellationToken), CancellationToken.None);
            var code = await shell.FinishAsync(output, errors, cancellationToken);
            // What the script did not take is nobody's any more; a write that meets the closing of its input may never come back.
            await Task.WhenAny(feeding, Task.Delay(RemoteProcess.Grace, CancellationToken.None));
            cancellationToken.ThrowIfCancellationRequested();
            return shell.Refusal switch
            {
                null => code ?? throw Cut(),
                "folder" => throw new HostException($"The folder {script.WorkingDirectory} is not there on {Name}, or is closed to {User}, so nothing can run in it."),
                _ => throw new HostException($"{Name} could not take a command's input: there is no room in its temporary folder. Make room there."),
            };
        }
    }

    private static async Task FeedAsync(RemoteShell shell, Stream content, CancellationToken cancellationToken)
    {
        try
        {
            await content.CopyToAsync(shell.Input, cancellationToken);
            await shell.Input.FlushAsync(cancellationToken);
        }
        catch (Exception over) when (over is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // The script ended, was cancelled or was cut off; which one, its end tells.
        }
    }

    /// <summary>See <see cref="RemoteScripts"/> for the order.</summary>
    private static byte[] Header(Script script, string input)
    {
        var words = new List<string> { input, script.WorkingDirectory ?? "" };
        foreach (var (name, value) in script.Environment)
            words.Add($"{name}={value}");
        words.AddRange(["", script.Text]);
        return words.Exists(word => word.Contains('\0'))
            ? throw new ArgumentException("A script and its variables are text, and text has no zero byte.", nameof(script))
            : Encoding.UTF8.GetBytes(string.Join('\0', words) + '\0');
    }

    /// <summary>A shell that waits, or a new one; others are started in its stead.</summary>
    private async Task<RemoteShell> TakeAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            ObjectDisposedException.ThrowIf(_closing.IsCancellationRequested, this);
            var waited = Waiting();
            var next = waited ?? NewAsync();
            RemoteShell shell;
            try
            {
                shell = await next.WaitAsync(cancellationToken);
            }
            catch (OperationCanceledException) when (!next.IsCompleted)
            {
                Return(next);
                throw;
            }
            catch (HostException) when (waited is not null)
            {
                // It was started a while ago, and failed then; that says nothing about now.
                continue;
            }
            if (shell.IsAlive)
            {
                Refill();
                return shell;
            }
            await shell.DisposeAsync();
        }
    }

    private Task<RemoteShell>? Waiting()
    {
        lock (_lock)
        {
            var first = _waiting.Find(shell => shell.IsCompletedSuccessfully) ?? _waiting.FirstOrDefault();
            if (first is not null)
                _waiting.Remove(first);
            return first;
        }
    }

    private void Return(Task<RemoteShell> shell)
    {
        lock (_lock)
        {
            if (!_closing.IsCancellationRequested)
            {
                _waiting.Add(shell);
                return;
            }
        }
        _ = DropAsync(shell);
    }

    private void Refill()
    {
        lock (_lock)
            while (_waiting.Count < Ready && !_closing.IsCancellationRequested)
                _waiting.Add(NewAsync());
    }

    private async Task<RemoteShell> NewAsync()
    {
        await Task.Yield();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(_closing.Token);
        patience.CancelAfter(Patience);
        try
        {
            return await RemoteShell.OpenAsync(await StartAsync(patience.Token), User, patience.Token);
        }
        catch (NoShellException none)
        {
            throw NoShell(none.Message, none.ExitCode);
        }
        catch (OperationCanceledException) when (!_closing.IsCancellationRequested)
        {
            throw new HostUnreachableException(Name, $"{Name} gave no shell within {Patience.TotalSeconds:0} s. Look whether it is overloaded, then try again.");
        }
    }

    private static async Task DropAsync(Task<RemoteShell> waiting)
    {
        try
        {
            await (await waiting).DisposeAsync();
        }
        catch (Exception none) when (none is HostException or OperationCanceledException)
        {
            // It never became a shell.
        }
    }
}
