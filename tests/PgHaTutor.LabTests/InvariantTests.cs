using System.Text.Json;

namespace PgHaTutor.LabTests;

/// <summary>What must never be so has been so, whatever holds afterwards.</summary>
public sealed class InvariantTests(CommandsHome home) : IClassFixture<CommandsHome>
{
    [Fact]
    public async Task I_cannot_undo_a_split_brain_by_stopping_one_side_but_by_a_reset()
    {
        await home.AddLessonAsync("split", Lesson);
        Assert.Equal(0, (await home.RunAsync("up", "split.brain")).ExitCode);
        await PassesAsync();

        Assert.Equal(0, (await home.RunAsync("exec", "standby", "--", "pg_ctl", "promote", "-w")).ExitCode);
        Assert.Equal(0, (await home.RunAsync("exec", "primary", "--", "pg_ctl", "stop", "-w")).ExitCode);
        var (answer, reason) = await OneWriterAsync();
        Assert.Equal("failed", answer);
        Assert.Contains("violated at", reason);
        Assert.Contains("both accept writes", reason);

        Assert.Equal(0, (await home.RunAsync("reset")).ExitCode);
        await PassesAsync();
    }

    /// <summary>A busy machine may not tell at the first look.</summary>
    private Task PassesAsync() => LabBench.EventuallyAsync(async () => (await OneWriterAsync()).Answer, answer => answer == "passed", 60);

    private async Task<(string Answer, string Reason)> OneWriterAsync()
    {
        using var document = JsonDocument.Parse((await home.RunAsync("check", "--json")).Output);
        var check = document.RootElement.GetProperty("checks").EnumerateArray().Single(check => check.GetProperty("id").GetString() == "one-writer");
        var answer = check.GetProperty("answer").GetString()!;
        return (answer, answer == "passed" ? "" : check.GetProperty("reason").GetString()!);
    }

    private const string Lesson = """
        ---
        format: 1
        id: split.brain
        title: Two primaries
        level: 1
        minutes: {local: 5}
        objectives: [see what cannot be undone]
        lab:
          primary: {role: primary}
          standby: {role: standby, of: primary}
        invariants:
          - {id: one-writer, type: single_writable_primary}
        ---
        # Two primaries

        ```sql {step=look on=primary}
        select 1
        ```

        ```check {id=up step=look}
        title: The standby has taken over
        type: role
        node: standby
        expect: primary
        ```

        ```hint {step=look tier=1}
        Think.
        ```

        """;
}
