using System.Text;

namespace PgHaTutor.Hosts;

/// <summary>A place where commands run as a given OS user: this machine, a container, an SSH host.</summary>
public abstract class Host
{
    /// <summary>The name in messages and in <c>status</c>, for example <c>local</c>.</summary>
    public abstract string Name { get; }

    /// <summary>The address at which the lab's other hosts, and commands on this one, reach its servers.</summary>
    public abstract string Address { get; }

    /// <summary>Addresses from which programs of the learner's own machine come to its servers, where they come by another way than the other hosts.</summary>
    public virtual IReadOnlyList<string> VisitorAddresses => [];

    /// <summary>The OS user that scripts and servers run as; never root, because PostgreSQL refuses it.</summary>
    public abstract string User { get; }

    /// <summary>
    /// Runs a script with bash, streams its lines, and gives what came out. A failing script is a value.
    /// Cancelling ends every process that the script started and that stayed in its session.
    /// </summary>
    /// <exception cref="HostUnreachableException">The host cannot be reached, or was lost while the script ran.</exception>
    /// <exception cref="HostException">The host could not run anything at all.</exception>
    public abstract Task<CommandOutput> RunAsync(
        Script script, IProgress<OutputLine>? progress = null, CancellationToken cancellationToken = default);

    /// <summary>How a program gets the learner's own terminal as <see cref="User"/> on this host: a shell, psql.</summary>
    /// <param name="words">The program and its arguments; none: the learner's own shell there.</param>
    /// <param name="environment">What the lab adds to the host's own environment.</param>
    /// <param name="folder">Where it starts.</param>
    public abstract Foreground InForeground(
        IReadOnlyList<string> words, IReadOnlyDictionary<string, string> environment, string folder);

    /// <summary>Where this process reaches a server that listens on a TCP port of the host.</summary>
    /// <exception cref="HostUnreachableException">The host cannot be reached.</exception>
    public abstract Task<Route> RouteAsync(int port, CancellationToken cancellationToken = default);

    /// <summary>Lets something happen to the host. All of it can be taken back, at any time and more than once, by heal and power-on.</summary>
    /// <param name="peers">The addresses of the lab's other hosts.</param>
    /// <returns>What was done, in a sentence.</returns>
    /// <exception cref="HostException">It cannot happen on this kind of host; the message says why, and what to do instead.</exception>
    public virtual Task<string> SufferAsync(HostTrouble trouble, IReadOnlyList<string> peers, CancellationToken cancellationToken = default) =>
        throw new HostException($"{Name} is the machine that the lab itself runs on: its network and its power cannot be taken away. Build the lab on containers or on SSH hosts: --target docker, --target ssh:INVENTORY.");
}

/// <summary>What to run: bash text, with its environment, its folder and its standard input.</summary>
public sealed record Script(string Text)
{
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>The folder that the script starts in; the host's own default where null.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>Its standard input as text; empty where none is given.</summary>
    public string? StandardInput { init => Input = value is null ? null : Encoding.UTF8.GetBytes(value); }

    /// <summary>Its standard input as bytes.</summary>
    public byte[]? Input { get; init; }

    /// <summary>Where its bytes go besides, as they come.</summary>
    public RawOutput? Raw { get; init; }
}

/// <summary>Takes the bytes of a script's two streams, which its lines as text cannot always give back.</summary>
public sealed record RawOutput(Stream Output, Stream Errors);

/// <summary>One line of a running script, as text: undecodable bytes are replaced, terminal control is kept.</summary>
public sealed record OutputLine(string Text, bool IsError);

/// <summary>How a script ended. The texts keep at most their last megabyte each.</summary>
public sealed record CommandOutput(int ExitCode, string StandardOutput, string StandardError, TimeSpan Duration)
{
    /// <summary>True where the caller cancelled it; <see cref="ExitCode"/> is then 130.</summary>
    public bool Cancelled { get; init; }

    public bool Succeeded => ExitCode == 0 && !Cancelled;
}

/// <summary>A program that is to be started in the learner's terminal.</summary>
/// <param name="Environment">Added to this process's own.</param>
/// <param name="WorkingDirectory">On this machine; this process's own where null.</param>
public sealed record Foreground(
    string Program, IReadOnlyList<string> Arguments, IReadOnlyDictionary<string, string> Environment, string? WorkingDirectory);

/// <summary>An address of a server as this process reaches it: a name, an address or the folder of a Unix socket, and the port.</summary>
public sealed record Route(string Host, int Port);

/// <summary>The host could not do its part: what happened, why, and what to do next.</summary>
public class HostException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>The host cannot be reached, or was lost on the way. What stands on it stays as it is, and can go on once it is back.</summary>
public sealed class HostUnreachableException(string host, string message, Exception? inner = null) : HostException(message, inner)
{
    /// <summary>Its name in the lab.</summary>
    public string Host { get; } = host;
}

/// <summary>What was asked for may not or cannot be done on the host, and nothing of it was.</summary>
public sealed class HostRefusedException(string message) : HostException(message);
