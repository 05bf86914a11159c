using PgHaTutor.Commands;
using PgHaTutor.Labs;
using PgHaTutor.Lessons;

namespace PgHaTutor.Tests.Commands;

public sealed class NamedTests
{
    private static readonly Course Course = new(
        [new Module("01", "One", [Lesson("wal.first-look"), Lesson("streaming.slots"), Lesson("streaming.slots-lost")])], []);

    [Theory]
    [InlineData("wal.first-look", "wal.first-look")]
    [InlineData("first-look", "wal.first-look")]
    [InlineData("slots", "streaming.slots")]
    [InlineData("first", "wal.first-look")]
    [InlineData("lost", "streaming.slots-lost")]
    public void A_lesson_can_be_named_by_a_part_of_its_id_that_no_other_has(string wanted, string expected) =>
        Assert.Equal(expected, Named.Lesson(Course, wanted).Id);

    [Theory]
    [InlineData("streaming", "'streaming' may be streaming.slots or streaming.slots-lost. Say more of it.")]
    [InlineData("frist-look", "There is no lesson 'frist-look'. Did you mean first-look?")]
    [InlineData("", "There is no lesson ''.")]
    public void A_lesson_that_is_not_there_or_not_clear_is_refused_with_the_nearest(string wanted, string expected) =>
        Assert.StartsWith(expected, Assert.Throws<UsageException>(() => Named.Lesson(Course, wanted)).Message);

    [Fact]
    public void A_version_that_is_not_installed_is_refused_with_those_that_are()
    {
        Installation[] installed = [new("/usr/lib/postgresql/17/bin", "17.2", 17), new("/usr/lib/postgresql/15/bin", "15.18", 15)];

        Assert.Equal(15, Named.Version("15", installed));
        Assert.Null(Named.Version(null, installed));
        Assert.Equal("PostgreSQL 99 is not installed here; installed: 17, 15.", Refusal("99"));
        Assert.Equal("PostgreSQL 12 is too old for the lab, which begins with 13; installed: 17, 15.", Refusal("12"));
        foreach (var odd in new[] { "abc", "", "15.18", "-15", " 15", "99999999999" })
            Assert.Equal($"--pg wants a major version such as 17, not '{odd}'; installed: 17, 15.", Refusal(odd));

        string Refusal(string wanted) => Assert.Throws<UsageException>(() => Named.Version(wanted, installed)).Message;
    }

    private static Lesson Lesson(string id) =>
        new() { Id = id, Title = id, Recipe = new Recipe([]), File = $"{id}/lesson.md", ContentHash = "" };
}
