using System.Text;
using PgHaTutor.Checks;
using PgHaTutor.Hosts;
using PgHaTutor.Labs;
using PgHaTutor.Lessons;

namespace PgHaTutor.Sessions;

/// <summary>
/// Does on a lab what a lesson says: runs its commands and scripts, looks for its checks, sees how its predictions came out.
/// It records nothing and shows nothing; Session and Verification do that.
/// </summary>
/// <param name="site">Where the lab stands.</param>
public sealed class Player(Lab lab, LabSite site, TimeProvider time) : IAsyncDisposable
{
    public Lab Lab => lab;

    public LabConnections Connections { get; } = new(lab);

    /// <summary>Runs a command of the lesson or of the learner on a node's host, with that node's environment.</summary>
    /// <param name="keepOpen">SQL only: psql stays connected after the text, until it is cancelled.</param>
    public Task<CommandOutput> RunAsync(
        string node, StepLanguage language, string text, bool keepOpen = false,
        IProgress<OutputLine>? progress = null, byte[]? input = null, RawOutput? raw = null, CancellationToken cancellationToken = default)
    {
        var target = lab[node];
        if (language is StepLanguage.Host)
            return SufferAsync(target, text, progress, cancellationToken);
        var script = new Script(language is StepLanguage.Sh ? text : Psql(keepOpen))
        {
            Environment = Variables.For(lab, target),
            WorkingDirectory = lab.Directory,
            // psql reads whole lines and sends whole statements: without these the last one of a session that stays open would never begin.
            Input = language is not StepLanguage.Sql ? input : Encoding.UTF8.GetBytes(keepOpen ? $"{text}\n;\n" : $"{text}\n"),
            Raw = raw,
        };
        return target.Host.RunAsync(script, progress, cancellationToken);
    }

    /// <summary>Runs the parts of a script beside the lesson in their order; stops at the first part that fails.</summary>
    public async Task<CommandOutput> PlayAsync(
        PlayedScript script, IProgress<OutputLine>? progress = null, CancellationToken cancellationToken = default)
    {
        var last = new CommandOutput(0, "", "", TimeSpan.Zero);
        foreach (var part in script.Parts)
        {
            var output = await RunAsync(part.Node, part.Language, part.Text, progress: progress, cancellationToken: cancellationToken);
            last = output with
            {
                StandardOutput = last.StandardOutput + output.StandardOutput,
                StandardError = last.StandardError + output.StandardError,
                Duration = last.Duration + output.Duration,
            };
            if (!output.Succeeded)
                return last;
        }
        return last;
    }

    /// <summary>Lets happen to a node's host what stands there, a line each. What this target cannot do is said, and the step has failed.</summary>
    private async Task<CommandOutput> SufferAsync(Node node, string text, IProgress<OutputLine>? progress, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var done = new StringBuilder();
        try
        {
            foreach (var line in text.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#'))
            {
                var trouble = HostTrouble.Parse(line) ?? throw new HostException($"'{line}' is nothing that can happen to a host: {string.Join(", ", HostTrouble.Forms)}.");
                var said = await site.SufferAsync(lab, node, trouble, cancellationToken);
                progress?.Report(new OutputLine(said, IsError: false));
                done.Append(said).Append('\n');
            }
            return new CommandOutput(0, done.ToString(), "", time.GetElapsedTime(started));
        }
        catch (HostException cannot)
        {
            progress?.Report(new OutputLine(cannot.Message, IsError: true));
            return new CommandOutput(1, done.ToString(), cannot.Message, time.GetElapsedTime(started));
        }
    }

    /// <summary>A fresh Observation, with all that a check needs to look.</summary>
    public async Task<Look> LookAsync(CancellationToken cancellationToken = default) =>
        new(lab, Connections, await Connections.ObserveAsync(cancellationToken), time);

    /// <summary>What a prediction's question turned out to be: the choice that came true, and the fact behind it.</summary>
    public async Task<Outcome> OutcomeAsync(Prediction prediction, CommandOutput step, CancellationToken cancellationToken = default)
    {
        var facts = prediction.Observe.Sql is { } sql
            ? await AskAsync(prediction.Observe.Node!, sql, cancellationToken)
            : Facts(step);
        var held = prediction.Choices.Where(choice => Holds(choice, facts)).ToList();
        var seen = facts.GetValueOrDefault("value") ?? facts.GetValueOrDefault("error") ?? facts.GetValueOrDefault("exit_code");
        return new Outcome(held is [var only] ? only.Text : null, held.Count, $"{seen}".Trim());
    }

    private static bool Holds(Choice choice, IReadOnlyDictionary<string, object?> facts) =>
        choice.When?.Holds(facts) ?? string.Equals($"{facts.GetValueOrDefault("value")}", choice.Text, StringComparison.OrdinalIgnoreCase);

    private static Dictionary<string, object?> Facts(CommandOutput step) => new()
    {
        ["exit_code"] = (long)step.ExitCode,
        ["output"] = step.StandardOutput + step.StandardError,
        ["seconds"] = step.Duration.TotalSeconds,
        ["error"] = null,
        ["sqlstate"] = null,
    };

    /// <summary>
    /// A server that is just starting answers 57P03 for a moment; that is not yet the outcome. Nor is what is seen while a check tries something.
    /// </summary>
    private async Task<Dictionary<string, object?>> AskAsync(string node, string sql, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            var asked = time.GetUtcNow();
            var answer = await new Question(Connections, lab[node]).AskAsync(
                Variables.Expand(sql, Variables.For(lab, lab[node])), cancellationToken);
            if ((answer.SqlState != "57P03" && !Turn.WasTaken(lab, asked)) || time.GetElapsedTime(started) > TimeSpan.FromSeconds(10))
                return new()
                {
                    ["value"] = answer.Value,
                    ["error"] = answer.Error,
                    ["sqlstate"] = answer.SqlState,
                };
            await Task.Delay(TimeSpan.FromMilliseconds(100), time, cancellationToken);
        }
    }

    private static string Psql(bool keepOpen) => keepOpen ? OpenSession : PsqlOnInput;

    private const string PsqlOnInput = "exec psql -X -v ON_ERROR_STOP=1 -P pager=off -f -";

    /// <summary>
    /// An open session reads its text and then waits. When it is ended, or whoever started it is gone (also by kill -9, which
    /// nobody can answer), a query that still runs is cancelled, as Ctrl-C would do it: a server does not notice that
    /// its client went away before it has something to send. A day is the longest that a session may be forgotten.
    /// </summary>
    private const string OpenSession = $$"""
        exec 3<&0
        (trap '' TERM; {{PsqlOnInput}}) < <(
          cat <&3
          if tail --help | grep -q -e --pid; then tail --pid="$PPID" -f /dev/null; else sleep 86400; fi
          kill "$$"
        ) 3<&- &
        psql=$!
        trap 'kill -INT "$psql"' TERM
        wait "$psql"
        code=$?
        [ "$code" != 143 ] || { wait "$psql"; code=$?; }
        trap '' TERM
        kill 0
        exit "$code"
        """;

    public ValueTask DisposeAsync() => Connections.DisposeAsync();
}

/// <summary>How a prediction came out.</summary>
/// <param name="Choice">The one choice that holds; null where none or several do.</param>
/// <param name="Holding">How many choices hold; a sound prediction has exactly one.</param>
/// <param name="Seen">The fact, as text.</param>
public sealed record Outcome(string? Choice, int Holding, string Seen);
