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
