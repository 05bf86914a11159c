using PgHaTutor.Hosts;
using PgHaTutor.Lessons;
using PgHaTutor.Progress;
using PgHaTutor.Sessions;

namespace PgHaTutor.Ui;

/// <summary>A runnable step: its command, what running it does, how its last run ended, what that changed.</summary>
internal sealed class StepView(Step step, BlockActions actions) : RowsBlock
{
    private const int ShortOutput = 12;
    private SessionState? _state;
    private StepRun? _run;
    private bool? _ranBefore;
    private bool _cutShort;
    private bool _isPredicted;
    private bool _doneOtherwise;
    private IReadOnlyList<(Prediction Asked, string? Choice, PredictionScored? Score)> _predicted = [];
    private bool _expanded;
    private bool _wholeOutput;

    public Step Step => step;

    public override Action? Enter => IsOpen ? null : () => actions.Run(step);

    /// <summary>What Enter does, by the step's own name: the one that is marked need not be the one that is next.</summary>
    public override string EnterName => $"{(step.Edit && _run is null && _ranBefore is null ? "edit" : "run")} {step.Id}";

    /// <summary>Its last run is over.</summary>
    public bool HasEnded => _run is { Output: not null };

    /// <summary>It printed more lines than are shown at first.</summary>
    public bool HasMoreOutput => _run is not null && HiddenOf(_run.Lines) > 0;

    /// <summary>The rows down to the end of its command, its upper border included.</summary>
    public int CommandEnd { get; private set; }

    /// <summary>The row in which it says how it ended.</summary>
    public int ResultRow { get; private set; }

    public override bool Show(SessionState state)
    {
        var run = state.Runs.GetValueOrDefault(step.Id);
        bool? ranBefore = state.Lesson is { } lesson && state.Progress[lesson.Id].StepsRun.TryGetValue(step.Id, out var well) ? well : null;
        var questions = state.Lesson?.Predictions.Where(prediction => prediction.Step == step.Id).ToList() ?? [];
        // To say that it fails would answer the question that stands above it.
        _isPredicted = questions.Count > 0;
        var progress = state.Lesson is { } open ? state.Progress[open.Id] : LessonProgress.NotStarted;
        var predicted = questions.ConvertAll(question => (question, progress.Predictions.GetValueOrDefault(question.Id), progress.Scores.GetValueOrDefault(question.Id)));
        var cutShort = state.Lesson is { } cut && StepOrder.IsCutShort(step, cut, state);
        var otherwise = state.Lesson is { } own && StepOrder.WasDoneOtherwise(step, own, state);
        var same = _state is not null && ReferenceEquals(run, _run) && (ranBefore, cutShort, otherwise) == (_ranBefore, _cutShort, _doneOtherwise) && ReferenceEquals(state.Lab, _state.Lab) && predicted.SequenceEqual(_predicted);
        (_state, _run, _ranBefore, _cutShort, _doneOtherwise, _predicted) = (state, run, ranBefore, cutShort, otherwise, predicted);
        if (!same)
            Rewrite();
        return !same;
    }

    /// <summary>It stays open and can be stopped.</summary>
    public bool IsOpen => _run is { Open: true, Output: null };

    /// <summary>Its text as it is shown: as written, or with every variable expanded.</summary>
    public string Shown => _expanded ? actions.Expand(step.Text, step.Node) : step.Text;

    public void ToggleVariables()
    {
        _expanded = !_expanded;
        Rewrite();
    }

    public void ToggleOutput()
    {
        _wholeOutput = !_wholeOutput;
        Rewrite();
    }

    protected override IReadOnlyList<Row> Write(int width)
    {
        var inside = width - 4;
        var title = $"{step.Id} · {step.Language.ToString().ToLowerInvariant()} on {step.Node}";
        var note = step switch { { Optional: true } => "optional", { Edit: true } => "to be edited", _ => "" };
        List<Row> rows = [.. Command(inside)];
        CommandEnd = rows.Count + 1;
        rows.AddRange(Offers(inside));
        ResultRow = rows.Count + 1;
        return Rows.Box(title, [.. rows, .. Ending(inside), .. Output(inside), .. Changed(inside), .. Verdict(inside)], width, Edge(), HasFocus, note);
    }

