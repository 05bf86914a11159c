using PgHaTutor.LabTests.Hosts;

[assembly: AssemblyFixture(typeof(SharedSshFarm))]

namespace PgHaTutor.LabTests.Hosts;

/// <summary>The two hosts of all tests that only use them; booted when the first one asks, ended with the run.</summary>
/// <remarks>Who cuts, slows, fills or switches off starts a farm of its own.</remarks>
public sealed class SharedSshFarm : IAsyncDisposable
{
    private readonly SemaphoreSlim _door = new(1);
    private SshFarm? _farm;

    /// <summary>Skips the test where this machine cannot boot them.</summary>
    public async Task<SshFarm> StartedAsync()
    {
        await _door.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            return _farm ??= await SshFarm.StartAsync();
        }
        finally
        {
            _door.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_farm is not null)
            await _farm.DisposeAsync();
        _door.Dispose();
    }
}
