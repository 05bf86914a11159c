using System.Net;
using System.Net.Sockets;
using PgHaTutor.Hosts;

namespace PgHaTutor.Tests.Hosts;

/// <summary>What is said where there is no Docker engine to speak to.</summary>
public sealed class ContainerEngineTests
{
    private static CancellationToken TestEnd => TestContext.Current.CancellationToken;

    [Fact]
    public async Task I_am_told_that_there_is_no_engine()
    {
        var told = await RefusalAsync(new Uri("unix:///tmp/there-is-no-such-engine.sock"));

        Assert.StartsWith("Docker cannot be used at unix:///tmp/there-is-no-such-engine.sock: no such socket. Install Docker, or start it", told);
    }

    [Fact]
    public async Task I_am_told_that_an_engine_has_ended_and_left_its_socket()
    {
        var path = Path.Combine(Path.GetTempPath(), $"pght-{Guid.NewGuid():N}.sock");
        try
        {
            using (var ended = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
                ended.Bind(new UnixDomainSocketEndPoint(path));
            // .NET removes the file with the socket; an engine that was killed leaves it.
            using var left = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            left.Bind(new UnixDomainSocketEndPoint(path));

            Assert.Contains("nothing listens there. Start Docker", await RefusalAsync(new Uri($"unix://{path}")));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public async Task I_am_told_that_nothing_listens_on_a_port()
    {
        var closed = new TcpListener(IPAddress.Loopback, 0);
        closed.Start();
        var address = new Uri($"tcp://{closed.LocalEndpoint}");
        closed.Stop();

        Assert.Contains("nothing listens there. Start Docker", await RefusalAsync(address));
    }

    [Fact]
    public async Task I_am_told_when_something_else_answers()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var answering = AnswerAsync();

        Assert.Contains("Look whether that is a Docker engine", await RefusalAsync(new Uri($"tcp://{other.LocalEndpoint}")));
        await answering;

        async Task AnswerAsync()
        {
            using var caller = await other.AcceptTcpClientAsync(TestEnd);
            await caller.GetStream().WriteAsync("220 mail.example ESMTP\r\n"u8.ToArray(), TestEnd);
        }
    }

    [Fact]
    public async Task I_am_told_what_to_do_instead_of_an_engine_behind_ssh() =>
        Assert.Contains("--target ssh:INVENTORY", await RefusalAsync(new Uri("ssh://me@far.example")));

    [Theory]
    [InlineData("1.41", "1.12", "1.41")]
    [InlineData("1.44", "1.24", "1.44")]
    [InlineData("1.54", "1.40", "1.44")]
    [InlineData("1.60", "1.50", "1.50")]
    [InlineData(null, null, "1.44")]
    public void Old_and_new_engines_are_spoken_to_in_a_version_that_they_know(string? newest, string? oldest, string spoken) =>
        Assert.Equal(Version.Parse(spoken), ContainerEngine.Agreed(newest, oldest));

    [Fact]
    public void The_image_tells_its_version()
    {
        var image = new ContainerImage("postgres:17", new Dictionary<string, string>
        {
            ["PATH"] = "/usr/local/sbin:/usr/local/bin:/usr/bin:/bin:/usr/lib/postgresql/17/bin",
            ["PG_MAJOR"] = "17",
            ["PG_VERSION"] = "17.2-1.pgdg120+1",
        });

        Assert.Equal((17, "17.2", "/usr/lib/postgresql/17/bin"), (image.Major, image.Version, image.BinDirectory));
    }

    private static async Task<string> RefusalAsync(Uri address)
    {
        using var engine = new ContainerEngine(address);
        return (await Assert.ThrowsAsync<HostException>(() => engine.AskAsync(TestEnd))).Message;
    }
}
