using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using CliWrap;

namespace PgHaTutor.Hosts;

/// <summary>This machine: scripts run as oneself, or, where root started us, as an unprivileged account.</summary>
/// <remarks>
/// Each script has a session of its own (setsid), so that cancelling finds all of its processes, while a server that
/// pg_ctl put into another session lives on.
/// </remarks>
public sealed class LocalHost : Host
{
    private const string UsualPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /// <summary>How what was cancelled is ended, and from when on.</summary>
    private static readonly (TimeSpan After, Signal Signal)[] Endings =
    [
        // What Ctrl-C sends: psql then also cancels its statement, which would otherwise go on in the server.
        (TimeSpan.Zero, Signal.Interrupt),
        (TimeSpan.FromMilliseconds(300), Signal.Terminate),
        (TimeSpan.FromSeconds(1.3), Signal.Kill),
    ];

    private readonly OsUser? _user = OsUser.ToDropTo();

    /// <summary>
    /// Takes libpq's variables out of this process: they name somebody's other cluster, or how to speak to it (PGSERVICE, PGOPTIONS, PGTZ),
    /// and Npgsql and the learner's shell would follow them. What a node's own are, its lab says.
    /// </summary>
    public static void ForgetOtherClusters()
    {
        foreach (var name in OfOtherClusters().ToList())
            Environment.SetEnvironmentVariable(name, null);
    }

    private static IEnumerable<string> OfOtherClusters() => Environment.GetEnvironmentVariables().Keys.OfType<string>()
        .Where(name => name.StartsWith("PG", StringComparison.Ordinal) && !name.StartsWith("PGHATUTOR", StringComparison.Ordinal));

    public override string Name => "local";

    public override string Address => "127.0.0.1";

    public override string User => _user?.Name ?? Environment.UserName;

    public override async Task<CommandOutput> RunAsync(
        Script script, IProgress<OutputLine>? progress = null, CancellationToken cancellationToken = default)
    {
        if (script.WorkingDirectory is { } folder && !Directory.Exists(folder))
            throw new HostException($"The folder {folder} is not there, so nothing can run in it.");
        if (cancellationToken.IsCancellationRequested)
            return new CommandOutput(130, "", "", TimeSpan.Zero) { Cancelled = true };

        var started = Stopwatch.GetTimestamp();
        var telling = new Lock();
        void Tell(string text, bool isError)
        {
            lock (telling)
                progress?.Report(new OutputLine(text, isError));
        }
        var output = new LineReader(line => Tell(line, isError: false), script.Raw?.Output);
        var errors = new LineReader(line => Tell(line, isError: true), script.Raw?.Errors);
        using var drain = new Drain();
        try
        {
            var bashEnded = Task.CompletedTask;
            var running = Command(script)
                .WithStandardOutputPipe(PipeTarget.Create((stream, _) => output.ReadAsync(stream, drain)))
                .WithStandardErrorPipe(PipeTarget.Create((stream, _) => errors.ReadAsync(stream, drain)))
                .ExecuteAsync(null, bash => bashEnded = bash.WaitForExitAsync(CancellationToken.None), CancellationToken.None, CancellationToken.None);
            var ending = Task.CompletedTask;
            using (cancellationToken.Register(() => ending = EndSessionAsync(running.ProcessId)))
                await bashEnded;
            drain.Begin();
            await ending;
            var result = await running;
            return cancellationToken.IsCancellationRequested && !ReferenceEquals(ending, Task.CompletedTask)
                ? new CommandOutput(130, output.Text, errors.Text, Stopwatch.GetElapsedTime(started)) { Cancelled = true }
                : new CommandOutput(result.ExitCode, output.Text, errors.Text, Stopwatch.GetElapsedTime(started));
        }
        catch (Exception failure) when (failure is Win32Exception or IOException)
        {
            throw new HostException($"A command could not be started as {User}: {failure.Message}. It takes bash, setsid and (for root) setpriv, of util-linux.", failure);
        }
    }

    public override Foreground InForeground(
        IReadOnlyList<string> words, IReadOnlyDictionary<string, string> environment, string folder)
    {
        List<string> all = [.. AsUser, "env", $"HOME={Home}", $"USER={User}", $"LOGNAME={User}", .. words.Count > 0 ? words : [OwnShell]];
        return new Foreground(all[0], [.. all.Skip(1)], environment, folder);
    }

    public override Task<Route> RouteAsync(int port, CancellationToken cancellationToken = default) => Task.FromResult(new Route(Address, port));

