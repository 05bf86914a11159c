using System.CommandLine;
using PgHaTutor.Commands;

namespace PgHaTutor.Tests.Commands;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData("lst", "There is no verb 'lst'. Did you mean list?")]
    [InlineData("list --jsno", "tutor list has no option --jsno. Did you mean --json?")]
    [InlineData("check --jsno", "tutor check has no option --jsno. Did you mean --json?")]
    [InlineData("plain --cours x", "tutor plain has no option --cours. Did you mean --course?")]
    [InlineData("--jsn", "tutor has no option --jsn.")]
    [InlineData("up", "tutor up wants LESSON.")]
    [InlineData("exec primary", "tutor exec wants COMMAND.")]
    [InlineData("exec --stdn primary cat", "tutor exec has no option --stdn. Did you mean --stdin?")]
    [InlineData("sql --jsn primary x", "tutor sql has no option --jsn. Did you mean --json?")]
    [InlineData("up one two", "'two' is a word too many.")]
    public async Task Words_that_mean_nothing_are_refused_in_one_line_with_the_nearest_that_would(string words, string expected)
    {
        var (code, output, error) = await RunAsync(words.Split(' '));

        Assert.Equal(2, code);
        Assert.Empty(output);
        Assert.StartsWith($"tutor: {expected}", error);
        Assert.Single(error.TrimEnd().Split('\n'));
    }

    [Theory]
    [InlineData("up x --target ssh", "There is no target 'ssh'")]
    [InlineData("verify --target docker:", "There is no target 'docker:'")]
    [InlineData("doctor --target dokcer", "There is no target 'dokcer'")]
    [InlineData("verify --jobs many", "--jobs wants a number from 1 to 64, not 'many'.")]
    [InlineData("verify --jobs 0", "--jobs wants a number from 1 to 64, not '0'.")]
    [InlineData("list --course /nonexistent/course", "There is no course folder /nonexistent/course.")]
    [InlineData("lint /nonexistent/lesson.md", "There is no file or folder /nonexistent/lesson.md.")]
    public async Task Values_that_this_version_does_not_have_are_refused_before_anything_is_done(string words, string expected)
    {
        var (code, output, error) = await RunAsync(words.Split(' '));

        Assert.Equal((2, ""), (code, output));
        Assert.StartsWith($"tutor: {expected}", error);
    }

    [Fact]
    public void The_words_of_a_command_are_its_own_also_where_they_look_like_options()
    {
        Assert.Null(Refusal("exec", "primary", "--", "ls", "-l", "--json"));
        Assert.Null(Refusal("exec", "primary", "ls", "-l"));
        Assert.Null(Refusal("sql", "primary", "-- a comment\nselect 1"));
        Assert.Null(Refusal("sql", "primary", "@file is no file"));
    }

    [Fact]
    public async Task Every_verb_tells_its_words()
    {
        foreach (var verb in CommandLine.Verbs(new Desk(Silent(), new Interrupt(TextWriter.Null))).Subcommands)
        {
            var (code, output, _) = await RunAsync([verb.Name, "--help"]);

            Assert.Equal(0, code);
            Assert.Matches($@"Usage:\s+\S+ {verb.Name} ", output);
        }
    }

    [Theory]
    [InlineData("plain", "'plain'")]
    [InlineData("it's", @"'it'\''s'")]
    [InlineData("$PGPORT; rm *", "'$PGPORT; rm *'")]
    [InlineData("", "''")]
    public void A_word_of_exec_stays_one_word(string word, string expected) => Assert.Equal(expected, ExecVerb.Quoted(word));

    private static async Task<(int Code, string Output, string Error)> RunAsync(string[] words)
    {
        using var interrupt = new Interrupt(TextWriter.Null);
        var streams = new Streams(TextReader.Null, new StringWriter(), new StringWriter(), Colour: false, CanAsk: false);
        var code = await CommandLine.RunAsync(words, streams, interrupt);
        return (code, streams.Out.ToString()!, streams.Error.ToString()!);
    }

    private static string? Refusal(params string[] words)
    {
        using var interrupt = new Interrupt(TextWriter.Null);
        return CommandLine.Refusal(CommandLine.Parse(words, new Desk(Silent(), interrupt)));
    }

    private static Streams Silent() => new(TextReader.Null, TextWriter.Null, TextWriter.Null, Colour: false, CanAsk: false);
}
