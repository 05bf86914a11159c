using PgHaTutor.Hosts;

namespace PgHaTutor.Tests.Hosts;

public class PipedProcessTests
{
    /// <summary>Again and again, because the input is closed at about the moment of the end: before, while or after something is written.</summary>
    [Fact(Timeout = 60_000)]
    public async Task What_is_sent_to_a_program_that_has_ended_is_told_like_a_line_that_was_cut()
    {
        for (var attempt = 0; attempt < 40; attempt++)
        {
            await using var gone = await PipedProcess.StartAsync("true", []);
            await gone.Ended;

            await Assert.ThrowsAsync<IOException>(() => gone.SendAsync("a word\n"u8.ToArray()));
        }
    }
}
