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
            case "$1" in
              --list-sdks) echo "10.0.100 [/sdk]"; exit ;;
              --list-runtimes) echo "Microsoft.NETCore.App 10.0.0 [/sdk]"; exit ;;
            esac
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

    [Fact]
    public async Task An_old_dotnet_on_the_path_does_not_hide_the_new_one_in_my_home()
    {
        Directory.CreateDirectory(Path.Combine(_root, ".dotnet"));
        File.Move(Path.Combine(_root, "bin/dotnet"), Path.Combine(_root, ".dotnet/dotnet"));
        WriteProgram("dotnet", "echo '8.0.100 [/old]'");

        var run = await RunAsync("list");

        Assert.Equal((0, "ready: list\n"), (run.Code, run.Output));
    }

    [Theory]
    [InlineData("ID=debian VERSION_ID=12", "apt-get update", "apt-get install -y ca-certificates curl libstdc++6 zlib1g", "apt-get install -y --no-install-recommends postgresql-common", "create_main_cluster = false", "apt-get install -y postgresql\n", "curl -fsSL https://dot.net/v1/dotnet-install.sh | bash -s -- --channel 10.0")]
    [InlineData("ID=ubuntu ID_LIKE=debian VERSION_ID=24.04 PACKAGED=yes", "apt-get update", "apt-get install -y dotnet-sdk-10.0", "apt-get install -y postgresql\n")]
    [InlineData("ID=rhel ID_LIKE=fedora VERSION_ID=9.4", "dnf install -y dotnet-sdk-10.0", "dnf install -y postgresql-server postgresql-contrib")]
    [InlineData("ID=rocky ID_LIKE='rhel centos fedora' VERSION_ID=8.9", "dnf install -y dotnet-sdk-10.0", "dnf module enable -y postgresql:15", "dnf install -y postgresql-server postgresql-contrib")]
    [InlineData("ID=amzn ID_LIKE=fedora VERSION_ID=2023", "dnf install -y postgresql15-server postgresql15-contrib")]
    [InlineData("ID=alpine VERSION_ID=3.20", "This system is none that it can install on")]
    [InlineData("", "brew install --cask dotnet-sdk", "brew install postgresql@17")]
    public async Task On_a_bare_machine_I_am_told_what_my_system_calls_what_is_missing(string release, params string[] lines)
    {
        var run = await RunBareAsync(release, "up", "x");

        Assert.Equal(4, run.Code);
        Assert.StartsWith("PgHaTutor needs: .NET SDK 10, PostgreSQL 13 or newer\n", run.Error);
        var place = 0;
        foreach (var line in lines)
        {
            Assert.Contains(line, run.Error[place..]);
            place += run.Error[place..].IndexOf(line, StringComparison.Ordinal) + line.Length;
        }
    }

    [Fact]
    public async Task What_is_there_is_found_however_much_else_is_listed_behind_it()
    {
        const string More = "i=0; while [ $i -lt 20000 ]; do echo '	libother.so.1 (libc6,x86-64) => /usr/lib/x86_64-linux-gnu/libother.so.1'; i=$((i + 1)); done";
        WriteProgram("ldconfig", $"echo '	libssl.so.3 (libc6,x86-64) => /lib/libssl.so.3'; {More}");
        WriteProgram("dotnet", $"if [ $1 = --list-sdks ]; then echo '10.0.100 [/sdk]'; {More}; fi; {File.ReadAllText(Path.Combine(_root, "bin/dotnet"))}");

        var run = await RunAsync("list");

        Assert.Equal((0, "ready: list\n"), (run.Code, run.Output));
        Assert.DoesNotContain("needs", run.Error);
    }

    [Theory]
    [InlineData("ID=debian SDK=yes", "apt-get install -y openssl ca-certificates")]
    [InlineData("ID=rhel SDK=yes", "dnf install -y openssl-libs ca-certificates")]
    public async Task The_library_without_which_no_hash_can_be_made_is_asked_for_too(string release, string line)
    {
        WriteProgram("ldconfig", "echo '	libc.so.6 (libc6,x86-64) => /lib/libc.so.6'");

        var run = await RunBareAsync(release, "list");

        Assert.Equal(4, run.Code);
        Assert.StartsWith("PgHaTutor needs: OpenSSL\n", run.Error);
        Assert.Contains(line, run.Error);
    }

    [Fact]
    public async Task Without_root_I_get_one_line_for_an_administrator()
    {
        var run = await RunBareAsync("ID=debian", "--yes", "up", "x");

        Assert.Equal(4, run.Code);
        Assert.Matches("That takes an administrator\\. Give them exactly this, then run ./tutor again:\n  sudo sh -c \"apt-get update && .* && apt-get install -y postgresql\"\n$", run.Error);
    }

    [Fact]
    public async Task What_was_installed_and_is_still_not_there_is_named()
    {
        WriteProgram("id", "echo 0");

        var run = await RunBareAsync("ID=debian PACKAGED=yes", "up", "x");

        Assert.Equal(4, run.Code);
        Assert.Matches("(?s)\\+ apt-get update\n.*\\+ apt-get install -y dotnet-sdk-10.0\n.*\\+ apt-get install -y postgresql\n", run.Error);
        Assert.EndsWith(".NET SDK 10 is still not found after installing it. Open a new terminal and try again; ./tutor doctor tells more.\n", run.Error);
    }

    [Theory]
    [InlineData("list")]
    [InlineData("doctor")]
    [InlineData("up x --target docker")]
    [InlineData("up x --target ssh:hosts.yaml")]
    public async Task What_runs_no_server_here_asks_for_none(string words)
    {
        var run = await RunBareAsync("ID=debian SDK=yes", words.Split(' '));

        Assert.Equal((0, $"ready: {words}\n"), (run.Code, run.Output));
    }

    [Fact]
    public async Task Without_root_and_without_servers_Docker_serves()
    {
        WriteProgram("docker", "exit 0");

        var run = await RunBareAsync("ID=debian SDK=yes SUDO=no", "up", "x");

        Assert.Equal((0, "ready: up x\n"), (run.Code, run.Output));
        Assert.Contains("labs are built on containers (--target docker)", run.Error);
    }

    /// <summary>Runs it where there are no servers, and the system is another one: in a mount namespace, so as root.</summary>
    private async Task<(int Code, string Output, string Error)> RunBareAsync(string release, params string[] words)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "Only root can show a program another /etc/os-release.");
        Write("os-release", release.Replace(' ', '\n').Replace("'rhel\ncentos\nfedora'", "'rhel centos fedora'"));
        if (!release.Contains("SDK=yes", StringComparison.Ordinal))
            WriteProgram("dotnet", "exit 1");
        if (release.Length == 0)
            WriteProgram("uname", "echo Darwin");
        if (!File.Exists(Path.Combine(_root, "bin/id")))
            WriteProgram("id", "echo 1000");
        if (!release.Contains("SUDO=no", StringComparison.Ordinal))
            WriteProgram("sudo", "exit 1");
        WriteProgram("apt-cache", release.Contains("PACKAGED", StringComparison.Ordinal) ? "exit 0" : "exit 1");
        foreach (var name in new[] { "dpkg", "brew", "curl" })
            WriteProgram(name, "exit 1");
        foreach (var name in new[] { "apt-get", "dnf", "sed" })
            WriteProgram(name, name == "sed" ? "case \"$*\" in *create_main_cluster*) ;; *) exec /usr/bin/sed \"$@\" ;; esac" : "exit 0");
        File.Delete(Path.Combine(_root, "bin/postgres"));
        using var process = Start("unshare", [
            "-m", "sh", "-c",
            $"mount --bind {_root}/os-release /etc/os-release && {{ [ ! -d /usr/lib/postgresql ] || mount -t tmpfs none /usr/lib/postgresql; }} && for place in /usr/share/dotnet /usr/lib/dotnet; do [ ! -d $place ] || mount -t tmpfs none $place; done && exec {_root}/tutor \"$@\"",
            "sh", .. words]);
        var run = await EndAsync(process);
        Assert.SkipWhen(run.Error.StartsWith("unshare", StringComparison.Ordinal) || run.Error.StartsWith("mount", StringComparison.Ordinal), run.Error);
        return run;
    }

    private Process Start(params string[] words) => Start(Path.Combine(_root, "tutor"), words);

    private Process Start(string program, string[] words)
    {
        var start = new ProcessStartInfo(program, words) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
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
