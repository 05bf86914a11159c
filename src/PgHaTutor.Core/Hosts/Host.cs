namespace PgHaTutor.Hosts;

/// <summary>A place where commands run as a given OS user: this machine, later a container or an SSH host.</summary>
public abstract class Host
{
    /// <summary>The name in messages and in <c>status</c>, for example <c>local</c>.</summary>
    public abstract string Name { get; }

    /// <summary>The address at which other nodes and clients reach servers on this host.</summary>
    public abstract string Address { get; }

    /// <summary>The OS user that scripts and servers run as; never root, because PostgreSQL refuses it.</summary>
    public abstract string User { get; }

    /// <summary>
    /// Runs a script with bash, streams its lines, and gives what came out. A failing script is a value.
    /// Cancelling ends every process that the script started and that stayed in its session.
    /// </summary>
    /// <exception cref="HostException">The host could not run anything at all.</exception>
    public abstract Task<CommandOutput> RunAsync(
        Script script, IProgress<OutputLine>? progress = null, CancellationToken cancellationToken = default);

    /// <summary>The words that run a program as <see cref="User"/> in the foreground of the learner's own terminal: a shell, psql.</summary>
    public abstract IReadOnlyList<string> InForeground(IReadOnlyList<string> words);

    /// <summary>Makes a folder, with its parents, that belongs to <see cref="User"/> alone; one that is there already keeps its mode.</summary>
    /// <exception cref="HostException">It cannot be made.</exception>
    public abstract Task MakeFolderAsync(string path, CancellationToken cancellationToken = default);

    /// <summary>The living process with that id; null where there is none, or only a zombie.</summary>
    public abstract HostProcess? FindProcess(int pid);

    /// <summary>The living processes whose working directory is that folder or lies below it, also where it has been deleted.</summary>
    public abstract IReadOnlyList<HostProcess> ProcessesBelow(string folder);

    /// <summary>Signals one process; one that is gone already is fine.</summary>
    /// <exception cref="HostException">The signal was refused.</exception>
    public abstract void Send(Signal signal, int pid);
}

/// <summary>What to run: bash text, with its environment, its folder and its standard input.</summary>
public sealed record Script(string Text)
{
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>The folder that the script starts in; the host's own default where null.</summary>
    public string? WorkingDirectory { get; init; }

    public string? StandardInput { get; init; }
}

/// <summary>One line of a running script, as text: undecodable bytes are replaced, terminal control is kept.</summary>
public sealed record OutputLine(string Text, bool IsError);

/// <summary>How a script ended. The texts keep at most their last megabyte each.</summary>
public sealed record CommandOutput(int ExitCode, string StandardOutput, string StandardError, TimeSpan Duration)
{
    /// <summary>True where the caller cancelled it; <see cref="ExitCode"/> is then 130.</summary>
    public bool Cancelled { get; init; }

    public bool Succeeded => ExitCode == 0 && !Cancelled;
}

/// <summary>The host could not do its part: what happened, why, and what to do next.</summary>
public sealed class HostException(string message, Exception? inner = null) : Exception(message, inner);
