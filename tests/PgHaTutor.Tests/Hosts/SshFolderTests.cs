using PgHaTutor.Hosts;

namespace PgHaTutor.Tests.Hosts;

/// <summary>ssh's sockets find a place whatever TMPDIR says: the path of a Unix socket has room for about a hundred bytes.</summary>
public sealed class SshFolderTests
{
    [Theory]
    [InlineData("/tmp/")]
    [InlineData("/var/folders/zz/zyxvpxvq6csfxvn_n0000000000000/T/")] // As macOS has it.
    public void A_usual_temporary_folder_is_used(string temporary) => Assert.Equal(temporary, SshFolder.Place(temporary));

    [Theory]
    [InlineData("/home/somebody/projects/with/a/long/name/temporary/files/")]
    [InlineData("/tmp/äääääääääääääääääääääääääääää/")]
    public void One_with_a_long_path_is_left_for_the_system_s(string temporary) => Assert.Equal("/tmp", SshFolder.Place(temporary));
}
