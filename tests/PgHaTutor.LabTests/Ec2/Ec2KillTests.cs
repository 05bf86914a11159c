using System.Diagnostics;

namespace PgHaTutor.LabTests.Ec2;

/// <summary>An up that is killed, at each of its calls: before AWS did what was asked, and after it but before it answered.</summary>
public sealed class Ec2KillTests
{
    private static readonly string[] Up = ["up", "--yes", "--no-wait", "--zones", "2", "--from", "192.0.2.77"];

    [Fact(Timeout = 600_000)]
    [Trait("Speed", "slow")]
    public async Task Down_after_a_kill_at_any_call_leaves_nothing()
    {
        await EachAsync(await MomentsAsync(call => true), async (number, done) =>
        {
            await using var stub = Stub();
            using var home = new Ec2Home(stub.Address);
            var killed = await KillAsync(stub, home, number, done);

            var down = await home.RunAsync("down");

            Assert.True(down.ExitCode == 0, $"killed {killed}: {down}");
            Assert.True(stub.Left.Count == 0, $"killed {killed}: {string.Join(", ", stub.Left)} is left. {down}");
            Assert.Empty(home.Files("set.json"));
        });
    }

    [Fact(Timeout = 600_000)]
    [Trait("Speed", "slow")]
    public async Task Up_after_a_kill_goes_on_and_makes_nothing_twice()
    {
        await EachAsync((await MomentsAsync(call => call.IsChange)).Where(moment => moment.Done), async (number, done) =>
        {
            await using var stub = Stub();
            using var home = new Ec2Home(stub.Address);
            var killed = await KillAsync(stub, home, number, done);

            var up = await home.RunAsync(Up);

            Assert.True(up.ExitCode == 0, $"killed {killed}: {up}");
            Assert.True(stub.Left.Count == 4, $"killed {killed}: {string.Join(", ", stub.Left)}");
            Assert.Equal(["us-east-1a", "us-east-1b"], stub.Instances.Select(instance => instance.Zone));
            var down = await home.RunAsync("down");
            Assert.True(down.ExitCode == 0 && stub.Left.Count == 0, $"killed {killed}: {down}");
        });
    }

    /// <summary>Each call of an undisturbed up that changes something, twice; each other one once.</summary>
    private static async Task<IReadOnlyList<(int Number, bool Done)>> MomentsAsync(Func<Ec2StubCall, bool> of)
    {
        await using var stub = Stub();
        using var home = new Ec2Home(stub.Address);
        var up = await home.RunAsync(Up);
        Assert.True(up.ExitCode == 0, up.ToString());
        var calls = stub.Calls.Where(of).ToList();
        Assert.Contains(calls, call => call.Action == "RunInstances");
        return [.. calls.SelectMany(call => call.IsChange ? new[] { (call.Number, false), (call.Number, true) } : [(call.Number, false)])];
    }

    /// <summary>Some at once: most of their time is waiting.</summary>
    private static Task EachAsync(IEnumerable<(int Number, bool Done)> moments, Func<int, bool, Task> body) => Parallel.ForEachAsync(
        moments, new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = TestContext.Current.CancellationToken }, async (moment, _) => await body(moment.Number, moment.Done));

    /// <summary>What was made last is not shown yet when down begins, and shown long before its quiet time is over.</summary>
    private static Ec2Stub Stub() => new() { Unseen = TimeSpan.FromMilliseconds(600), Changing = TimeSpan.FromMilliseconds(100) };

    /// <summary>Runs up and kills it at that call; where it makes fewer calls this time, at its end.</summary>
    /// <returns>Where it was killed.</returns>
    private static async Task<string> KillAsync(Ec2Stub stub, Ec2Home home, int number, bool done)
    {
        var started = new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously);
        var killed = "nowhere";
        stub.Around = (call, isDone) =>
        {
            if (call.Number != number || isDone != done)
                return;
            var victim = started.Task.Result;
            victim.Kill();
            victim.WaitForExit();
            killed = $"{(done ? "after" : "before")} call {number}, {call.Action}";
            if (!done)
                throw new Ec2StubException("InternalError");
        };
        using var up = home.Start(Up);
        started.SetResult(up);
        await CommandsHome.EndAsync(up);
        stub.Around = (_, _) => { };
        return killed;
    }
}