    private bool Running => _run is { Open: false, Output: null };

    private Ink Edge() => HasFocus ? Ink.Accent : Ink.Quiet;

    private IEnumerable<Row> Command(int width) =>
        Shown.TrimEnd('\n').Split('\n').SelectMany(line => Rows.Wrap(Highlighter.Pieces(line), width, "  "));

    private IEnumerable<Row> Offers(int width)
    {
        foreach (var row in Rows.Wrap(WhatItDoes(), width, Ink.Quiet))
            yield return row;
        List<Piece> offers = Running
            ? [Offer("Ctrl-C", "cancel", null)]
            : IsOpen
            ? [Offer("s", "stop", () => actions.Stop(step))]
            : [Offer("Enter", "run", () => actions.Run(step)), Offer("e", "edit", () => actions.Edit(step))];
        offers.Add(Offer("x", _expanded ? "as written" : "variables", ToggleVariables));
        offers.Add(Offer("y", "copy", () => actions.Copy(Shown)));
        foreach (var row in Rows.Wrap(offers.SelectMany(offer => new Piece[] { offer, " " }), width))
            yield return row;
    }

    private static Piece Offer(string key, string does, Action? click) => new($"[{key}\u00a0{does}]", Ink.Accent, click);

    private string WhatItDoes()
    {
        var node = _state?.Lab?.Nodes.FirstOrDefault(known => known.Name == step.Node);
        var where = step.Language is StepLanguage.Host
            ? $"Lets this happen to the host of {step.Node}{(node is null ? "" : $", {node.Host.Name}")}"
            : step.Language is StepLanguage.Sql
            ? node is null ? $"Sends this to psql on {step.Node}" : $"Sends this to psql on {step.Node}, port {node.Port}"
            : node is null ? $"Runs this with bash for {step.Node}" : $"Runs this with bash on {node.Host.Name} as {node.Host.User}, for {step.Node}, port {node.Port}";
        return string.Concat(
            where,
            step.Background ? "; it stays open until you stop it or leave" : "",
            step.ExpectFail && !_isPredicted ? "; it is meant to fail" : "",
            step.Edit ? "; change it first" : "",
            ".");
    }

    private IEnumerable<Row> Ending(int width)
    {
        if (_run is null)
            return (_ranBefore, step.ExpectFail) switch
            {
                (null, _) => [],
                _ when _cutShort => Rows.Wrap("■ Leaving ended it, in an earlier sitting: it did not come to its own end. Run it again.", width, Ink.Blocked),
                (true, false) => Rows.Wrap("✔ It ran in an earlier sitting.", width, Ink.Passed, "  "),
                (false, true) => Rows.Wrap("✔ It failed in an earlier sitting, as it was meant to.", width, Ink.Passed, "  "),
                _ => Rows.Wrap(step.ExpectFail ? "✘ It succeeded in an earlier sitting, although it was meant to fail." : "✘ It ended with an error in an earlier sitting.", width, Ink.Failed),
            };
        IReadOnlyList<Row> edited = _run.Text.Trim() == step.Text.Trim() ? [] : Rows.Wrap([new("edited: ", Ink.Quiet), .. Highlighter.Pieces(_run.Text.Trim())], width, "  ");
        return [.. edited, .. Rows.Wrap([How(), new(_run.Played ? " · played by the reset" : "", Ink.Quiet)], width, "  ")];
    }

    /// <summary>What became of the predictions, and why; they stand above, and the command between may be longer than the screen.</summary>
    private IEnumerable<Row> Verdict(int width) => _run?.Output is not { Cancelled: false }
        ? []
        : _predicted.Where(one => one.Choice is not null).SelectMany(one => Rows.Wrap(
            one.Score switch
            {
                { Right: true } => [new("✔ as you expected. ", Ink.Passed), .. Explained(one.Asked)],
                { } score => [new($"✘ you expected “{one.Choice}”, and it came to “{score.Outcome}”. ", Ink.Failed), .. Explained(one.Asked)],
                null when _doneOtherwise => [new("· not scored: what this step is for came true in another way. ", Ink.Blocked), .. Explained(one.Asked)],
                null when _run.Missing is { } first => [new($"· what you expected is open: step {first} comes first, then this one again", Ink.Blocked)],
                null => [new("· what you expected is open still", Ink.Quiet)],
            },
            width, "  "));

