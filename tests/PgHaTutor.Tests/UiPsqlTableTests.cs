using PgHaTutor.Ui;

namespace PgHaTutor.Tests;

/// <summary>Tables that psql printed, in a place that is too narrow for them.</summary>
public sealed class UiPsqlTableTests
{
    private static readonly string[] OneRow =
    [
        " port  |     data_directory      |   system_identifier",
        "-------+-------------------------+---------------------",
        " 61700 | /lab/nodes/primary/data | 7711138302510722998",
        "(1 row)",
    ];

    private static readonly string[] Rules =
    [
        " type  |   database    | user_name |  address  |  auth_method",
        "-------+---------------+-----------+-----------+---------------",
        " local | {all}         | {all}     |           | scram-sha-256",
        " host  | {replication} | {all}     | 127.0.0.1 | scram-sha-256",
        "(2 rows)",
    ];

    [Fact]
    public void I_read_the_only_row_of_a_wide_table_column_by_column() => Assert.Equal(
        ["port              | 61700", "data_directory    | /lab/nodes/primary/data", "system_identifier | 7711138302510722998", "(1 row)"],
        PsqlTable.Fit(OneRow, 47));

    [Fact]
    public void I_read_the_rows_of_a_wide_table_each_in_one_piece() => Assert.Equal(
        ["type | database | user_name | address | auth_method", "local | {all} | {all} |  | scram-sha-256", "host | {replication} | {all} | 127.0.0.1 | scram-sha-256", "(2 rows)"],
        PsqlTable.Fit(Rules, 47));

    [Fact]
    public void A_table_that_fits_stays_as_it_is() => Assert.Equal(Rules, PsqlTable.Fit(Rules, 80));

    [Theory]
    [InlineData("a line", "-----+----", "that is no table and far too long for its place")]
    [InlineData(" a+       |        b", "----------+---------", " of several lines | x")]
    public void What_only_looks_like_a_table_stays_as_it_is(params string[] lines) => Assert.Equal(lines, PsqlTable.Fit(lines, 10));
}
