using PgHaTutor.Lessons;

namespace PgHaTutor.Tests.Lessons;

public sealed class NearestNameTests
{
    private static readonly string[] Known = ["streaming.first-standby", "streaming.slots", "node", "query", "expect", "rows"];

    [Theory]
    [InlineData("querry", "query")]
    [InlineData("qurey", "query")]
    [InlineData("NODE", "node")]
    [InlineData("row", "rows")]
    [InlineData("first-standby", "streaming.first-standby")]
    [InlineData("streaming.first-stanby", "streaming.first-standby")]
    [InlineData("xyzzy", null)]
    [InlineData("", null)]
    public void I_am_asked_whether_I_meant_the_nearest_name(string wanted, string? nearest) =>
        Assert.Equal(nearest, NearestName.Of(wanted, Known));

    [Fact]
    public void A_wall_of_text_has_no_nearest_name() => Assert.Null(NearestName.Of(new string('a', 100_000), Known));
}
