using System.Globalization;
using System.Text.RegularExpressions;

namespace PgHaTutor.LabTests;

/// <summary>The program itself in a real terminal: its window, its prompt, and how it ends. The gate plays these with the native program too.</summary>
[Trait("Program", "native")]
public sealed class ProgramInTheTerminalTests
{
    [Theory]
    [InlineData("TERM", 143)]
    [InlineData("INT", 130)]
    [InlineData("QUIT", 131)]
    [InlineData("HUP", 129)]
    public async Task I_get_my_terminal_back_when_it_is_told_to_end(string signal, int code)
    {
        await using var home = await TerminalHome.OpenAsync(80, 24);
        await home.Terminal.WaitForAsync("Ctrl-Q");

        home.Terminal.Send(signal);

        await home.Terminal.WaitForAsync($"code={code}");
        Assert.DoesNotContain("Ctrl-Q", await home.Terminal.AssertGivenBackAsync());
    }

    [Fact]
    public async Task The_screen_takes_the_windows_new_size_and_leaves_nothing_behind()
    {
        await using var home = await TerminalHome.OpenAsync(80, 24);
        await home.Terminal.WaitForAsync("F7 Course");

        await home.Terminal.ResizeAsync(120, 36);
        await home.Terminal.WaitForAsync("╭─ Course");
        await home.Terminal.PressAsync("C-q");

        await home.Terminal.WaitForAsync("code=0");
        Assert.DoesNotMatch("[╭┏]", await home.Terminal.AssertGivenBackAsync());
    }

    [Fact]
    public async Task Nothing_of_it_stays_when_the_window_is_closed()
    {
        await using var home = await TerminalHome.OpenAsync(80, 24);
        await home.Terminal.WaitForAsync("Ctrl-Q");
        var process = home.Terminal.ProcessId;

        await home.Terminal.CloseAsync();

        await home.Terminal.WaitUntilAsync(() => !PanesTerminal.IsRunning(process), "the program to end");
    }

    [Fact]
    public async Task A_command_ends_with_the_window_that_it_was_typed_in_and_is_recorded()
    {
        await using var home = await TerminalHome.OpenAsync(120, 36, "wal.first-look");
        await home.Terminal.WaitForAsync("PRIMARY");
        await home.Terminal.PressAsync("F6");
        await home.Terminal.WaitForAsync("┃primary$");
        await home.Terminal.TypeAsync("echo begun as $$; exec sleep 3600");
        var screen = await home.Terminal.WaitForAsync(seen => Regex.IsMatch(seen, "begun as [0-9]+"), "the command's number");
        var command = int.Parse(Regex.Match(screen, "begun as ([0-9]+)").Groups[1].Value, CultureInfo.InvariantCulture);
        var process = home.Terminal.ProcessId;

        await home.Terminal.CloseAsync();

        await home.Terminal.WaitUntilAsync(() => !PanesTerminal.IsRunning(process), "the program to end");
        await home.Terminal.WaitUntilAsync(() => !PanesTerminal.IsRunning(command) || File.ReadAllText($"/proc/{command}/cmdline").Length == 0, "the command to end");
        Assert.Matches("\"command_ran\".*exec sleep 3600", home.Journal);
    }

    [Fact]
    [Trait("Speed", "slow")]
    public async Task I_can_stream_lines_go_to_psql_and_come_back()
    {
        await using var home = await TerminalHome.OpenAsync(120, 36, "wal.first-look");
        var terminal = home.Terminal;
        await terminal.WaitForAsync("PRIMARY");
        await terminal.PressAsync("F6");
        await terminal.WaitForAsync("┃primary$");

        await terminal.TypeAsync("seq -f 'line %g' 200000");
        await terminal.WaitForAsync("line 200000");
        await terminal.WaitForAsync("✔ done in");
        await terminal.TypeAsync("psql");
        await terminal.WaitForAsync("=#");
        await terminal.TypeAsync("select 6 * 7 as answer \\g");
        await terminal.WaitForAsync(" 42");
        await terminal.TypeAsync("\\q");
        await terminal.WaitForAsync("┃primary$");
        await terminal.TypeAsync("echo back-\"\"again");

        await terminal.WaitForAsync("back-again");
        await terminal.PressAsync("C-q");
        await terminal.WaitForAsync("code=0");
        await terminal.AssertGivenBackAsync();
    }
}
