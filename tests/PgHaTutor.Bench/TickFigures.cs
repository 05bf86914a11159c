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
        """;

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
            await using var anybody = new NpgsqlConnection(await terminal.RunAsync(
                "exec", "primary", "--", "bash", "-c", "printf 'Host=%s;Port=%s;Username=%s;Database=%s;Passfile=%s' \"$PGHOST\" \"$PGPORT\" \"$PGUSER\" \"$PGDATABASE\" \"$PGPASSFILE\""));
            await anybody.OpenAsync();
            var times = new List<double>();
            for (var i = 0; i < rounds; i++)
            {
                times.Add(await TurnAsync("✔"));
                await TurnAsync("✘");
                // The screen looks at a pace of its own; the changes are to fall on all of its moments.
                await Task.Delay(TimeSpan.FromMilliseconds(i * 37 % 250));
            }
            return [new($"state true to tick on the screen, p95, {label}", Measurement.Percentile(times, 0.95), null, 500, $"median {Measurement.Median(times):0} ms of {rounds}")];

            // From the commit's answer to somebody whom the lab does not know.
            async Task<double> TurnAsync(string mark)
            {
                screen.Forget();
                await using var insert = new NpgsqlCommand("insert into ticks default values", anybody);
                await insert.ExecuteNonQueryAsync();
                return (screen.Wait(mark, Stopwatch.GetTimestamp(), TimeSpan.FromSeconds(10)) ?? TimeSpan.FromSeconds(10)).TotalMilliseconds;
            }
        }
        finally
        {
            await terminal.RunAsync("down", "--all");
        }
    }
}
