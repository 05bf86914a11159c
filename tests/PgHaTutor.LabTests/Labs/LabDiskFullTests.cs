using System.Diagnostics;
using PgHaTutor.Hosts;
using PgHaTutor.Labs;

namespace PgHaTutor.LabTests.Labs;

/// <summary>A full disk costs nobody more than the space: it is told, nothing is left half done, and a reset makes room.</summary>
public sealed class LabDiskFullTests : IAsyncDisposable
{
    private readonly string _disk = ATemporarySite.NewFolder();
    private bool _mounted;

    private static CancellationToken TestEnd => TestContext.Current.CancellationToken;

    [Fact]
    public async Task I_am_told_that_the_disk_is_full_and_nothing_is_left_of_the_lab()
    {
        var site = await OnADiskOfAsync(20);
        var failure = await Assert.ThrowsAsync<LabException>(() => BuildAsync(site));
        Assert.Contains("No space left on device", failure.Message);
        Assert.Matches("The disk is full: make room there, or .*PGHATUTOR_HOME", failure.Message);
        Assert.True(failure.Message.Length < 500, failure.Message);
        Assert.Empty(Directory.EnumerateFiles(_disk, "*", SearchOption.AllDirectories));
        Assert.Empty(Postmaster.Below(site.Host, _disk));
    }

    [Fact]
    public async Task I_can_reset_a_lab_that_filled_its_disk()
    {
        var site = await OnADiskOfAsync(100);
        var lab = await BuildAsync(site);
        await lab.TryAsync("primary", "dd if=/dev/zero of=\"$BACKUP_DIR/zeros\" bs=1M");
        lab = await site.RestoreAsync(lab, cancellationToken: TestEnd);
        Assert.Equal("f", await lab.SqlAsync("primary", "select pg_is_in_recovery()"));
        await lab.TryAsync("primary", "dd if=/dev/zero of=\"$BACKUP_DIR/zeros\" bs=1M");
        Assert.Empty(await site.RemoveAsync(lab, TestEnd));
    }

    [Fact]
    public async Task On_a_full_disk_every_verb_still_does_what_it_can_and_down_makes_room()
    {
        await OnADiskOfAsync(200);
        await using var home = new CommandsHome { Variables = { ["PGHATUTOR_HOME"] = Path.Combine(_disk, "home") } };
        await home.InitializeAsync();
        Assert.Equal(0, (await home.RunAsync("up", "follow")).ExitCode);
        Assert.Equal(1, await RunAsync("dd", "if=/dev/zero", $"of={_disk}/zeros", "bs=64k", "status=none"));
        Assert.Equal(1, await RunAsync("dd", "if=/dev/zero", $"of={_disk}/rest", "bs=1", "status=none"));

        var exec = await home.RunAsync("exec", "primary", "--", "sh", "-c", "echo seen", new string('x', 10_000));
        Assert.Equal((4, "seen\n"), (exec.ExitCode, exec.Output));
        Assert.Matches("^tutor: Could not write the journal .*No space left on device.*Make room", exec.Error);
        Assert.Equal(0, (await home.RunAsync("status")).ExitCode);
        var down = await home.RunAsync("down");
        Assert.True(down.ExitCode == 0, down.ToString());

        Assert.Equal(0, (await home.RunAsync("down", "--all")).ExitCode);
        Assert.DoesNotContain("torn", string.Join(' ', Directory.EnumerateFiles(_disk, "*", SearchOption.AllDirectories)));
    }

    public async ValueTask DisposeAsync()
    {
        var host = new LocalHost();
        await Postmaster.EndBelowAsync(host, _disk, Shutdown.Immediate);
        if (_mounted)
            await RunAsync("umount", _disk);
        Directory.Delete(_disk, recursive: true);
    }

    private static async Task<Lab> BuildAsync(LocalSite site) => await site.BuildAsync(
        new LabPlan("test.lesson", new Recipe([new NodeRecipe("primary", NodeRole.Primary)]), (await site.InstallationsAsync(TestEnd))[0]), cancellationToken: TestEnd);

    private async Task<LocalSite> OnADiskOfAsync(int megabytes)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root can mount a small disk.");
        _mounted = await RunAsync("mount", "-t", "tmpfs", "-o", $"size={megabytes}m,mode=755", "tmpfs", _disk) == 0;
        Assert.SkipUnless(_mounted, "This machine lets nobody mount a small disk.");
        return new LocalSite(new LocalHost(), Path.Combine(_disk, "labs"));
    }

    private static async Task<int> RunAsync(string program, params string[] words)
    {
        using var process = Process.Start(program, words);
        await process.WaitForExitAsync();
        return process.ExitCode;
    }
}
