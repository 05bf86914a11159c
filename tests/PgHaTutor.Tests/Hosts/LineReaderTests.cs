using System.IO.Pipes;
using System.Text;
using PgHaTutor.Hosts;

namespace PgHaTutor.Tests.Hosts;

public class LineReaderTests
{
    [Fact]
    public async Task What_a_script_wrote_is_read_although_its_daemon_holds_the_pipe_and_we_come_late()
    {
        using var daemon = new AnonymousPipeServerStream(PipeDirection.Out);
        using var pipe = new AnonymousPipeClientStream(PipeDirection.In, daemon.ClientSafePipeHandle);
        daemon.Write(Encoding.UTF8.GetBytes("4711\nand the rest"));
        var lines = new List<string>();
        using var drain = new Drain();
        drain.End();

        await new LineReader(lines.Add).ReadAsync(pipe, drain);

        Assert.Equal(["4711", "and the rest"], lines);
    }
}
