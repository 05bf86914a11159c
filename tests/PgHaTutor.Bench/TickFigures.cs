using System.Diagnostics;
using Npgsql;

namespace PgHaTutor.Bench;

/// <summary>From the commit that makes a check's condition true to its mark on the real screen.</summary>
internal static class TickFigures
{
    private const string LessonText = """
        ---
        format: 1
        id: bench.tick
        title: A check that turns
        level: 1
        minutes: {local: 1}
        objectives: [see a check turn green]
        lab:
          primary: {role: primary, setup: "create table ticks(n serial)"}
        ---
        One condition, true after every second row.

        ```sql {step=add on=primary}
        insert into ticks default values;
        ```

        ```check {id=odd step=add}
        type: sql
        title: The number of rows is odd
        node: primary
        query: select count(*) % 2 from ticks
        expect: "1"
        ```

        ```hint {step=add tier=1}
        Add a row.
        ```

        ```sh {step=touch on=primary}
        touch "$PGDATA/there"
        ```

        ```check {id=there step=touch}
        type: file
        title: The file is there
        node: primary
        path: $PGDATA/there
        ```

        ```hint {step=touch tier=1}
        Make the file.
        ```
        """;

    /// <summary>
    /// A check that has passed is looked at again after a second, and one that runs a command more seldom still where nothing happens; until then
    /// a mark that is drawn need not be the one that is waited for.
    /// </summary>
    private static readonly TimeSpan Calm = TimeSpan.FromMilliseconds(2500);

    public static async Task<IReadOnlyList<Measurement>> MeasureAsync(string program, string label, string launcher, BenchFolder folder, int rounds)
    {
        var course = Path.Combine(folder.Path, "course");
        Directory.CreateDirectory(Path.Combine(course, "01-bench", "01-tick"));
        await File.WriteAllTextAsync(Path.Combine(course, "README.md"), "# A course for the benchmark\n");
        await File.WriteAllTextAsync(Path.Combine(course, "01-bench", "README.md"), "# Bench\n");
        await File.WriteAllTextAsync(Path.Combine(course, "01-bench", "01-tick", "lesson.md"), LessonText);
        var terminal = new BenchTerminal(program, launcher, folder, $"tick-{label}", course);
        await terminal.RunAsync("list", "--trust");
        await terminal.RunAsync("up", "bench.tick");
        try
        {
            using var screen = terminal.Open();
            _ = screen.Wait("odd", screen.StartedAt, TimeSpan.FromSeconds(30));
            var (server, file) = await PlacesAsync(terminal);
            await using var anybody = new NpgsqlConnection(server);
            await anybody.OpenAsync();
            return
            [
                Figure("", await TurnsAsync(InsertAsync, InsertAsync)),
                Figure(", by a check that runs a command", await TurnsAsync(() => File.WriteAllTextAsync(file, ""), () => { File.Delete(file); return Task.CompletedTask; })),
            ];

            Measurement Figure(string how, IReadOnlyList<double> times) =>
                new($"state true to tick on the screen, p95, {label}{how}", Measurement.Percentile(times, 0.95), null, 500, $"median {Measurement.Median(times):0} ms of {rounds}");

            async Task<IReadOnlyList<double>> TurnsAsync(Func<Task> there, Func<Task> back)
            {
                var times = new List<double>();
                for (var i = 0; i < rounds; i++)
                {
                    times.Add(await TurnAsync(there, "✔"));
                    await TurnAsync(back, "✘");
                    // The screen looks at a pace of its own; the changes are to fall on all of its moments.
                    await Task.Delay(Calm + TimeSpan.FromMilliseconds(i * 37 % 250));
                }
                return times;
            }

            async Task<double> TurnAsync(Func<Task> change, string mark)
            {
                screen.Forget();
                await change();
                return (screen.Wait(mark, Stopwatch.GetTimestamp(), TimeSpan.FromSeconds(10)) ?? TimeSpan.FromSeconds(10)).TotalMilliseconds;
            }

            // By somebody whom the lab does not know; the time begins with the commit's answer.
            async Task InsertAsync()
            {
                await using var insert = new NpgsqlCommand("insert into ticks default values", anybody);
                await insert.ExecuteNonQueryAsync();
            }
        }
        finally
        {
            await terminal.RunAsync("down", "--all");
        }
    }

    private static async Task<(string Server, string File)> PlacesAsync(BenchTerminal terminal)
    {
        var said = await terminal.RunAsync(
            "exec", "primary", "--", "bash", "-c", "printf 'Host=%s;Port=%s;Username=%s;Database=%s;Passfile=%s\n%s/there' \"$PGHOST\" \"$PGPORT\" \"$PGUSER\" \"$PGDATABASE\" \"$PGPASSFILE\" \"$PGDATA\"");
        return said.Split('\n') is [var server, var file] ? (server, file) : throw new InvalidOperationException($"exec said: {said}");
    }
}
