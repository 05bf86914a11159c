using System.Diagnostics;
using System.Text.RegularExpressions;
using PgHaTutor.Ec2;

namespace PgHaTutor.Tests.Ec2;

/// <summary>What an instance is told for its first boot, and what its set-up script does.</summary>
public sealed partial class UserDataTests : IDisposable
{
    private const string Key = "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjE=\nAAAAB3Nz\n-----END OPENSSH PRIVATE KEY-----\n";
    private static readonly DateTimeOffset End = new(2026, 11, 22, 16, 0, 5, TimeSpan.Zero);

    private readonly string _root = Directory.CreateTempSubdirectory("pght-user-data-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void It_holds_the_host_key_the_end_and_the_version_and_is_small_enough()
    {
        var text = UserData.Of("h2", Key, "ssh-ed25519 AAAA", 17, End);

        Assert.StartsWith("#cloud-config\n", text);
        Assert.Contains("  ed25519_private: |\n    -----BEGIN OPENSSH PRIVATE KEY-----\n    b3BlbnNzaC1rZXktdjE=\n    AAAAB3Nz\n    -----END OPENSSH PRIVATE KEY-----\n", text);
        Assert.Contains("ed25519_public: \"ssh-ed25519 AAAA\"", text);
        Assert.Contains("hostname: \"h2\"", text);
        Assert.Contains("OnCalendar=2026-11-22 16:00:05 UTC", text);
        Assert.Contains($"-lt {End.ToUnixTimeSeconds()} ]", text);
        Assert.DoesNotMatch("@[A-Z_]+@", text);
        Assert.InRange(text.Length, 1000, 16_000); // EC2 takes 16 KB; a real key is some hundred bytes longer.
    }

    [Fact]
    public async Task Cloud_init_takes_it()
    {
        var tool = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(folder => Path.Combine(folder, "cloud-init")).FirstOrDefault(File.Exists);
        Assert.SkipWhen(tool is null, "cloud-init is not installed here, which knows its own schema.");
        var file = Path.Combine(_root, "user-data.yaml");
        File.WriteAllText(file, UserData.Of("h1", Key, "ssh-ed25519 AAAA", 17, End));

        var (code, said) = await RunAsync(tool, ["schema", "-c", file]);

        Assert.True(code == 0, said);
    }

    [Fact]
    public async Task The_shell_takes_what_runs_at_every_boot()
    {
        var commands = Block("bootcmd:\n  - |\n", "    ").Replace("/etc/systemd/system", _root);
        Fake("systemctl", "echo \"systemctl $*\"");

        var (code, said) = await RunAsync("sh", ["-c", commands]);

        Assert.True(code == 0, said);
        Assert.Contains("systemctl enable pghatutor-expiry.timer", said);
        Assert.Contains("start --no-block pghatutor-expiry.service", said); // The end has passed.
        Assert.Contains("[Timer]\nOnCalendar=2020-01-02 03:04:05 UTC\nPersistent=true\n", File.ReadAllText(Path.Combine(_root, "pghatutor-expiry.timer")));
    }

    [Theory]
    [InlineData(null, "16", "apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends postgresql\n", false)]
    [InlineData(16, "16", "postgresql-16\n", false)]
    [InlineData(17, "16", "postgresql-17\n", true)]
    public async Task The_wished_version_comes_from_Ubuntu_where_it_has_it_else_from_the_project(int? wished, string offered, string installed, bool fromProject)
    {
        Fake("apt-get", "echo \"apt-get $*\"");
        Fake("apt-cache", $"case $2 in postgresql-{offered}) echo '  Candidate: {offered}.1-0ubuntu1' ;; *) echo '  Candidate: (none)' ;; esac");

        var (code, said) = await SetUpAsync(wished);

        Assert.True(code == 0, said);
        Assert.Contains(installed, said);
        Assert.Equal(fromProject, said.Contains("the project's packages were added", StringComparison.Ordinal));
        Assert.Equal("ready\n", File.ReadAllText(Path.Combine(_root, "var/lib/pghatutor-setup")));
        Assert.Equal("create_main_cluster = false\n", File.ReadAllText(Path.Combine(_root, "etc/postgresql-common/createcluster.d/pghatutor.conf")));
    }

    [Fact]
    public async Task What_cannot_be_installed_is_tried_again_and_then_said()
    {
        Fake("apt-get", "echo \"apt-get $*\"; case $* in *update*) exit 0 ;; *) exit 100 ;; esac");

        var (code, said) = await SetUpAsync(null);

        Assert.Equal(1, code);
        Assert.Equal(5, Regex.Count(said, "install .*postgresql-common"));
        Assert.StartsWith("failed: apt-get ", File.ReadAllText(Path.Combine(_root, "var/lib/pghatutor-setup")));
    }

    /// <summary>Runs the set-up script below a folder of the test's own, with stand-ins for what would change this machine.</summary>
    private async Task<(int Code, string Said)> SetUpAsync(int? major)
    {
        Directory.CreateDirectory(Path.Combine(_root, "var/lib"));
        Directory.CreateDirectory(Path.Combine(_root, "usr/share/postgresql-common/pgdg"));
        Fake("systemctl", "true");
        Fake("sleep", "true");
        Fake("../usr/share/postgresql-common/pgdg/apt.postgresql.org.sh", "echo the project\\'s packages were added");
        var script = Path.Combine(_root, "setup");
        File.WriteAllText(script, SystemPath().Replace(Block("    content: |\n", "      ", major), $"{_root}/$1/"));
        return await RunAsync("bash", [script]);
    }

    private static string Block(string head, string indent, int? major = null)
    {
        var text = UserData.Of("h1", Key, "ssh-ed25519 AAAA", major, new DateTimeOffset(2020, 1, 2, 3, 4, 5, TimeSpan.Zero));
        return string.Concat(text[(text.IndexOf(head, StringComparison.Ordinal) + head.Length)..].Split('\n')
            .TakeWhile(line => line.Length == 0 || line.StartsWith(indent, StringComparison.Ordinal))
            .Select(line => (line.Length == 0 ? "" : line[indent.Length..]) + "\n"));
    }

    private void Fake(string name, string does)
    {
        var file = Path.Combine(Directory.CreateDirectory(Path.Combine(_root, "bin")).FullName, name);
        File.WriteAllText(file, $"#!/bin/sh\n{does}\n");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }

    private async Task<(int Code, string Said)> RunAsync(string program, string[] words)
    {
        var start = new ProcessStartInfo(program, words) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PATH"] = $"{_root}/bin:{Environment.GetEnvironmentVariable("PATH")}";
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var said = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken) + await errors;
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, said);
    }

    [GeneratedRegex(@"(?<![\w.])/(etc|var|usr/share)/")]
    private static partial Regex SystemPath();
}
