using PgHaTutor.Labs;

namespace PgHaTutor.Tests.Labs;

public sealed class PostmasterFileTests : IDisposable
{
    private readonly string _data = Directory.CreateTempSubdirectory("pghatutor-data-").FullName;

    [Fact]
    public void I_can_see_how_far_a_server_has_come() =>
        Assert.Equal(new PostmasterFile(4711, 55432, "ready"), Read("4711\n/data\n1700000000\n55432\n/tmp\n127.0.0.1\n  123 4\nready   \n"));

    [Fact]
    public void A_server_that_has_just_begun_has_no_port_yet() =>
        Assert.Equal(new PostmasterFile(4711, null, ""), Read("4711\n/data\n1700000000\n"));

    [Fact]
    public void A_standalone_backend_is_a_process_too() => Assert.Equal(4711, Read("-4711\n")?.Pid);

    [Theory]
    [InlineData("")]
    [InlineData("not a number\n")]
    public void A_file_that_says_nothing_is_no_server(string text) => Assert.Null(Read(text));

    [Fact]
    public void No_file_is_no_server() => Assert.Null(PostmasterFile.Read(_data));

    public void Dispose() => Directory.Delete(_data, recursive: true);

    private PostmasterFile? Read(string text)
    {
        File.WriteAllText(Path.Combine(_data, "postmaster.pid"), text);
        return PostmasterFile.Read(_data);
    }
}
