using PgHaTutor.Lessons;
using PgHaTutor.Progress;
using PgHaTutor.Sessions;
using Terminal.Gui.Input;

namespace PgHaTutor.Ui;

/// <summary>A question before a step: its choices, then the learner's own, then what the cluster said.</summary>
internal sealed class PredictionView(Prediction prediction, BlockActions actions) : RowsBlock
{
    private string? _choice;
    private PredictionScored? _score;
    private bool _closed;
    private bool _misrun;
    private bool _doneOtherwise;
    private bool _toldByStep;
    private string? _missing;

    public Prediction Prediction => prediction;

    /// <summary>It can still be answered, or answered anew.</summary>
    public bool CanAnswer => !_closed;

    /// <summary>What its step is for came true in another way, and the answer stands here alone.</summary>
    public bool IsAnsweredWithoutStep => _closed && _doneOtherwise && !_toldByStep;

    public override Action? Enter => _closed || _choice is not null ? actions.GoOn : () => actions.Ask(prediction);

    public override string EnterName => _closed || _choice is not null ? "go on" : "answer";

    public override bool Show(SessionState state)
    {
        var progress = state.Lesson is { } lesson ? state.Progress[lesson.Id] : LessonProgress.NotStarted;
        var choice = progress.Predictions.GetValueOrDefault(prediction.Id);
        var score = progress.Scores.GetValueOrDefault(prediction.Id);
        var closed = IsClosed(prediction, state);
        // Its step has ended, and not in the way that answers the question.
        var misrun = score is null && state.Work is null && state.Runs.GetValueOrDefault(prediction.Step ?? "") is { Output: not null };
        var missing = state.Runs.GetValueOrDefault(prediction.Step ?? "")?.Missing;
        var otherwise = closed && score is null && state.Lesson is { } open && open.Steps.FirstOrDefault(step => step.Id == prediction.Step) is { } own && StepOrder.WasDoneOtherwise(own, open, state);
        // The step's own box has the same then, below what it printed.
        var told = choice is not null && state.Runs.GetValueOrDefault(prediction.Step ?? "") is { Output.Cancelled: false };
        var same = (choice, score, closed, misrun, otherwise, missing, told) == (_choice, _score, _closed, _misrun, _doneOtherwise, _missing, _toldByStep);
        (_choice, _score, _closed, _misrun, _doneOtherwise, _missing, _toldByStep) = (choice, score, closed, misrun, otherwise, missing, told);
        if (!same)
            Rewrite();
        return !same;
    }

    /// <summary>It waits for an answer.</summary>
    public static bool IsOpen(Prediction prediction, SessionState state) =>
        state.Lesson is { } lesson && !state.Progress[lesson.Id].Predictions.ContainsKey(prediction.Id) && !IsClosed(prediction, state);

    /// <summary>Its step has run or runs, or what that is for came true without it: what is said now is no prediction any more.</summary>
    public static bool IsClosed(Prediction prediction, SessionState state) =>
        state.Lesson is { } lesson && lesson.Steps.FirstOrDefault(step => step.Id == prediction.Step) is { } step
        && (StepOrder.WasRun(step, lesson, state) || StepOrder.IsDone(step, lesson, state));

    protected override bool OnKeyDown(Key key)
    {
        if (_closed || key.AsRune.Value - '1' is not (>= 0 and var index) || index >= prediction.Choices.Count)
            return base.OnKeyDown(key);
        actions.Predict(prediction, prediction.Choices[index]);
        return true;
    }

    protected override IReadOnlyList<Row> Write(int width) => Rows.Box(
        prediction.Step is { } step ? $"Predict, before {step}" : "Predict",
        [.. Rows.Wrap(prediction.Ask, width - 4, Ink.Strong), .. prediction.Choices.SelectMany((choice, index) => Choice(choice, index, width - 4)), .. Ending(width - 4)],
        width, HasFocus ? Ink.Accent : Ink.Quiet, HasFocus);

    private IEnumerable<Row> Choice(Choice choice, int index, int width)
    {
        var own = choice.Text == _choice;
        Action? click = _closed ? null : () => actions.Predict(prediction, choice);
        return Rows.Wrap(
            [new($" {index + 1} {(own ? "●" : "○")} ", own ? Ink.Accent : Ink.Quiet, click), new(choice.Text, own ? Ink.Strong : Ink.Plain, click)],
            width, "     ");
    }

    private IEnumerable<Row> Ending(int width)
    {
        if (_score is { } score)
            return
            [
                .. Rows.Wrap([new(score.Right ? "✔ right: " : "✘ not so: ", score.Right ? Ink.Passed : Ink.Failed), new($"the cluster said “{score.Outcome}”")], width, "  "),
                .. Explained(width),
            ];
        if (_closed)
            return
            [
                .. Rows.Wrap(NoOutcome(), width, Ink.Quiet),
                .. _choice is null || _doneOtherwise ? Explained(width) : [],
            ];
        var keys = prediction.Choices.Count > 1 ? $"1-{prediction.Choices.Count}" : "1";
        return Rows.Wrap(_choice is null ? $"Press {keys} to choose; the cluster will tell." : $"Press {keys} to change your mind until the step has run.", width, Ink.Quiet);
    }

    private string NoOutcome() => (_choice, _misrun, _missing) switch
    {
        (not null, _, _) when _doneOtherwise => $"Not scored: what step {prediction.Step} is for came true in another way.{(_toldByStep ? "" : " With the step, this is so:")}",
        (null, _, _) => "Not answered before its step was done.",
        (_, true, { } first) => $"The outcome is not in yet: step {first} comes first. Run it, then {prediction.Step} again.",
        (_, true, null) => $"The outcome is not in yet: the step did not do what it says here. Run {prediction.Step} as it is written.",
        _ => "The outcome is not in yet.",
    };

    private IReadOnlyList<Row> Explained(int width) => prediction.Explain is { } explain && !_toldByStep ? Rows.Wrap(explain, width) : [];
}
