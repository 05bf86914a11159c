using PgHaTutor.LabTests.Hosts;

[assembly: AssemblyFixture(typeof(SharedDockerEngine))]

namespace PgHaTutor.LabTests.Hosts;

/// <summary>The Docker engine of all tests; started when the first one asks, ended with the run.</summary>
public sealed class SharedDockerEngine : IAsyncDisposable
{
    private readonly SemaphoreSlim _door = new(1);
    private DockerEngine? _engine;

    /// <summary>Skips the test where this machine cannot run one.</summary>
    public async Task<DockerEngine> StartedAsync()
    {
        await _door.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            return _engine ??= await DockerEngine.StartAsync();
        }
        finally
        {
            _door.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_engine is not null)
            await _engine.DisposeAsync();
        _door.Dispose();
    }
}
