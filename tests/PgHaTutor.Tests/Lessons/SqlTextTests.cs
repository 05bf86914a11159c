using PgHaTutor.Lessons;

namespace PgHaTutor.Tests.Lessons;

/// <summary>SQL that went to the shell, and shell commands that merely begin alike.</summary>
public sealed class SqlTextTests
{
    [Theory]
    [InlineData("select 1;")]
    [InlineData("SHOW wal_level")]
    [InlineData("insert into orders default values")]
    [InlineData("  alter system set work_mem = '8MB'")]
    public void I_am_told_that_I_typed_SQL(string text) => Assert.True(SqlText.Is(text));

    [Theory]
    [InlineData("psql -c 'select 1'")]
    [InlineData("updatedb")]
    [InlineData("showmount")]
    [InlineData("tail -n 5 $PGLOG")]
    public void A_command_is_not_taken_for_SQL(string text) => Assert.False(SqlText.Is(text));
}
