using PgHaTutor.Labs;

namespace PgHaTutor.Tests.Labs;

public sealed class InstallationsTests
{
    [Theory]
    [InlineData("/usr/lib/postgresql/15/bin\tpostgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)", "15.18", 15)]
    [InlineData("/usr/pgsql-17/bin\tpostgres (PostgreSQL) 17.2", "17.2", 17)]
    [InlineData("/opt/pg\tpostgres (PostgreSQL) 18beta1", "18beta1", 18)]
    [InlineData("/opt/pg\tpostgres (PostgreSQL) 19devel", "19devel", 19)]
    public void A_server_is_known_by_what_it_says_of_itself(string line, string version, int major) =>
        Assert.Equal((version, major), Installations.Parse(line) is { } found ? (found.Version, found.Major) : default);

    [Theory]
    [InlineData("")]
    [InlineData("/opt/odd\t")]
    [InlineData("/opt/odd\tpostgres: command not found")]
    public void What_is_no_server_is_none(string line) => Assert.Null(Installations.Parse(line));
}
