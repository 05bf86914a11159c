using PgHaTutor.Hosts;

namespace PgHaTutor.Tests.Hosts;

public class PipedProcessTests
{
    [Fact]
    public async Task What_is_sent_to_a_program_that_has_ended_is_told_like_a_line_that_was_cut()
    {
        await using var gone = await PipedProcess.StartAsync("true", []);
        await gone.Ended;
        // Its input is closed a moment after its end was seen.
        using (var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20)))
            while (gone.Input.CanWrite)
                await Task.Delay(5, patience.Token);

        await Assert.ThrowsAsync<IOException>(() => gone.SendAsync("a word\n"u8.ToArray()));
    }
}
