using PgHaTutor.Commands;

namespace PgHaTutor.Tests.Commands;

public sealed class PlainTextTests
{
    [Theory]
    [InlineData("## Two `files`", "Two `files`")]
    [InlineData("a **strong** word, `**code**`", "a strong word, `code`")]
    [InlineData("see [the manual](https://example.org/wal)", "see the manual (https://example.org/wal)")]
    [InlineData("| file | wins |\n|---|:---:|\n| auto.conf | always |", "file; wins\nauto.conf; always")]
    [InlineData("run\n```sh\nls | wc\n# not a heading\n```\nthen", "run\n    ls | wc\n    # not a heading\nthen")]
    [InlineData("- one\n- two\n\npara", "- one\n- two\n\npara")]
    public void Markdown_becomes_what_can_be_read_aloud(string markdown, string expected) =>
        Assert.Equal(expected, PlainText.Of(markdown));
}
