using DotNet.Testcontainers.Images;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using PgHaTutor.Hosts;
using Testcontainers.PostgreSql;

namespace PgHaTutor.LabTests.Hosts;

/// <summary>One server for one test, by Testcontainers' own module for PostgreSQL.</summary>
[Trait("Needs", "hosts")]
public sealed class ThrowAwayServerTests(SharedDockerEngine shared)
{
    /// <summary>The module starts the server with all three off, on the command line, where no configuration can set them right again.</summary>
    [Fact(Timeout = 180_000)]
    public async Task A_server_for_one_test_keeps_what_it_has_committed()
    {
        var engine = await shared.StartedAsync();
        using var own = new ContainerEngine(new Uri(engine.Host));
        var endpoint = (await own.ConnectAsync(TestContext.Current.CancellationToken)).Endpoint;
        await using var server = new PostgreSqlBuilder(engine.Image)
            .WithDockerEndpoint(endpoint)
            .WithLogger(NullLogger.Instance)
            .WithImagePullPolicy(PullPolicy.Never)
            .WithCleanUp(false) // No Ryuk: its image cannot be had, and the engine goes with the tests.
            .WithCommand(new DotNet.Testcontainers.Configurations.OverwriteEnumerable<string>([]))
            .Build();
        await server.StartAsync(TestContext.Current.CancellationToken);

        // /.dockerenv may make Testcontainers name an address that only a container would reach.
        await using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(server.GetConnectionString()) { Host = "127.0.0.1" }.ConnectionString);
        await using var command = source.CreateCommand(
            "select string_agg(name || ' ' || setting, ', ' order by name) from pg_settings where name in ('fsync', 'full_page_writes', 'synchronous_commit')");
        Assert.Equal("fsync on, full_page_writes on, synchronous_commit on", await command.ExecuteScalarAsync(TestContext.Current.CancellationToken));
    }
}