    /// <summary>Makes a folder, with its parents, that belongs to <see cref="User"/> alone; one that is there already keeps its mode.</summary>
    /// <exception cref="HostException">It cannot be made.</exception>
    public Task MakeFolderAsync(string path, CancellationToken cancellationToken = default)
    {
        try
        {
            if (Directory.Exists(path))
                return Task.CompletedTask;
            if (Path.GetDirectoryName(path) is { } parent)
                Directory.CreateDirectory(parent);
            // Given to its user before it is there: another tutor that begins at the same moment would find one that its user cannot enter.
            var making = $"{path}.{Path.GetRandomFileName()}";
            Directory.CreateDirectory(making, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            if (_user is { } user)
                ProcessTable.GiveTo(making, user);
            if (!TryMove(making, path))
                Directory.Delete(making);
            return Task.CompletedTask;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new HostException($"The folder {path} could not be made: {failure.Message}", failure);
        }
    }

    /// <summary>False where another one has made it meanwhile.</summary>
    private static bool TryMove(string from, string to)
    {
        try
        {
            Directory.Move(from, to);
            return true;
        }
        catch (IOException) when (Directory.Exists(to))
        {
            return false;
        }
    }

    /// <summary>The living process with that id; null where there is none, or only a zombie.</summary>
    public HostProcess? FindProcess(int pid) => ProcessTable.Find(pid);

    /// <summary>The living processes whose working directory is that folder or lies below it, also where it has been deleted.</summary>
    public IReadOnlyList<HostProcess> ProcessesBelow(string folder) =>
    [
        .. ProcessTable.All().Where(process =>
            process.WorkingDirectory is { } works && Paths.IsBelow(works, Paths.Real(folder))),
    ];

    /// <summary>Signals one process; one that is gone already is fine.</summary>
    /// <exception cref="HostException">The signal was refused.</exception>
    public void Send(Signal signal, int pid) => ProcessTable.Send(signal, pid);

    private static string OwnShell =>
        Environment.GetEnvironmentVariable("SHELL") is { Length: > 0 } own && File.Exists(own) ? own : "bash";

    private string[] AsUser => _user is { } user ? ["setpriv", $"--reuid={user.Uid}", $"--regid={user.Gid}", "--init-groups"] : [];

    private Command Command(Script script)
    {
        List<string> words = [.. AsUser, "setsid", "bash", "--noprofile", "--norc", "-c", script.Text];
        return Cli.Wrap(words[0])
            .WithArguments(words.Skip(1))
            .WithWorkingDirectory(script.WorkingDirectory ?? "/")
            .WithEnvironmentVariables(EnvironmentOf(script))
            .WithStandardInputPipe(script.Input is { } bytes ? PipeSource.FromBytes(bytes) : PipeSource.Null)
            .WithValidation(CommandResultValidation.None);
    }

    /// <summary>Our own environment without what would lead PostgreSQL's programs or bash elsewhere; null takes a variable away.</summary>
    private Dictionary<string, string?> EnvironmentOf(Script script)
    {
        var environment = new Dictionary<string, string?>();
        foreach (var name in OfOtherClusters().Concat(["BASH_ENV", "ENV", "CDPATH", "LANGUAGE", "POSIXLY_CORRECT"]))
            environment[name] = null;
        // What a psqlrc says or shows would stand in the output that a lesson asks about.
        environment["PSQLRC"] = "/dev/null";
        environment["HOME"] = Home;
        environment["USER"] = environment["LOGNAME"] = User;
        environment["LC_ALL"] = Locale;
        environment["PATH"] = Environment.GetEnvironmentVariable("PATH") is { Length: > 0 } path ? path : UsualPath;
        foreach (var (name, value) in script.Environment)
            environment[name] = value;
        return environment;
    }

    private string Home
    {
        get
        {
            var home = _user?.Home ?? Environment.GetEnvironmentVariable("HOME") ?? OsUser.Find(User)?.Home;
            return Directory.Exists(home) ? home : "/tmp";
        }
    }

    /// <summary>Messages in English and text in UTF-8, where the machine has that locale.</summary>
    private static string Locale { get; } =
        Directory.Exists("/usr/lib/locale/C.utf8") || Directory.Exists("/usr/lib/locale/C.UTF-8") ? "C.UTF-8" : "C";

    /// <summary>Asks every process of a session to end, and ends those that do not.</summary>
    private static async Task EndSessionAsync(int session)
    {
        // Not on the thread that cancels: reading /proc takes milliseconds.
        await Task.Yield();
        var began = Stopwatch.GetTimestamp();
        var asked = new HashSet<(int, Signal)>();
        while (ProcessTable.All().Where(process => process.Session == session || process.Pid == session).ToList() is { Count: > 0 } alive)
        {
            var signal = Endings.Last(ending => Stopwatch.GetElapsedTime(began) >= ending.After).Signal;
            // A shell goes on with its next command when the one before took Ctrl-C for its own; so shells end first, and at once.
            foreach (var process in alive.Where(process => asked.Add((process.Pid, signal)) || signal is Signal.Kill).OrderByDescending(IsShell))
                End(process, signal is Signal.Interrupt && IsShell(process) ? Signal.Terminate : signal);
            await Task.Delay(TimeSpan.FromMilliseconds(10));
        }
    }

    private static bool IsShell(HostProcess process) => process.Program is "bash" or "sh" or "dash";

    private static void End(HostProcess process, Signal signal)
    {
        try
        {
            ProcessTable.Send(signal, process.Pid);
            // A stopped process takes notice only once it goes on.
            ProcessTable.Send(Signal.Continue, process.Pid);
        }
        catch (HostException)
        {
            // It became another user's (sudo): what we may not signal, we cannot end.
        }
    }
}
