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
        await EachAsync(await MomentsAsync(), async moment =>
        {
            await using var stub = Stub();
            using var home = new Ec2Home(stub.Address);
            await KillAsync(stub, home, moment);

            var down = await home.RunAsync("down");

            Assert.True(down.ExitCode == 0, $"killed at {moment}: {down}");
            Assert.True(stub.Left.Count == 0, $"killed at {moment}: {string.Join(", ", stub.Left)} is left. {down}");
            Assert.Empty(home.Files("set.json"));
        });
    }

    [Fact(Timeout = 600_000)]
    [Trait("Speed", "slow")]
    public async Task Up_after_a_kill_goes_on_and_makes_nothing_twice()
    {
        await EachAsync((await MomentsAsync()).Where(moment => moment.Done), async moment =>
        {
            await using var stub = Stub();
            stub.Unseen = TimeSpan.FromSeconds(6); // The next up does not see either what this one made.
            using var home = new Ec2Home(stub.Address);
            await KillAsync(stub, home, moment);

            var up = await home.RunAsync(Up);

            Assert.True(up.ExitCode == 0, $"killed at {moment}: {up}");
            Assert.True(stub.Left.Count == 4, $"killed at {moment}: {string.Join(", ", stub.Left)}");
            Assert.Equal(["us-east-1a", "us-east-1b"], stub.Instances.Select(instance => instance.Zone));
            var down = await home.RunAsync("down");
            Assert.True(down.ExitCode == 0 && stub.Left.Count == 0, $"killed at {moment}: {down}");
        });
    }

    /// <summary>
    /// The moments of an undisturbed up: each call that changes something before and after it was done, each kind of other ones once.
    /// How often a call is repeated until something is shown differs from run to run.
    /// </summary>
    private static async Task<IReadOnlyList<Moment>> MomentsAsync()
    {
        await using var stub = Stub();
        using var home = new Ec2Home(stub.Address);
        var seen = new List<Moment>();
        stub.Around = (call, done) => Count(seen, call, done);
        var up = await home.RunAsync(Up);
        Assert.True(up.ExitCode == 0, up.ToString());
        Assert.Contains(new Moment("RunInstances", 2, IsChange: true, Done: true), seen);
        var done = seen.Where(moment => moment.Done).ToHashSet();
        return [.. seen.Where(moment => moment.IsChange ? done.Contains(moment with { Done = true }) : moment is { Nth: 1, Done: false })];
    }

    /// <summary>Some at once: most of their time is waiting.</summary>
    private static Task EachAsync(IEnumerable<Moment> moments, Func<Moment, Task> body) => Parallel.ForEachAsync(
        moments, new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = TestContext.Current.CancellationToken }, async (moment, _) => await body(moment));

    /// <summary>What was made last is not shown yet when down begins, and shown long before its quiet time is over.</summary>
    private static Ec2Stub Stub() => new() { Unseen = TimeSpan.FromMilliseconds(600), Changing = TimeSpan.FromMilliseconds(100) };

    /// <summary>Runs up and kills it at that moment.</summary>
    private static async Task KillAsync(Ec2Stub stub, Ec2Home home, Moment moment)
    {
        var started = new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously);
        var seen = new List<Moment>();
        stub.Around = (call, done) =>
        {
            if (Count(seen, call, done) != moment)
                return;
            var victim = started.Task.Result;
            victim.Kill();
            victim.WaitForExit();
            if (!done)
                throw new Ec2StubException("InternalError");
        };
        using var up = home.Start(Up);
        started.SetResult(up);
        Assert.Equal(137, (await CommandsHome.EndAsync(up)).ExitCode);
        stub.Around = (_, _) => { };
    }

    private static Moment Count(List<Moment> seen, Ec2StubCall call, bool done)
    {
        lock (seen)
        {
            seen.Add(new Moment(call.Action, 1 + seen.Count(moment => moment.Action == call.Action && moment.Done == done), call.IsChange, done));
            return seen[^1];
        }
    }

    /// <summary>The n-th call of an action: before it is done, or after it was but before it is answered.</summary>
    private sealed record Moment(string Action, int Nth, bool IsChange, bool Done);
}
