using System.Diagnostics;
using System.Text.RegularExpressions;

namespace PgHaTutor.LabTests;

/// <summary>Whole lessons in a real terminal, with a person's keys.</summary>
[Trait("Program", "native")]
public sealed partial class LessonInTheTerminalTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(4);

    [Theory]
    [InlineData(120, 36)]
    [InlineData(80, 24)]
    [Trait("Speed", "slow")]
    public async Task I_can_play_a_lesson_from_start_to_end_by_following_what_is_next(int columns, int rows)
    {
        await using var home = await TerminalHome.OpenAsync(columns, rows);
        var terminal = home.Terminal;
        await terminal.WaitForAsync("Enter   begins with");
        await terminal.PressAsync("Enter");
        await terminal.WaitForAsync("next: ");

        var clock = Stopwatch.StartNew();
        var before = "";
        while (!AllOfALesson().IsMatch(await home.RunAsync("list")))
        {
            var screen = await terminal.ScreenAsync();
            Assert.True(clock.Elapsed < Deadline, $"The lesson did not come to its end.\n{screen}");
            if (screen.Contains("Your prediction", StringComparison.Ordinal))
                await terminal.WriteAsync("2");
            else if (Next().Match(screen).Value is var next && next != before)
            {
                before = next;
                await terminal.WriteAsync("g");
                await terminal.PressAsync("Enter");
            }
            else
                before = ""; // It has not moved on; perhaps the keys came while something was under way.
            await Task.Delay(TimeSpan.FromMilliseconds(300), TimeProvider.System, TestContext.Current.CancellationToken);
        }

        await terminal.PressAsync("C-q");
        await terminal.WaitForAsync("code=0");
    }

    [Fact]
    [Trait("Speed", "slow")]
    public async Task I_can_type_the_guides_own_commands_at_the_prompt_and_the_same_checks_turn_green()
    {
        await using var home = await TerminalHome.OpenAsync(120, 36);
        var terminal = home.Terminal;
        await terminal.WaitForAsync("Enter   begins with");
        await terminal.PressAsync("C-p");
        await terminal.WriteAsync("A standby from a base backup");
        await terminal.PressAsync("Enter");
        await terminal.WaitForAsync("Open it?");
        await terminal.WriteAsync("y");
        await terminal.WaitForAsync("ABSENT");
        var (_, primary) = await home.NodeAsync("primary");
        var (data, standby) = await home.NodeAsync("standby");
        var slot = Regex.Match(await home.RunAsync("exec", "standby", "--", "env"), @"(?m)^SLOT=(.*)$").Groups[1].Value;

        var said = 0;
        await terminal.PressAsync("F6");
        // By the guide: the replication role, a base backup that writes the standby's settings, the second port, start, proof.
        await SayAsync($"pg_basebackup --host=127.0.0.1 --port={primary} --username=replicator --pgdata={data} --format=plain --wal-method=stream --create-slot --slot={slot} --write-recovery-conf --progress --checkpoint=fast");
        await SayAsync($"sed -i 's/^port = .*/port = {standby}/' {data}/postgresql.conf");
        await SayAsync($"pg_ctl --pgdata={data} --log={data}/../by-hand.log start");
        await SayAsync($"psql -p {primary} -d postgres -c 'create table greeting(said text)' -c \"insert into greeting values ('by hand')\"");
        await terminal.WaitForAsync("Checks 8/8");
        Assert.Contains("PASSED", await home.RunAsync("check"));

        async Task SayAsync(string command)
        {
            // The quotes keep the word out of the command as it is typed: only its output has it whole.
            await terminal.TypeAsync($"{command} && echo went-''well-{++said}");
            await terminal.WaitForAsync($"went-well-{said}");
            await terminal.WaitForAsync("✔ done in");
        }
    }

    [GeneratedRegex(@"\b([1-9]\d*) of \1\b")]
    private static partial Regex AllOfALesson();

    [GeneratedRegex(@"(?m)^ next: .*$")]
    private static partial Regex Next();
}
