using System.Net;
using System.Net.Sockets;
using System.Text;
using PgHaTutor.Ec2;

namespace PgHaTutor.Tests.Ec2;

public sealed class CallerAddressTests
{
    [Theory]
    [InlineData("203.0.113.7", "203.0.113.7/32")]
    [InlineData("203.0.113.0/24", "203.0.113.0/24")]
    [InlineData("0.0.0.0/0", null)]
    [InlineData("203.0.113.7/24", "203.0.113.0/24")]
    [InlineData("203.0.113", null)]
    [InlineData("1", null)]
    [InlineData("2001:db8::1", null)]
    [InlineData("example.org", null)]
    [InlineData("", null)]
    public void A_network_is_one_of_IPv4_and_never_the_whole_internet(string text, string? expected) => Assert.Equal(expected, CallerAddress.Parse(text));

    [Theory]
    [InlineData("203.0.113.7\n", "203.0.113.7/32")]
    [InlineData("<html>Sign in to the hotel's network</html>", null)]
    public async Task What_AWS_sees_is_taken_if_it_is_an_address(string answer, string? expected)
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        var serving = AnswerAsync(server, answer);
        var asking = CallerAddress.AskAsync(new Uri($"http://{server.LocalEndpoint}/"), TestContext.Current.CancellationToken);

        if (expected is null)
            Assert.Contains("--from ADDRESS", (await Assert.ThrowsAsync<Ec2Exception>(() => asking)).Message);
        else
            Assert.Equal(expected, await asking);
        await serving;
    }

    [Fact]
    public async Task Where_nobody_answers_I_am_told_to_name_it()
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        var nobody = new Uri($"http://{server.LocalEndpoint}/");
        server.Stop();

        var told = await Assert.ThrowsAsync<Ec2Exception>(() => CallerAddress.AskAsync(nobody, TestContext.Current.CancellationToken));

        Assert.Contains("--from ADDRESS", told.Message);
    }

    private static async Task AnswerAsync(TcpListener server, string body)
    {
        using var client = await server.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
        var stream = client.GetStream();
        Assert.NotEqual(0, await stream.ReadAsync(new byte[4096], TestContext.Current.CancellationToken));
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}"), TestContext.Current.CancellationToken);
    }
}
