using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace PgHaTutor.LabTests;

/// <summary>A learner's home with a course of its own, and the real program run in it. Disposal takes down what still stands.</summary>
public sealed class CommandsHome : IAsyncLifetime
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    // Below /tmp and open to others: the servers' user must get through.
    public string Root { get; } = $"/tmp/pghatutor-commands-{Guid.NewGuid():N}"[..36];

    public string Folder => Path.Combine(Root, "home");

    public string Lessons => Path.Combine(Root, "lessons");

    /// <summary>What the program finds in its environment besides.</summary>
    public Dictionary<string, string> Variables { get; } = [];

    public static string Program => TutorProgram.File;

    public ValueTask InitializeAsync()
    {
        Directory.CreateDirectory(Root);
        CommandsCourse.Write(Root);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await RunAsync("down", "--all");
        Directory.Delete(Root, recursive: true);
    }

    /// <summary>Puts a lesson of a test's own into the course, in a module of its own.</summary>
    public async Task AddLessonAsync(string id, string text)
    {
        var folder = Directory.CreateDirectory(Path.Combine(Lessons, $"09-{id}", "01-it")).FullName;
        await File.WriteAllTextAsync(Path.Combine(Lessons, $"09-{id}", "README.md"), $"# {id}\n", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(folder, "lesson.md"), text, TestContext.Current.CancellationToken);
    }

    /// <summary>Runs the program with these words and an empty input, to its end.</summary>
    public Task<CommandsRun> RunAsync(params string[] words) => RunAsync(input: "", words);

    public async Task<CommandsRun> RunAsync(string input, string[] words)
    {
        using var process = Start(words);
        return await EndAsync(process, input);
    }

    /// <summary>Starts the program; the caller waits for it, or ends it.</summary>
    public Process Start(params string[] words) => StartProgram(Program, words);

    /// <summary>Runs bash text in which <c>$tutor</c> is the program.</summary>
    public async Task<CommandsRun> RunShellAsync(string text)
    {
        Variables["tutor"] = Program;
        using var process = StartProgram("bash", ["-c", text]);
        return await EndAsync(process);
    }

    /// <summary>Runs the program where that folder is empty, in a mount namespace of its own.</summary>
    public async Task<CommandsRun> RunHiddenAsync(string folder, string words)
    {
        using var process = StartProgram("unshare", ["-m", "sh", "-c", $"mount -t tmpfs tmpfs {folder} && PATH=/usr/bin:/bin:/usr/sbin:/sbin exec {Program} {words}"]);
        return await EndAsync(process);
    }

    private Process StartProgram(string program, string[] words)
    {
        var start = new ProcessStartInfo(program, words)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
        };
        start.Environment["PGHATUTOR_HOME"] = Folder;
        start.Environment["PGHATUTOR_LAUNCHER"] = Path.Combine(Root, "tutor");
        start.Environment.Remove("PGHATUTOR_LESSONS");
        foreach (var (name, value) in Variables)
            start.Environment[name] = value;
        return Process.Start(start)!;
    }

    public static async Task<CommandsRun> EndAsync(Process process, string input = "")
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(Deadline);
        try
        {
            await process.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended without reading all of its input; what it said tells why.
        }
        var output = process.StandardOutput.ReadToEndAsync(deadline.Token);
        var error = process.StandardError.ReadToEndAsync(deadline.Token);
        try
        {
            await process.WaitForExitAsync(deadline.Token);
            return new CommandsRun(process.ExitCode, await output, await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw;
        }
    }

    /// <summary>What Ctrl-C sends.</summary>
    public static void Interrupt(Process process) => Assert.Equal(0, Kill(process.Id, 2));

    public static async Task Eventually(Func<bool> holds, string what)
    {
        var started = Stopwatch.StartNew();
        while (!holds())
        {
            Assert.True(started.Elapsed < Deadline, $"It did not come true within {Deadline.TotalSeconds} s: {what}");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TestContext.Current.CancellationToken);
        }
    }

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Kill(int process, int signal);
}

/// <summary>How the program ended, and what it said.</summary>
public sealed record CommandsRun(int ExitCode, string Output, string Error)
{
    public JsonElement Json => JsonDocument.Parse(Output).RootElement;

    public override string ToString() => $"exit {ExitCode}\n{Output}\n{Error}";
}
