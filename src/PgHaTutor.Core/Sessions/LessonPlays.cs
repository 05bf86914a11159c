using PgHaTutor.Checks;
using PgHaTutor.Hosts;
using PgHaTutor.Labs;
using PgHaTutor.Lessons;

namespace PgHaTutor.Sessions;

/// <summary>The plays that prove one lesson, on one lab that is reset between them.</summary>
internal sealed class LessonPlays(LabSite site, Lesson lesson, Installation installation, TimeProvider time)
{
    /// <summary>
    /// A wrong answer is given this long to turn its check green after all. The lesson's own time would be many minutes
    /// over a whole course, and a right answer needs less than this.
    /// </summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private readonly List<Play> _plays = [];
    private Dictionary<string, string> _outcomes = [];
    private Lab? _lab;

    public async Task<IReadOnlyList<Play>> AllAsync(CancellationToken cancellationToken)
    {
        try
        {
            await PlayAsync("unsolved", "start state", $"not passed: {Names(Unsolved)}", UnsolvedAsync, cancellationToken);
            if (lesson.Solutions.Count == 0)
                for (var round = 1; round <= 2; round++)
                    await PlayAsync("solution", $"steps, round {round}", "passed", StepsAsync, cancellationToken);
            foreach (var solution in lesson.Solutions)
                for (var round = 1; round <= 2; round++)
                    await PlayAsync("solution", $"{Path.GetFileName(solution.File)}, round {round}", "passed", (player, cancel) => SolutionAsync(player, solution, cancel), cancellationToken);
            foreach (var wrong in lesson.WrongAnswers)
                await PlayAsync("wrong", Path.GetFileName(wrong.Script.File), $"failed: {wrong.Check}", (player, cancel) => WrongAsync(player, wrong, cancel), cancellationToken);
        }
        finally
        {
            if (_lab is { } lab)
                _plays.Add(await TearDownAsync(lab));
        }
        return _plays;
    }

    /// <summary>What must not hold in the start state.</summary>
    private IEnumerable<Check> Unsolved => lesson.Checks.Where(check => !check.FromStart && check.Tense is not Tense.Invariant);

    private async Task PlayAsync(
        string kind, string name, string expected,
        Func<Player, CancellationToken, Task<(string Actual, IReadOnlyList<string> Why)>> play, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        _outcomes = [];
        string actual;
        IReadOnlyList<string> why;
        try
        {
            _lab = _lab is { } standing
                ? await site.RestoreAsync(standing, cancellationToken: cancellationToken)
                : await site.BuildAsync(new LabPlan(lesson.Id, lesson.Recipe, installation) { Parameters = ParameterValues.For(lesson, "verify") }, cancellationToken: cancellationToken);
            lesson = lesson.On(_lab.Hosts.Count > 1 ? HostCount.Several : HostCount.One);
            await using var player = new Player(_lab, site, time);
            (actual, why) = await InjectAsync(player, cancellationToken) ?? await play(player, cancellationToken);
        }
        catch (Exception failure) when (failure is LabException or HostException)
        {
            (actual, why) = ("could not be played", [failure.Message]);
        }
        _plays.Add(new Play(kind, name, expected, actual, why.Count == 0, Seconds(started)) { Why = why, Outcomes = _outcomes });
    }

    private async Task<(string, IReadOnlyList<string>)?> InjectAsync(Player player, CancellationToken cancellationToken)
    {
        if (lesson.Fault is not { } fault)
            return null;
        var output = await player.PlayAsync(fault, cancellationToken: cancellationToken);
        return output.Succeeded ? null : ("could not be played", [Said("fault.sh", output)]);
    }