    private static IReadOnlyList<Piece> Explained(Prediction asked) => asked.Explain is { } explain ? Rows.Inline(explain) : [];

    private Piece How()
    {
        if (_run?.Output is not { } output)
            return IsOpen ? new("● open, in the background", Ink.Accent) : new("● running …", Ink.Accent);
        var took = Words.Lasting(output.Duration);
        return (output, step) switch
        {
            ({ Cancelled: false, Succeeded: false }, { ExpectFail: true }) when step.IsChangedBy(_run.Text) =>
                new($"✘ exit {output.ExitCode} in {took}: the command as edited failed, maybe for a reason of its own", Ink.Failed),
            ({ Cancelled: true }, _) => new($"■ cancelled after {took}", Ink.Blocked),
            ({ Succeeded: true }, { ExpectFail: true }) => new($"! exit 0 in {took}, although it was meant to fail", Ink.Failed),
            ({ Succeeded: true }, _) => new($"✔ exit 0 in {took}", Ink.Passed),
            (_, { ExpectFail: true }) => new($"✔ exit {output.ExitCode} in {took}: it was meant to fail", Ink.Passed),
            _ => new($"✘ exit {output.ExitCode} in {took}", Ink.Failed),
        };
    }

    private IEnumerable<Row> Output(int width)
    {
        if (_run is not { Lines: { Count: > 0 } lines })
            yield break;
        var hidden = HiddenOf(lines);
        IReadOnlyList<Hosts.OutputLine> shown = _wholeOutput || hidden == 0 ? lines : [.. HeadOf(lines, hidden), .. lines.Skip(hidden)];
        if (hidden > 0)
            yield return new Row(
                new(_wholeOutput ? "" : $"  ↑ {(lines.Count == Session.KeptLines ? "many" : $"{hidden}")} more lines ", Ink.Quiet),
                Offer("o", _wholeOutput ? "fewer lines" : "all lines", ToggleOutput));
        if (_wholeOutput && lines.Count == Session.KeptLines)
            yield return new Row(new Piece($"  the last {lines.Count} lines; the console has the others", Ink.Quiet));
        foreach (var (text, isError) in Fitted(shown, width - 2))
            foreach (var row in Rows.Wrap([new(text)], width - 2, "  "))
                yield return new Row([new Piece("▏ ", isError ? Ink.Callout : Ink.Quiet), .. row.Pieces]);
    }

    /// <summary>How many lines are left out at first: none where they need no more room than the row that would stand for them.</summary>
    private static int HiddenOf(IReadOnlyList<Hosts.OutputLine> lines) =>
        lines.Count - ShortOutput is > 0 and var hidden && hidden > 1 + HeadOf(lines, hidden).Count() ? hidden : 0;

    /// <summary>The rest of a table says little without its head.</summary>
    private static IEnumerable<Hosts.OutputLine> HeadOf(IReadOnlyList<Hosts.OutputLine> lines, int at) =>
        PsqlTable.HeadOf([.. lines.Select(line => CleanText.Of(line.Text))], at).Select(line => new Hosts.OutputLine(line, IsError: false));

    /// <summary>Tables are narrowed to the card; the console below shows them as they were printed.</summary>
    private static IEnumerable<(string Text, bool IsError)> Fitted(IEnumerable<Hosts.OutputLine> lines, int width)
    {
        List<string> output = [];
        foreach (var line in lines)
        {
            if (!line.IsError)
            {
                output.Add(CleanText.Of(line.Text));
                continue;
            }
            foreach (var text in PsqlTable.Fit(output, width))
                yield return (text, false);
            output.Clear();
            yield return (CleanText.Of(line.Text), true);
        }
        foreach (var text in PsqlTable.Fit(output, width))
            yield return (text, false);
    }

    private IEnumerable<Row> Changed(int width)
    {
        if (_run is not { Before: { } before, After: { } after })
            return [];
        var rows = ChangesView.Write(before, after).SelectMany(row => Rows.Wrap(row.Pieces, width, "  "));
        return Changes.Of(before, after).Count == 0 ? rows : rows.Prepend(new Row(new Piece("What changed meanwhile", Ink.Strong)));
    }
}
