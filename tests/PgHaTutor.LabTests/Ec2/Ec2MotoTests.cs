using PgHaTutor.LabTests.Hosts;

namespace PgHaTutor.LabTests.Ec2;

/// <summary>The same against an endpoint that others wrote after AWS's. The addresses that it invents are never dialled.</summary>
[Trait("Needs", "hosts")]
public sealed class Ec2MotoTests
{
    [Fact(Timeout = 180_000)]
    public async Task I_can_make_a_class_make_it_larger_and_remove_it()
    {
        await using var moto = await MotoServer.StartAsync();
        using var home = new Ec2Home(moto.Address);
        string[] up = ["up", "--yes", "--no-wait", "--zones", "2", "--from", "192.0.2.77", "--json"];

        var made = await home.RunAsync(up);
        Assert.True(made.ExitCode == 0, made.ToString());
        var again = await home.RunAsync([.. up, "--learners", "2"]);
        Assert.True(again.ExitCode == 0, again.ToString());
        Assert.Equal(Instances(made), Instances(again).Take(2));
        Assert.Equal(4, Instances(again).Distinct().Count());
        Assert.Equal(2, again.Json.GetProperty("learners")[0].GetProperty("hosts").EnumerateArray().Select(host => host.GetProperty("zone").GetString()).Distinct().Count());

        var status = await home.RunAsync("status", "--json");
        Assert.Equal(Instances(again), Instances(status));
        var down = await home.RunAsync("down");
        Assert.True(down.ExitCode == 0, down.ToString());
        var gone = await home.RunAsync("status", "--json");
        Assert.Empty(Instances(gone));
        Assert.Equal(0, gone.Json.GetProperty("others").GetArrayLength());
    }

    [Fact(Timeout = 180_000)]
    public async Task A_type_that_there_is_not_is_told()
    {
        await using var moto = await MotoServer.StartAsync();
        using var home = new Ec2Home(moto.Address);

        var up = await home.RunAsync("up", "--yes", "--no-wait", "--from", "192.0.2.77", "--type", "t3.mirco");

        Assert.Equal(2, up.ExitCode);
        Assert.Contains("--type t3.micro", up.Error);
        Assert.Empty(home.Files("set.json"));
    }

    private static List<string?> Instances(CommandsRun run) =>
        [.. run.Json.GetProperty("learners").EnumerateArray().SelectMany(pair => pair.GetProperty("hosts").EnumerateArray()).Select(host => host.GetProperty("instance").GetString())];
}
