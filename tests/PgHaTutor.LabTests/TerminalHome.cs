using System.Diagnostics;
using System.Text.Json;

namespace PgHaTutor.LabTests;

/// <summary>A learner with the shipped course: a home, a real terminal with the program in it, and the verbs in a second one.</summary>
internal sealed class TerminalHome : IAsyncDisposable
{
    private readonly string _home = Directory.CreateTempSubdirectory("pghatutor-terminal-").FullName;

    private TerminalHome(PanesTerminal terminal)
    {
        Terminal = terminal;
        // The servers' OS user has to get through.
        File.SetUnixFileMode(_home, File.GetUnixFileMode(_home) | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
    }

    public PanesTerminal Terminal { get; }

    public string Journal => File.ReadAllText(Path.Combine(_home, "journal.jsonl"));

    /// <param name="lesson">The lesson whose lab stands when the screen opens; none where null.</param>
    public static async Task<TerminalHome> OpenAsync(int columns, int rows, string? lesson = null)
    {
        var home = new TerminalHome(await PanesTerminal.OpenAsync(columns, rows));
        if (lesson is not null)
            await home.RunAsync("up", lesson);
        await home.Terminal.StartAsync($"PGHATUTOR_HOME={home._home} PGHATUTOR_LAUNCHER={Launcher} TERM=xterm-256color {TutorProgram.File}");
        return home;
    }

    public async Task<string> RunAsync(params string[] words)
    {
        var start = new ProcessStartInfo(TutorProgram.File, words) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        start.Environment["PGHATUTOR_HOME"] = _home;
        start.Environment["PGHATUTOR_LAUNCHER"] = Launcher;
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var said = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return output + await said;
    }

    /// <summary>A node's data directory and port, as status tells them.</summary>
    public async Task<(string Data, int Port)> NodeAsync(string name)
    {
        using var status = JsonDocument.Parse(await RunAsync("status", "--json"));
        var node = status.RootElement.GetProperty("nodes").EnumerateArray().First(one => one.GetProperty("name").GetString() == name);
        return (node.GetProperty("data").GetString()!, node.GetProperty("port").GetInt32());
    }

    public async ValueTask DisposeAsync()
    {
        await Terminal.DisposeAsync();
        await RunAsync("down", "--all");
        Directory.Delete(_home, recursive: true);
    }

    private static string Launcher { get; } = Path.Combine(Root(AppContext.BaseDirectory), "tutor");

    private static string Root(string from) =>
        File.Exists(Path.Combine(from, "PgHaTutor.sln")) ? from : Root(Path.GetDirectoryName(from)!);
}
