using PgHaTutor.Checks;

namespace PgHaTutor.Tests.Checks;

/// <summary>What an author may write after <c>when:</c> and what it then means.</summary>
public sealed class ConditionTests
{
    private static readonly Dictionary<string, object?> Facts = new()
    {
        ["state"] = "running",
        ["role"] = "standby",
        ["timeline"] = 2,
        ["port"] = 55432L,
        ["lag"] = 1.5,
        ["retained"] = "1048576",
        ["system_identifier"] = "7365012345678901234",
        ["lsn"] = "0/A000000",
        ["replay_lsn"] = "0/3000060",
        ["error"] = "FATAL:  no pg_hba.conf entry for replication\nsecond line",
        ["signal"] = true,
        ["active"] = "t",
        ["receiver"] = new Dictionary<string, object?> { ["status"] = "streaming", ["slot"] = null },
        ["standby-2"] = new Dictionary<string, object?> { ["role"] = "standby", ["receiver"] = null },
        ["primary.role"] = "primary",
        ["nothing"] = null,
    };

    [Theory]
    [InlineData("nothing == null")]
    [InlineData("null == null")]
    [InlineData("receiver != null")]
    [InlineData("receiver.slot == null")]
    [InlineData("receiver.status == \"streaming\"")]
    [InlineData("standby-2.role == 'standby'")]
    [InlineData("standby-2.receiver.status == null")]
    [InlineData("primary.role == \"primary\"")]
    [InlineData("timeline == 2 && port > 5432")]
    [InlineData("lag < 2")]
    [InlineData("timeline > lag")]
    [InlineData("timeline > -1")]
    [InlineData("retained > 999999")]
    [InlineData("1048576 <= retained")]
    [InlineData("system_identifier != 7365012345678901235")]
    [InlineData("replay_lsn < lsn")]
    [InlineData("role != \"primary\"")]
    [InlineData("\"10\" < \"9\"")]
    [InlineData("state != 3")]
    [InlineData("signal")]
    [InlineData("active")]
    [InlineData("active == true")]
    [InlineData("!nothing")]
    [InlineData("!(role == \"primary\") && !nothing")]
    [InlineData("! role == \"primary\"")]
    [InlineData("false && false || true")]
    [InlineData("true || false && false")]
    [InlineData("error contains \"pg_hba\"")]
    [InlineData("port contains 55")]
    [InlineData("error matches \"^second\\s+\\w+$\"")]
    [InlineData("error matches \"no pg_hba\\.conf\"")]
    [InlineData("'say \\'a\\'' contains \"'a'\"")]
    public void This_holds(string text) => Assert.True(Parse(text).Holds(Facts));

    [Theory]
    [InlineData("unheard_of == null")]
    [InlineData("unheard_of != null")]
    [InlineData("unheard_of != \"x\"")]
    [InlineData("!unheard_of")]
    [InlineData("!(unheard_of contains \"x\")")]
    [InlineData("!(unheard_of matches \".*\")")]
    [InlineData("state.inside == null")]
    [InlineData("state == null")]
    [InlineData("receiver == null")]
    [InlineData("nothing == \"x\"")]
    [InlineData("nothing != \"x\"")]
    [InlineData("nothing < 1")]
    [InlineData("nothing >= null")]
    [InlineData("nothing contains \"\"")]
    [InlineData("nothing matches \".*\"")]
    [InlineData("receiver == 3")]
    [InlineData("state < 3")]
    [InlineData("state > 3")]
    [InlineData("state == 3")]
    [InlineData("state")]
    [InlineData("receiver")]
    [InlineData("active == false")]
    [InlineData("error contains \"PG_HBA\"")]
    [InlineData("error matches \"^no\"")]
    public void This_does_not_hold(string text) => Assert.False(Parse(text).Holds(Facts));

    [Theory]
    [InlineData("", "column 1: a value is missing at the end.")]
    [InlineData("role = \"a\"", "column 6: '=' alone is no operator; equality is '=='.")]
    [InlineData("role == \"a", "column 9: the text is not closed.")]
    [InlineData("a & b", "column 3: '&' alone is no operator; it is '&&'.")]
    [InlineData("(a == b", "column 1: this parenthesis is not closed.")]
    [InlineData("a == b)", "column 7: ')' is not expected here.")]
    [InlineData("a == ", "column 6: a value is missing at the end.")]
    [InlineData("a < b < c", "column 7: '<' is not expected here.")]
    [InlineData("lag > 10MB", "column 7: this is not a number.")]
    [InlineData("role is null", "column 6: 'is' is not expected here.")]
    [InlineData("== 3", "column 1: a value is missing before '=='.")]
    [InlineData("error matches pattern", "column 15: 'matches' takes a regular expression in quotes.")]
    [InlineData("a ; b", "column 3: ';' has no meaning here.")]
    public void What_is_not_a_condition_is_said_with_its_column(string text, string expected)
    {
        Assert.Null(Condition.TryParse(text, out string? problem));
        Assert.Equal(expected, problem);
    }

    [Fact]
    public void A_bad_regular_expression_is_found_when_the_lesson_is_read()
    {
        Assert.Null(Condition.TryParse("error matches \"(\"", out string? problem));
        Assert.StartsWith("column 15: not a regular expression", problem);
    }

    [Fact]
    public void A_pattern_that_never_ends_does_not_hold()
    {
        var facts = new Dictionary<string, object?> { ["error"] = new string('a', 60) + "!" };

        Assert.False(Parse("error matches \"^(a+)+$\"").Holds(facts));
    }

    [Theory]
    [InlineData("(")]
    [InlineData("!")]
    public void Absurdly_nested_text_is_a_problem_and_no_crash(string opening)
    {
        Assert.Null(Condition.TryParse(string.Concat(Enumerable.Repeat(opening, 1900)) + "a", out string? nested));
        Assert.Equal("column 52: more than 50 levels deep.", nested);
        Assert.Null(Condition.TryParse(new string('a', 100_000), out string? longer));
        Assert.Equal("column 2000: a condition has at most 2000 characters.", longer);
    }

    [Fact]
    public void Two_conditions_of_the_same_text_are_equal() => Assert.Equal(Parse("a == 1"), Parse("a == 1"));

    private static Condition Parse(string text) =>
        Condition.TryParse(text, out string? problem) ?? throw new InvalidOperationException($"{text}: {problem}");
}
