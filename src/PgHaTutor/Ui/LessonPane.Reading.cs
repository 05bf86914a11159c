using PgHaTutor.Sessions;

namespace PgHaTutor.Ui;

/// <summary>What of the lesson was on the screen, so that going on passes over nothing that was not.</summary>
internal sealed partial class LessonPane
{
    // Of every block how many rows, from its first on, were on the screen.
    private readonly Dictionary<View, int> _read = [];
    private bool _reading;

    /// <summary>Whether going on to it shows more text first.</summary>
    public bool ReadsOnTo(object target) => BlockOf(target) is { } block && Unread(block) is { } row && !FitsFrom(row, block);

    /// <summary>Whether the lesson has text that was not on the screen yet.</summary>
    public bool HasUnread => Unread(null) is not null;

    /// <summary>Shows more of the text.</summary>
    /// <returns>False where all of it was read.</returns>
    public bool ReadOn()
    {
        if (Unread(null) is not { } row)
            return false;
        ReadFrom(row);
        return true;
    }

    private void ReadTo(View block)
    {
        var unread = Unread(block);
        var first = Math.Min(unread ?? block.Frame.Y, block.Frame.Y);
        if (unread is { } row && !FitsFrom(row, block))
        {
            ReadFrom(row);
            return;
        }
        _reading = false;
        if (FitsFrom(first, block))
            Viewport = Viewport with { Y = first < Viewport.Y ? first : Math.Max(Viewport.Y, Math.Min(first, block.Frame.Bottom - Viewport.Height)) };
        else
            Reveal(block);
        Mark(block, scroll: false);
    }

    /// <summary>Puts an unread row at the top, below the last one that was read, as turning a page does.</summary>
    private void ReadFrom(int row)
    {
        ScrollBy(row - 1 - Viewport.Y);
        _reading = true;
        CurrentChanged?.Invoke();
    }

    private bool FitsFrom(int row, View block) => Math.Max(block.Frame.Y, row) + Math.Min(RowsToSee(block), Viewport.Height) - row <= Viewport.Height;

    /// <summary>Of a step its command; what it does and its keys stand in the key bar too.</summary>
    private static int RowsToSee(View block) => block is StepView step ? step.CommandEnd : block.Frame.Height;

    /// <summary>
    /// The first row of text before a block that was never on the screen; null where there is none. What the learner has left behind long ago
    /// is let be: only what stands right before the block counts, and what is below the top of the page.
    /// </summary>
    private int? Unread(View? before)
    {
        NoteRead();
        var end = before is null ? _blocks.Count : _blocks.IndexOf(before);
        var done = _blocks.GetRange(0, end).FindLastIndex(block => block.CanFocus && block is not HintView);
        for (var index = 0; index < end; index++)
            if (_blocks[index] is var text && IsToRead(text) && (index > done || text.Frame.Bottom > Viewport.Y) && _read.GetValueOrDefault(text) is var read && read < text.Frame.Height
                && (read > 0 || text is not StepView))
                return text.Frame.Y + read;
        return null;
    }

    /// <summary>
    /// Also what a step printed and came to, once some of it was seen, and a question whose answer appeared without its step, in whose box it
    /// would be read otherwise.
    /// </summary>
    private static bool IsToRead(View block) => !block.CanFocus || block is StepView { HasEnded: true } or PredictionView { IsAnsweredWithoutStep: true };

    /// <summary>What is on the screen now has been read, down to its last row, where it was read up to there.</summary>
    private void NoteRead()
    {
        if (_grows || _afterLayout is not null || !Visible || SuperView is { Visible: false })
            return;
        foreach (var text in _blocks.Where(IsToRead))
            if (_read.GetValueOrDefault(text) is var read && Viewport.Y <= text.Frame.Y + read && Viewport.Bottom > text.Frame.Y + read)
                _read[text] = Math.Min(Viewport.Bottom - text.Frame.Y, text.Frame.Height);
    }

    /// <summary>What a step prints pushes the text behind it away, and that text is about what was printed.</summary>
    private void ForgetBehindRuns(SessionState? before, SessionState state)
    {
        if (before is null)
            return;
        foreach (var run in state.Runs.Values.Where(run => !before.Runs.TryGetValue(run.StepId, out var known) || known.Output != run.Output))
        {
            // What stands where is known again once it is laid out.
            _grows = true;
            foreach (var text in _blocks.SkipWhile(block => (block as StepView)?.Step.Id != run.StepId).Skip(1).TakeWhile(block => block is not StepView))
                _read.Remove(text);
        }
    }
}
