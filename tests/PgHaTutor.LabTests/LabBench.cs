using System.Diagnostics;
using Npgsql;
using PgHaTutor.Hosts;
using PgHaTutor.Labs;

namespace PgHaTutor.LabTests;

/// <summary>What a learner does to a lab, in a test's words.</summary>
public static class LabBench
{
    private static CancellationToken TestEnd => TestContext.Current.CancellationToken;

    /// <summary>Runs a command on a node as a step would; it must succeed.</summary>
    public static async Task<string> RunAsync(this Lab lab, string node, string command)
    {
        var output = await lab.TryAsync(node, command);
        Assert.True(output.Succeeded, $"{command}\nended with {output.ExitCode}: {output.StandardError}");
        return output.StandardOutput.Trim();
    }

    /// <summary>Runs a command on a node as a step would, however it ends.</summary>
    public static Task<CommandOutput> TryAsync(this Lab lab, string node, string command) =>
        lab[node].Host.RunAsync(new Script(command) { Environment = Variables.For(lab, lab[node]), WorkingDirectory = lab.Directory }, cancellationToken: TestEnd);

    /// <summary>Runs SQL on a node with write access; gives the first value as text.</summary>
    public static async Task<string?> SqlAsync(this Lab lab, string node, string sql)
    {
        await using var connections = new LabConnections(lab);
        await using var connection = await connections.OpenAsync(lab[node], new ConnectionOptions(ReadWrite: true, Fresh: true), TestEnd);
        await using var command = new NpgsqlCommand(sql, connection) { AllResultTypesAreUnknown = true };
        return (string?)await command.ExecuteScalarAsync(TestEnd);
    }

    /// <summary>Looks at the lab until it is as wanted.</summary>
    public static async Task<Observation> UntilAsync(this Lab lab, Func<Observation, bool> wanted, double seconds = 10)
    {
        await using var connections = new LabConnections(lab);
        return await EventuallyAsync(() => connections.ObserveAsync(TestEnd), wanted, seconds);
    }

    /// <summary>Looks again and again until what is seen is as wanted, or time is up.</summary>
    public static async Task<T> EventuallyAsync<T>(Func<Task<T>> look, Func<T, bool> wanted, double seconds = 10)
    {
        var began = Stopwatch.GetTimestamp();
        while (true)
        {
            var seen = await look();
            if (wanted(seen))
                return seen;
            Assert.True(Stopwatch.GetElapsedTime(began).TotalSeconds < seconds, $"Not so after {seconds} s; last seen: {seen}");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TestEnd);
        }
    }
}
