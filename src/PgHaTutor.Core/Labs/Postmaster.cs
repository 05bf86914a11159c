using System.Diagnostics;
using System.Globalization;
using System.Net.NetworkInformation;
using System.Text.RegularExpressions;
using PgHaTutor.Hosts;

namespace PgHaTutor.Labs;

/// <summary>The server of one data directory: whether it runs, and starting and ending it.</summary>
/// <remarks>
/// A process counts as the server only when it is a postgres that works in that directory: the number in a stale
/// postmaster.pid may be somebody else's by now.
/// </remarks>
public sealed partial class Postmaster(LocalHost host, string dataDirectory)
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan PatienceWithClients = TimeSpan.FromSeconds(5);

    /// <summary>Where Linux's range for outgoing connections begins, unless somebody moved it (net.ipv4.ip_local_port_range).</summary>
    private const int EphemeralFrom = 32768;

    /// <summary>What postmaster.pid says, where its process lives and is the server of this directory; else null.</summary>
    public PostmasterFile? Running =>
        PostmasterFile.Read(dataDirectory) is { } file && IsServer(host.FindProcess(file.Pid), Paths.Real(dataDirectory)) ? file : null;

    /// <summary>Whether that process is a server of this directory whose files were deleted underneath it. One that just ends has lost its postmaster.pid only.</summary>
    public bool IsOrphan(int pid) => host.FindProcess(pid) is { } process && IsServer(process, Paths.Real(dataDirectory))
        && (process.IsDirectoryDeleted || !File.Exists(Path.Combine(dataDirectory, "PG_VERSION")));

    /// <summary>
    /// Starts the server and waits until it answers. Where a client's connection holds its port, it waits some seconds for that
    /// to end: the ports of labs lie in the range from which the system takes the near ends of outgoing connections.
    /// </summary>
    /// <param name="options">Further command-line options, as bash words.</param>
    /// <returns>Null where it is up, else what went wrong, with the last lines of its log.</returns>
    public async Task<string?> StartAsync(
        Installation installation, string logFile, string options = "", CancellationToken cancellationToken = default)
    {
        var began = Stopwatch.GetTimestamp();
        while (true)
        {
            var problem = await StartOnceAsync(installation, logFile, options, cancellationToken);
            if (problem is null || TakenPort().Match(problem) is not { Success: true } taken)
                return problem;
            var port = int.Parse(taken.Groups["port"].Value, CultureInfo.InvariantCulture);
            if (IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Any(listener => listener.Port == port))
                return $"{problem} Another program listens on port {port}.";
            if (Stopwatch.GetElapsedTime(began) > PatienceWithClients)
                return $"{problem} Nobody listens on port {port}; an outgoing connection of this machine holds it, and goes on doing so. Try again later, or set PGHATUTOR_PORT_BASE to a number below {EphemeralFrom} and build the lab anew.";
            await Task.Delay(TimeSpan.FromMilliseconds(100), cancellationToken);
        }
    }

    private async Task<string?> StartOnceAsync(
        Installation installation, string logFile, string options, CancellationToken cancellationToken)
    {
        var logLength = ServerLog.Length(logFile);
        // What pg_ctl start does too, except that its process id is known, so that a failed start is seen at once.
        var output = await host.RunAsync(new Script($"""
            umask 077
            setsid {Bash.Quote($"{installation.BinDirectory}/postgres")} -D {Bash.Quote(dataDirectory)} {options} </dev/null >>{Bash.Quote(logFile)} 2>&1 &
            echo $!
            """), cancellationToken: cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        var problem = int.TryParse(output.StandardOutput.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var pid)
            ? await ReadyAsync(pid, cancellationToken)
            : output.StandardError;
        return problem is null ? null : $"{problem} {ServerLog.Tail(logFile, logLength)}".Trim();
    }

    /// <summary>Ends the server, if one runs, and waits until it is gone. One that does not end in time is ended harder.</summary>
    public Task EndAsync(Shutdown how, CancellationToken cancellationToken = default) => Running is { } file
        ? EndAsync(host, file.Pid, Paths.Real(dataDirectory), how, cancellationToken)
        : Task.CompletedTask;

    /// <summary>The servers that work in a folder or below it, also those whose directory was deleted underneath them.</summary>
    public static IReadOnlyList<HostProcess> Below(LocalHost host, string folder)
    {
        var servers = host.ProcessesBelow(folder).Where(IsPostgres).ToList();
        // Backends work in the same directory as their postmaster; whose parent is none of them is one itself, or orphaned.
        var pids = servers.Select(process => process.Pid).ToHashSet();
        return [.. servers.Where(process => !pids.Contains(process.Parent))];
    }

    /// <summary>Ends every server below a folder, all at once, and waits until they are gone.</summary>
    public static Task EndBelowAsync(LocalHost host, string folder, Shutdown how, CancellationToken cancellationToken = default) =>
        Task.WhenAll(Below(host, folder).Select(process => EndAsync(host, process.Pid, process.WorkingDirectory!, how, cancellationToken)));

    private static async Task EndAsync(LocalHost host, int pid, string directory, Shutdown how, CancellationToken cancellationToken)
    {
        (Shutdown How, Signal Signal, TimeSpan Patience)[] steps =
        [
            (Shutdown.Fast, Signal.Interrupt, TimeSpan.FromSeconds(20)),
            (Shutdown.Immediate, Signal.Quit, TimeSpan.FromSeconds(8)),
            (Shutdown.Kill, Signal.Kill, TimeSpan.FromSeconds(5)),
        ];
        foreach (var step in steps.SkipWhile(step => step.How != how))
        {
            if (IsServer(host.FindProcess(pid), directory))
                host.Send(step.Signal, pid);
            if (await IsGoneAsync(host, pid, directory, step.Patience, cancellationToken))
                return;
        }
        foreach (var orphan in host.ProcessesBelow(directory).Where(process => IsServer(process, directory)))
            host.Send(Signal.Kill, orphan.Pid);
    }

    /// <summary>Whether neither the postmaster nor a backend is left, which would still hold its shared memory.</summary>
    private static async Task<bool> IsGoneAsync(
        LocalHost host, int pid, string directory, TimeSpan patience, CancellationToken cancellationToken)
    {
        var began = Stopwatch.GetTimestamp();
        while (IsServer(host.FindProcess(pid), directory) || host.ProcessesBelow(directory).Any(process => IsServer(process, directory)))
        {
            if (Stopwatch.GetElapsedTime(began) > patience)
                return false;
            await Task.Delay(Pace, cancellationToken);
        }
        return true;
    }

    private async Task<string?> ReadyAsync(int pid, CancellationToken cancellationToken)
    {
        var began = Stopwatch.GetTimestamp();
        while (host.FindProcess(pid) is not null)
        {
            var status = PostmasterFile.Read(dataDirectory) is { } file && file.Pid == pid ? file.Status : "";
            // With hot_standby=off a standby never says more than "standby"; with it on, it says so for a moment only.
            if (status == "ready" || (status == "standby" && Stopwatch.GetElapsedTime(began) > TimeSpan.FromSeconds(5)))
                return null;
            if (Stopwatch.GetElapsedTime(began) > TimeSpan.FromSeconds(60))
                return $"The server on {dataDirectory} does not answer after 60 s.";
            await Task.Delay(Pace, cancellationToken);
        }
        return $"The server on {dataDirectory} ended while it started.";
    }

    /// <summary>What a server says that cannot bind its port (src/backend/libpq/pqcomm.c); labs' servers speak English.</summary>
    [GeneratedRegex(@"Address already in use.*running on port (?<port>\d+)", RegexOptions.Singleline)]
    private static partial Regex TakenPort();

    private static bool IsServer(HostProcess? process, string directory) =>
        process is not null && IsPostgres(process) && process.WorkingDirectory == directory;

    private static bool IsPostgres(HostProcess process) => process.Program is "postgres" or "postmaster";
}
