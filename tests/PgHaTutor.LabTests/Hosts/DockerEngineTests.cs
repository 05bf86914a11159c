using System.Diagnostics;
using Npgsql;

namespace PgHaTutor.LabTests.Hosts;

/// <summary>The tests' engine does what the tests on it take for granted.</summary>
[Trait("Needs", "hosts")]
public sealed class DockerEngineTests(SharedDockerEngine shared)
{
    [Fact(Timeout = 180_000)]
    public async Task The_image_starts_a_server_that_this_machine_reaches()
    {
        var engine = await shared.StartedAsync();
        var id = await DockerAsync(engine, "run", "-d", "-e", "POSTGRES_PASSWORD=secret", "-e", "POSTGRES_DB=shop", "-p", "127.0.0.1::5432", engine.Image);
        try
        {
            var port = (await DockerAsync(engine, "port", id, "5432")).Split(':')[^1];
            await using var source = NpgsqlDataSource.Create($"Host=127.0.0.1;Port={port};Username=postgres;Password=secret;Database=shop;Timeout=2");
            await UntilAsync(() => AnswersAsync(source), () => DockerAsync(engine, "logs", id));
        }
        finally
        {
            await DockerAsync(engine, "rm", "--force", "--volumes", id);
        }
    }

    [Fact(Timeout = 180_000)]
    public async Task Containers_of_one_network_reach_each_other_and_nobody_else()
    {
        var engine = await shared.StartedAsync();
        var name = $"net-{Guid.NewGuid():N}"[..12];
        await DockerAsync(engine, "network", "create", name);
        var ids = new List<string>();
        try
        {
            foreach (var node in new[] { "n1", "n2" })
                ids.Add(await DockerAsync(engine, "run", "-d", "--init", "--network", name, "--network-alias", node, engine.Image, "perl", "-MIO::Socket::INET", "-e", "my $s = IO::Socket::INET->new(Listen => 5, LocalPort => 7777); 1 while $s->accept"));

            await UntilAsync(
                async () => await DockerAsync(engine, "exec", ids[0], "bash", "-c", "timeout 1 bash -c 'exec 3<>/dev/tcp/n2/7777' 2>/dev/null && echo open || echo shut") == "open",
                () => DockerAsync(engine, "logs", ids[1]));
            Assert.Equal("shut", await DockerAsync(engine, "exec", ids[0], "bash", "-c", "timeout 1 bash -c 'exec 3<>/dev/tcp/192.0.2.1/80' 2>/dev/null && echo open || echo shut"));
        }
        finally
        {
            foreach (var id in ids)
                await DockerAsync(engine, "rm", "--force", "--volumes", id);
            await DockerAsync(engine, "network", "rm", name);
        }
    }

    [Fact(Timeout = 180_000)]
    public async Task Nothing_of_an_engine_is_left_when_it_is_down_whatever_ran_on_it()
    {
        string folder, pool;
        await using (var engine = await DockerEngine.StartAsync())
        {
            folder = engine.Folder;
            await DockerAsync(engine, "network", "create", "left");
            pool = await DockerAsync(engine, "network", "inspect", "--format", "{{(index .IPAM.Config 0).Gateway}}", "left");
            await DockerAsync(engine, "run", "-d", "--network", "left", engine.Image, "sleep", "87654");
            Assert.NotEmpty(CommandLines.With("sleep 87654"));
            Assert.Contains(await AddressesAsync(), line => line.Contains(pool + "/", StringComparison.Ordinal));
        }

        Assert.False(Directory.Exists(folder));
        Assert.Empty(CommandLines.With(folder));
        Assert.Empty(CommandLines.With("sleep 87654"));
        Assert.DoesNotContain(await AddressesAsync(), line => line.Contains(pool + "/", StringComparison.Ordinal));
        Assert.DoesNotContain(File.ReadLines("/proc/self/mountinfo"), line => line.Contains(folder, StringComparison.Ordinal));
    }

    private static async Task<bool> AnswersAsync(NpgsqlDataSource source)
    {
        try
        {
            await using var command = source.CreateCommand("select current_database()");
            return await command.ExecuteScalarAsync(TestContext.Current.CancellationToken) is "shop";
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    private static async Task UntilAsync(Func<Task<bool>> happened, Func<Task<string>> explain)
    {
        var started = Stopwatch.GetTimestamp();
        while (!await happened())
        {
            if (Stopwatch.GetElapsedTime(started) > TimeSpan.FromSeconds(60))
                Assert.Fail("It did not happen within 60 s: " + await explain());
        }
    }

    private static Task<string> DockerAsync(DockerEngine engine, params string[] words) => SaidAsync("docker", words, engine.Environment);

    private static async Task<string[]> AddressesAsync() => (await SaidAsync("ip", ["-o", "-4", "addr"], new Dictionary<string, string>())).Split('\n');

    private static async Task<string> SaidAsync(string program, IReadOnlyList<string> words, IReadOnlyDictionary<string, string> environment)
    {
        var start = new ProcessStartInfo(program, words) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (variable, value) in environment)
            start.Environment[variable] = value;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', words)}: {await errors}");
        return (await output).Trim();
    }
}
