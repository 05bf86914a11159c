using PgHaTutor.Ui;

namespace PgHaTutor.Tests;

/// <summary>Which commands at the prompt get the terminal.</summary>
public sealed class UiFullScreenTests
{
    [Theory]
    [InlineData("psql")]
    [InlineData("psql -p $PRIMARY_PORT postgres")]
    [InlineData("PGPORT=5433 psql")]
    [InlineData("vim $PGDATA/postgresql.conf")]
    [InlineData("cd $PGDATA && less log")]
    [InlineData("bash")]
    [InlineData("top")]
    public void A_program_that_talks_with_me_gets_the_terminal(string command) => Assert.True(FullScreen.Wants(command));

    [Theory]
    [InlineData("psql -c 'select 1'")]
    [InlineData("psql -Atc 'select 1'")]
    [InlineData("psql -f script.sql")]
    [InlineData("psql < script.sql")]
    [InlineData("echo 'select 1' | psql")]
    [InlineData("bash script.sh")]
    [InlineData("pg_ctl -D $PGDATA status")]
    [InlineData("more_or_less")]
    [InlineData("grep vim file")]
    public void Any_other_command_prints_into_the_console(string command) => Assert.False(FullScreen.Wants(command));
}
