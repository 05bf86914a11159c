namespace PgHaTutor.LabTests.Hosts;

/// <summary><c>tutor doctor --target docker</c> tells what is good, what is not, and how to mend it.</summary>
[Trait("Needs", "hosts")]
public sealed class ContainerDoctorTests(SharedDockerEngine shared, CommandsHome home) : IClassFixture<CommandsHome>
{
    [Fact(Timeout = 180_000)]
    public async Task I_am_told_that_docker_can_be_used_and_nothing_of_the_look_is_left()
    {
        var engine = await shared.StartedAsync();
        var told = await DoctorAsync(("DOCKER_HOST", engine.Host), ("PGHATUTOR_IMAGE", engine.Image));

        Assert.True(told.ExitCode == 0, told.ToString());
        Assert.Equal(["ok", "ok", "ok"], new[] { "Docker", "image", "container" }.Select(name => Finding(told, name).Answer));
        Assert.Contains("spoken to in API", Finding(told, "Docker").Found);
        Assert.Equal("docker", told.Json.GetProperty("targets")[0].GetProperty("name").GetString());
        Assert.Single(told.Json.GetProperty("installed").EnumerateArray());
        using var own = new PgHaTutor.Hosts.ContainerEngine(new Uri(engine.Host));
        var containers = await own.AskAsync("look", client => client.Containers.ListContainersAsync(new() { All = true }, TestContext.Current.CancellationToken), TestContext.Current.CancellationToken);
        Assert.DoesNotContain(containers, container => container.Labels.Contains(new("pghatutor.node", "doctor")));
    }

    [Fact]
    public async Task I_am_told_where_docker_was_looked_for_and_why_it_cannot_be_used()
    {
        var told = await DoctorAsync(("DOCKER_HOST", "unix:///tmp/there-is-no-such-engine.sock"), ("PGHATUTOR_IMAGE", ""));

        Assert.Equal(4, told.ExitCode);
        Assert.Equal("missing", Finding(told, "Docker").Answer);
        Assert.Contains("unix:///tmp/there-is-no-such-engine.sock: no such socket", Finding(told, "Docker").Found);
        Assert.Contains("DOCKER_HOST", Finding(told, "Docker").Found);
        Assert.False(told.Json.GetProperty("usable").GetBoolean());
    }

    private Task<CommandsRun> DoctorAsync(params (string Name, string Value)[] variables)
    {
        foreach (var (name, value) in variables)
            home.Variables[name] = value;
        return home.RunAsync("doctor", "--target", "docker", "--json");
    }

    private static (string Answer, string Found) Finding(CommandsRun told, string name)
    {
        var finding = told.Json.GetProperty("findings").EnumerateArray().First(one => one.GetProperty("name").GetString() == name);
        return (finding.GetProperty("answer").GetString()!, finding.GetProperty("found").GetString()!);
    }
}
