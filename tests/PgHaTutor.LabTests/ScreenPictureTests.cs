using PgHaTutor.Sessions;
using PgHaTutor.Ui;
using Terminal.Gui.Drawing;
using Terminal.Gui.Input;

namespace PgHaTutor.LabTests;

/// <summary>Whole screens, compared with the approved pictures beside this file.</summary>
[Collection("Screens")]
public sealed class ScreenPictureTests
{
    [Fact]
    public void At_the_start_I_see_what_to_press() => Approve("start", ScreenStates.Start);

    [Fact]
    public void I_see_the_lab_being_built() => Approve("building", ScreenStates.Building);

    [Fact]
    public void I_see_a_lesson_just_opened() => Approve("opened", ScreenStates.Opened);

    [Fact]
    public void I_see_my_prediction() => Approve("predicted", ScreenStates.Predicted);

    [Fact]
    public void I_see_a_step_at_work_and_how_to_cancel_it() => Approve("working", ScreenStates.Working, pilot => pilot.Mark("clone"));

    [Fact]
    public void I_see_what_is_open() => Approve("midway", ScreenStates.Midway);

    [Fact]
    public void I_see_why_a_check_failed() => Approve("tried", ScreenStates.Tried);

    [Fact]
    public void I_see_what_a_check_saw() => Approve("evidence", ScreenStates.Tried, pilot => pilot.Press(Key.F4, Key.End, Key.Enter));

    [Fact]
    public void I_see_a_lesson_done() => Approve("done", ScreenStates.Done, pilot => pilot.Mark("start"));

    [Fact]
    public void I_see_two_writers_as_a_contradiction() => Approve("split-brain", ScreenStates.SplitBrain, pilot => pilot.Press(Key.F3));

    [Fact]
    public void I_see_every_key() => Approve("help", ScreenStates.Midway, pilot => pilot.Press(Key.F1));

    [Fact]
    public void I_am_asked_before_a_reset() => Approve("reset", ScreenStates.Midway, pilot => pilot.Mark("start").Press('R'));

    [Fact]
    public void Without_colour_the_same_is_to_be_seen()
    {
        using var pilot = new ScreenPilot(ScreenStates.Midway, look: "mono");

        ScreenPicture.Approve("midway-120x36", pilot.Text);
        Assert.All(pilot.Attributes, attribute => Assert.Equal((Color.None, Color.None), (attribute.Foreground, attribute.Background)));
    }

    [Fact]
    public void Long_code_is_broken_and_widens_nothing()
    {
        using var pilot = new ScreenPilot(ScreenStates.WideCode, 100, 36);

        Assert.Contains("END", pilot.Text);
        Assert.Contains("LASTCELL", pilot.Text);
    }

    [Fact]
    public void The_four_answers_differ_in_colour_too()
    {
        using var pilot = new ScreenPilot(ScreenStates.FourAnswers, 120, 60);

        var answers = new[] { "◆ reached", "✘ failed", "… blocked", "? cannot tell" }.Select(answer => pilot.AttributeAt(answer)).ToList();

        Assert.Equal(4, answers.Distinct().Count());
    }

    private static void Approve(string name, SessionState state, Action<ScreenPilot>? then = null)
    {
        // Both are compared before it fails: a change is approved at every size, or at none.
        Assert.Multiple([.. new[] { (120, 36), (80, 24) }.Select(size => (Action)(() =>
        {
            using var pilot = new ScreenPilot(state, size.Item1, size.Item2);
            then?.Invoke(pilot);
            ScreenPicture.Approve($"{name}-{size.Item1}x{size.Item2}", pilot.Text);
        }))]);
    }
}
