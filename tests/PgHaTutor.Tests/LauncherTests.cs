using System.Diagnostics;

namespace PgHaTutor.Tests;

/// <summary>What ./tutor does before the program runs, with a stand-in for dotnet that builds in a moment.</summary>
public sealed class LauncherTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("pghatutor-launcher-").FullName;

    public LauncherTests()
    {
        File.Copy(Path.Combine(Repository.Root, "tutor"), Path.Combine(_root, "tutor"));
        foreach (var name in new[] { "Directory.Build.props", "Directory.Packages.props", "global.json", "src/Source.cs" })
            Write(name, "");
        WriteProgram("dotnet", """
            if [ "$1" = --list-sdks ]; then echo "10.0.100 [/sdk]"; exit; fi
            all="$*"
            while [ $# -gt 0 ]; do if [ "$1" = -o ]; then out=$2; fi; shift; done
            trap 'exit 1' INT
            echo "  Restored it (in 1 sec)."
            case "$all" in *PublishAot*) kind=native; echo "  Generating native code" ;; *) kind=ready ;; esac
            printf '#!/bin/sh\necho "%s: $*"\n' $kind > "$out/tutor"
            chmod +x "$out/tutor"
            while [ -e "$HOLD" ]; do sleep 0.05; done
            """);
        WriteProgram("postgres", "echo 'postgres (PostgreSQL) 15.1'");
        WriteProgram("initdb", "");
        foreach (var name in new[] { "clang", "tmux" })
            WriteProgram(name, "cat > /dev/null");
    }

    private string Hold => Path.Combine(_root, "hold");

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task I_see_what_the_first_build_is_at_and_later_starts_do_not_build()
    {
        var first = await RunAsync("list");
        var second = await RunAsync("list");

        Assert.Equal((0, "ready: list\n"), (first.Code, first.Output));
        Assert.Matches(@"^Building PgHaTutor, once.*\n(  after \d+ s: \w.*\n)+$", first.Error);
        Assert.Equal((0, "ready: list\n", ""), second);
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public async Task A_build_that_I_stop_does_not_count(string signal)
    {
        File.WriteAllText(Hold, "");
        using var launcher = Start("list");
        var half = Path.Combine(_root, "artifacts", "app.new", "tutor");
        await WaitAsync(() => File.Exists(half));

        Process.Start("kill", [$"-{signal}", $"{launcher.Id}"]).Dispose();
        var stopped = await EndAsync(launcher);

        Assert.Equal((signal == "INT" ? 130 : 143, ""), (stopped.Code, stopped.Output));
        Assert.EndsWith("nothing of it counts. Start ./tutor again to build.\n", stopped.Error);
        Assert.False(File.Exists(half));
        File.Delete(Hold);
        Assert.Contains("Building", (await RunAsync("list")).Error);
    }

    [Fact]
    public async Task A_source_that_changes_during_the_build_is_built_by_the_next_start()
    {
        File.WriteAllText(Hold, "");
        using var launcher = Start("list");
        await WaitAsync(() => File.Exists(Path.Combine(_root, "artifacts", "app.new", "tutor")));
        File.SetLastWriteTimeUtc(Path.Combine(_root, "src/Source.cs"), DateTime.UtcNow);
        File.Delete(Hold);
        await EndAsync(launcher);

        Assert.Contains("Building", (await RunAsync("list")).Error);
    }

    [Fact]
    public async Task The_native_program_is_started_while_it_is_newer_than_the_sources()
    {
        var made = await RunAsync("native");
        var started = await RunAsync("list");
        File.SetLastWriteTimeUtc(Path.Combine(_root, "src/Source.cs"), DateTime.UtcNow.AddSeconds(1));
        var changed = await RunAsync("list");

        Assert.Equal(0, made.Code);
        Assert.Contains("making it native", made.Error);
        Assert.Equal((0, "native: list\n", ""), started);
        Assert.Equal((0, "ready: list\n"), (changed.Code, changed.Output));
        Assert.Contains("./tutor native makes it anew", changed.Error);
    }

    [Fact]
    public async Task I_am_told_what_the_native_build_lacks_and_nothing_is_installed_unasked()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Elsewhere the packages have other names.");
        WriteProgram("clang", "cat > /dev/null; exit 1");
        WriteProgram("id", "echo 1000");
        WriteProgram("sudo", "exit 1");

        var run = await RunAsync("native");

        Assert.Equal(4, run.Code);
        Assert.Contains("PgHaTutor needs: a C compiler, zlib\n", run.Error);
        Assert.False(Directory.Exists(Path.Combine(_root, "artifacts", "native")));
    }

    private Process Start(params string[] words)
    {
        var start = new ProcessStartInfo(Path.Combine(_root, "tutor"), words) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PATH"] = $"{Path.Combine(_root, "bin")}:/usr/bin:/bin";
        start.Environment["HOME"] = _root;
        start.Environment["PGHATUTOR_PG_BIN"] = Path.Combine(_root, "bin");
        start.Environment["HOLD"] = Hold;
        var process = Process.Start(start)!;
        process.StandardInput.Close();
        return process;
    }

    private async Task<(int Code, string Output, string Error)> RunAsync(params string[] words)
    {
        using var process = Start(words);
        return await EndAsync(process);
    }

    private static async Task<(int Code, string Output, string Error)> EndAsync(Process process)
    {
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output, await error);
    }

    private static async Task WaitAsync(Func<bool> condition)
    {
        var clock = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(60), "Waited 60 s in vain.");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    private void Write(string name, string text)
    {
        var file = Path.Combine(_root, name);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
        // What a build made afterwards is newer, also on a file system that counts in whole seconds.
        File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddSeconds(-10));
    }

    private void WriteProgram(string name, string text)
    {
        Write($"bin/{name}", $"#!/bin/sh\n{text}\n");
        File.SetUnixFileMode(Path.Combine(_root, "bin", name), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