    private async Task<(string, IReadOnlyList<string>)> UnsolvedAsync(Player player, CancellationToken cancellationToken)
    {
        var holding = lesson.Checks.Where(check => check.FromStart || check.Tense is Tense.Invariant).ToList();
        var held = await CheckRun.UntilAsync(holding, NoneReached, player.LookAsync, cancellationToken: cancellationToken);
        var once = await CheckRun.OnceAsync(lesson.Checks, NoneReached, player.LookAsync, cancellationToken);
        List<string> why =
        [
            .. held.Where(result => result.Answer is not Answer.Passed).Select(result => $"{result.Check.Id} must hold from the start: {Told(result)}"),
            .. once.Where(result => Unsolved.Contains(result.Check) && result.Answer is Answer.Passed)
                .Select(result => $"{result.Check.Id} passes although nothing was done: {Told(result)}"),
        ];
        var failed = once.Where(DidNotPass).Select(result => result.Check.Id).ToList();
        if (failed.Count == 0 && Unsolved.Any())
            why.Add("no check says Failed; each is only blocked or cannot be told");
        return (why.Count == 0 ? $"failed: {string.Join(", ", failed)}" : "passed or unclear", why);
    }

    private async Task<(string, IReadOnlyList<string>)> StepsAsync(Player player, CancellationToken cancellationToken)
    {
        var why = new List<string>();
        var reached = new HashSet<string>();
        await using var open = new OpenSteps();
        foreach (var step in lesson.Steps)
            await StepAsync(player, step, open, reached, why, cancellationToken);
        await EndAsync(player, reached, why, cancellationToken);
        return (why.Count == 0 ? "passed" : "failed", why);
    }

    private async Task<(string, IReadOnlyList<string>)> SolutionAsync(Player player, PlayedScript solution, CancellationToken cancellationToken)
    {
        var why = new List<string>();
        var output = await player.PlayAsync(solution, cancellationToken: cancellationToken);
        if (!output.Succeeded)
            why.Add(Said(Path.GetFileName(solution.File), output));
        await EndAsync(player, new HashSet<string>(), why, cancellationToken);
        return (why.Count == 0 ? "passed" : "failed", why);
    }

    private async Task<(string, IReadOnlyList<string>)> WrongAsync(Player player, WrongAnswer wrong, CancellationToken cancellationToken)
    {
        var why = new List<string>();
        var reached = new HashSet<string>();
        await using var open = new OpenSteps();
        foreach (var step in lesson.Steps.TakeWhile(step => wrong.At is not null && step.Id != wrong.At).Where(step => !step.Optional))
            await StepAsync(player, step, open, reached, why, cancellationToken);
        // How the wrong answer's script ends is its own affair: what it leaves behind is what counts.
        var output = await player.PlayAsync(wrong.Script, cancellationToken: cancellationToken);
        var checks = Needed(wrong.Check).Select(check => check.Id == wrong.Check ? Hurried(check) : check).ToList();
        var results = await CheckRun.UntilAsync(checks, reached, player.LookAsync, cancellationToken: cancellationToken);
        var named = results.First(result => result.Check.Id == wrong.Check);
        if (!DidNotPass(named))
            why.Add($"{wrong.Check} is {named.Answer}: {Told(named)}. The script: {Said(Path.GetFileName(wrong.Script.File), output)}");
        return ($"{named.Answer}: {named.Check.Id}".ToLowerInvariant(), why);
    }

