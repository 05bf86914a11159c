using System.Text.Json;

namespace PgHaTutor.LabTests.Hosts;

/// <summary><c>tutor doctor --target ssh:…</c> tells of each host what is good, what is not, and how to mend it.</summary>
public sealed class SshDoctorTests(CommandsHome home) : IClassFixture<CommandsHome>
{
    [Fact]
    public async Task I_am_told_that_good_hosts_can_be_used_and_then_all_at_once_what_broke()
    {
        await using var farm = await SshFarm.StartAsync();
        var good = await DoctorAsync(farm.Inventory);
        Assert.True(good.ExitCode == 0, good.ToString());
        Assert.All(Findings(good), finding => Assert.Equal("ok", finding.Answer));
        Assert.Contains(Findings(good), finding => finding is { Name: "h1, way to h2", Found: var found } && found.Contains("5432"));
        Assert.Contains(Findings(good), finding => finding.Name == "h2, clock");
        Assert.NotEqual(0, good.Json.GetProperty("installed").GetArrayLength());
        Assert.True(good.Json.GetProperty("targets")[0].GetProperty("usable").GetBoolean());

        await farm.CutPostgresAsync("h2");
        await farm.OnAsync("h1", "mkdir", "-p", "/var/lib/pghatutor");
        await farm.OnAsync("h2", "bash", "-c", "mkdir -p /etc/postgresql/15/main && echo 'port = 5432' >/etc/postgresql/15/main/postgresql.conf; mount -t tmpfs -o size=20m,mode=777 tmpfs /var/lib/postgresql; mkdir -m 777 /var/lib/pghatutor; mount --bind /var/lib/postgresql /var/lib/pghatutor");
        var bad = await DoctorAsync(farm.Inventory);
        Assert.Equal(4, bad.ExitCode);
        Told(bad, "h1, folder", "missing", "is not postgres's to write");
        Told(bad, "h2, folder", "missing", "MB free");
        Told(bad, "h1, way to h2", "missing", "no answer");
        Told(bad, "h2, way to h1", "missing", "no answer");
        Told(bad, "h2, cluster 15/main", "note", "stopped on port 5432");
    }

    [Fact]
    public async Task I_am_told_which_host_is_away_which_wants_a_password_and_which_lacks_the_version()
    {
        await using var farm = await SshFarm.StartAsync(3);
        await farm.PowerOffAsync("h3");
        await File.WriteAllTextAsync(Path.Combine(farm.Folder, "mixed.yaml"), """
            format: 1
            ssh_config: ssh_config
            pg: 99
            hosts:
              - name: h1
              - {name: h2, user: asked}
              - name: h3
            """, TestContext.Current.CancellationToken);
        var told = await DoctorAsync(Path.Combine(farm.Folder, "mixed.yaml"));
        Assert.Equal(4, told.ExitCode);
        Told(told, "h1, PostgreSQL", "missing", "PostgreSQL 99");
        Told(told, "h2", "missing", "asks asked for a password");
        Told(told, "h3", "missing", "does not answer");
    }

    [Fact]
    public async Task A_system_s_own_cluster_is_seen_and_left_alone()
    {
        await using var farm = await SshFarm.StartAsync(0);
        var (name, _) = await farm.AddAsync(systemd: true);
        // ssh answers before the host has started its cluster.
        await farm.OnAsync(name, "bash", "-c", "until pg_lsclusters -h | grep -q online; do sleep 0.1; done");
        var told = await DoctorAsync(farm.OneHostInventory);
        Assert.True(told.ExitCode == 0, told.ToString());
        Told(told, $"{name}, cluster 15/main", "note", "runs on port 5432");
    }

    [Fact]
    public async Task A_clock_that_is_wrong_is_told()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/gcc"), "A host's clock is put wrong by a few lines of C; gcc is not here.");
        await using var farm = await SshFarm.StartAsync(1);
        var source = Path.Combine(farm.Folder, "slow.c");
        await File.WriteAllTextAsync(source, """
            #define _GNU_SOURCE
            #include <dlfcn.h>
            #include <sys/time.h>
            int gettimeofday(struct timeval *now, void *zone) {
              int (*real)(struct timeval *, void *) = dlsym(RTLD_NEXT, "gettimeofday");
              int code = real(now, zone);
              now->tv_sec -= 5;
              return code;
            }
            """, TestContext.Current.CancellationToken);
        using (var compiler = System.Diagnostics.Process.Start("gcc", ["-shared", "-fPIC", "-o", Path.Combine(farm.Folder, "h1/upper/slow.so"), source, "-ldl"]))
            await compiler.WaitForExitAsync(TestContext.Current.CancellationToken);
        await farm.OnAsync("h1", "bash", "-c", "printf '#!/bin/sh\nLD_PRELOAD=/slow.so exec /usr/bin/bash \"$@\"\n' >/usr/local/bin/bash; chmod 755 /usr/local/bin/bash");

        var told = await DoctorAsync(farm.OneHostInventory);

        Assert.Equal(4, told.ExitCode);
        var clock = Findings(told).Single(finding => finding.Name == "h1, clock");
        Assert.Equal("missing", clock.Answer);
        Assert.Matches(@"^[45]\.\d\d s behind this machine$", clock.Found);
    }

    [Fact]
    public async Task An_inventory_that_cannot_be_used_is_told_with_line_and_column()
    {
        var file = Path.Combine(home.Root, "inventory.yaml");
        await File.WriteAllTextAsync(file, "format: 1\nhosts:\n  - nmae: h1\n", TestContext.Current.CancellationToken);
        var told = await home.RunAsync("doctor", "--target", $"ssh:{file}");
        Assert.Equal(2, told.ExitCode);
        Assert.Contains($"{file}:3:5", told.Error);
        Assert.Contains("name", told.Error);
    }

    private async Task<CommandsRun> DoctorAsync(string inventory) => await home.RunAsync("doctor", "--target", $"ssh:{inventory}", "--json");

    private static List<(string Name, string Answer, string Found)> Findings(CommandsRun run) =>
    [
        .. run.Json.GetProperty("findings").EnumerateArray().Select(finding => (Text(finding, "name"), Text(finding, "answer"), Text(finding, "found"))),
    ];

    private static string Text(JsonElement finding, string name) => finding.GetProperty(name).GetString()!;

    private static void Told(CommandsRun run, string name, string answer, string found) =>
        Assert.Contains(Findings(run), finding => finding.Name == name && finding.Answer == answer && finding.Found.Contains(found));
}
