using PgHaTutor.Lessons;
using PgHaTutor.Ui;

namespace PgHaTutor.Tests;

/// <summary>The prompt knows when a command goes on in the next line.</summary>
public sealed class UiUnfinishedTests
{
    [Theory]
    [InlineData("for i in 1 2 3; do")]
    [InlineData("if true; then\necho yes")]
    [InlineData("cat <<END\nhello")]
    [InlineData("echo 'one")]
    [InlineData("echo \"one")]
    [InlineData("(cd /tmp")]
    [InlineData("f() {")]
    [InlineData("ls |")]
    [InlineData("true &&")]
    [InlineData("ls \\")]
    public void A_shell_command_goes_on(string text) => Assert.True(Unfinished.Is(text, StepLanguage.Sh));

    [Theory]
    [InlineData("ls -l")]
    [InlineData("for i in 1 2 3; do echo $i; done")]
    [InlineData("cat <<END\nhello\nEND")]
    [InlineData("psql -c \"select 1\"")]
    [InlineData("echo a; done")]
    [InlineData("echo )")]
    [InlineData("ls \\\\")]
    [InlineData("echo do it")]
    public void A_shell_command_is_complete_or_wrong(string text) => Assert.False(Unfinished.Is(text, StepLanguage.Sh));

    [Theory]
    [InlineData("select 'it")]
    [InlineData("create function f() returns int as $$ select 1;")]
    [InlineData("select (1 + ")]
    public void SQL_goes_on(string text) => Assert.True(Unfinished.Is(text, StepLanguage.Sql));

    [Theory]
    [InlineData("select 1")]
    [InlineData("select 'it''s'; -- a ( in a comment")]
    [InlineData("create function f() returns int as $$ select 1; $$ language sql;")]
    [InlineData("\\dt")]
    public void SQL_is_complete(string text) => Assert.False(Unfinished.Is(text, StepLanguage.Sql));
}