    private async Task StepAsync(
        Player player, Step step, OpenSteps open, HashSet<string> reached, List<string> why, CancellationToken cancellationToken)
    {
        var output = new CommandOutput(0, "", "", TimeSpan.Zero);
        if (step.Background)
            open.Start(cancel => player.RunAsync(step.Node, step.Language, step.Text, keepOpen: true, cancellationToken: cancel));
        else
            output = await player.RunAsync(step.Node, step.Language, step.Text, cancellationToken: cancellationToken);
        if (output.Succeeded == step.ExpectFail)
            why.Add(step.ExpectFail ? $"step {step.Id} succeeded, and was meant to fail" : Said($"step {step.Id}", output));
        var after = lesson.Checks.Where(check => check.Step == step.Id).ToList();
        var checks = after.SelectMany(check => Needed(check.Id)).DistinctBy(check => check.Id).ToList();
        foreach (var result in await CheckRun.UntilAsync(checks, reached, player.LookAsync, cancellationToken: cancellationToken))
        {
            if (result.Answer is Answer.Passed && result.Check.Tense is Tense.Milestone)
                reached.Add(result.Check.Id);
            if (result.Answer is not Answer.Passed && after.Contains(result.Check))
                why.Add($"after step {step.Id}, {Told(result)}");
        }
        foreach (var prediction in lesson.Predictions.Where(prediction => prediction.Step == step.Id))
        {
            var outcome = await player.OutcomeAsync(prediction, output, cancellationToken);
            if (outcome.Choice is { } choice)
                _outcomes[prediction.Id] = choice;
            else
                why.Add($"prediction {prediction.Id}: {outcome.Holding} of its choices hold, not one; seen: {outcome.Seen}");
        }
    }

    private async Task EndAsync(Player player, HashSet<string> reached, List<string> why, CancellationToken cancellationToken)
    {
        var results = await CheckRun.UntilAsync(lesson.Checks, reached, player.LookAsync, cancellationToken: cancellationToken);
        why.AddRange(results.Where(result => result.Answer is not Answer.Passed).Select(result => $"at the end, {Told(result)}"));
    }

    private async Task<Play> TearDownAsync(Lab lab)
    {
        var started = time.GetTimestamp();
        var survivors = await site.RemoveAsync(lab, CancellationToken.None);
        List<string> left = [.. survivors, .. await site.LeftOfAsync(lab, CancellationToken.None)];
        return new Play("teardown", "lab", "nothing left", left.Count == 0 ? "nothing left" : "something left", left.Count == 0, Seconds(started)) { Why = left };
    }

    /// <summary>A check with all that it needs, in the lesson's order: alone it would only be blocked.</summary>
    private IEnumerable<Check> Needed(string id)
    {
        var wanted = new HashSet<string>();
        var open = new Stack<string>([id]);
        while (open.TryPop(out var next))
            if (wanted.Add(next))
                foreach (var need in lesson.Checks.First(check => check.Id == next).Needs)
                    open.Push(need);
        return lesson.Checks.Where(check => wanted.Contains(check.Id));
    }

    private static Check Hurried(Check check)
    {
        var hurried = check.Within > Patience ? check with { Within = Patience } : check;
        return hurried is TriggeredCheck trigger ? trigger with { Then = Hurried(trigger.Then) } : hurried;
    }

    /// <summary>Judged, and found wrong. A server that is surely down cannot be asked, and is an answer here.</summary>
    private static bool DidNotPass(CheckResult result) => result.Answer is Answer.Failed || result.Finding.IsDown;

    private static IReadOnlySet<string> NoneReached { get; } = new HashSet<string>();

    private static string Names(IEnumerable<Check> checks) => string.Join(", ", checks.Select(check => check.Id));

    private static string Told(CheckResult result) =>
        $"{result.Check.Id} is {result.Answer}: {result.Finding.Reason} (expected {result.Finding.Expected}, observed {result.Finding.Observed})";

    private static string Said(string what, CommandOutput output) =>
        $"{what} ended with {output.ExitCode}: {(output.StandardError.Length > 0 ? output.StandardError : output.StandardOutput).Trim()}";

    private double Seconds(long started) => Math.Round(time.GetElapsedTime(started).TotalSeconds, 2);

    /// <summary>The steps that stay open during a play; ended with it.</summary>
    private sealed class OpenSteps : IAsyncDisposable
    {
        private readonly CancellationTokenSource _cancel = new();
        private readonly List<Task> _open = [];

        public void Start(Func<CancellationToken, Task> step) => _open.Add(step(_cancel.Token));

        public async ValueTask DisposeAsync()
        {
            await _cancel.CancelAsync();
            await Task.WhenAll(_open);
            _cancel.Dispose();
        }
    }
}
