namespace PgHaTutor.Ui;

/// <summary>Where the panes stand on a screen of some size.</summary>
/// <param name="Wide">All panes beside each other; otherwise one at a time, under a row of tabs.</param>
internal sealed record ScreenLayout(
    bool Wide, Rectangle Tabs, Rectangle Course, Rectangle Lesson, Rectangle Cluster, Rectangle Checks, Rectangle Console, Rectangle Status, Rectangle Keys)
{
    /// <param name="statusRows">Rows that the status takes.</param>
    /// <param name="oneAtATime">The learner wants one pane in full, whatever the size.</param>
    public static ScreenLayout Of(Size screen, int statusRows, bool oneAtATime)
    {
        var (width, height) = (screen.Width, screen.Height);
        var wide = width >= 100 && height >= 30 && !oneAtATime;
        var keys = new Rectangle(0, height - 1, width, 1);
        var status = new Rectangle(0, height - 1 - statusRows, width, statusRows);
        if (!wide)
        {
            var all = new Rectangle(0, 1, width, Math.Max(1, status.Y - 1));
            return new ScreenLayout(false, new Rectangle(0, 0, width, 1), all, all, all, all, all, status, keys);
        }
        var console = Math.Clamp(height / 4, 7, 14);
        var upper = status.Y - console;
        var left = Math.Clamp(width * 2 / 9, 22, 34);
        var right = Math.Clamp(width * 5 / 16, 34, 46);
        var cluster = upper * 3 / 5;
        return new ScreenLayout(
            true, new Rectangle(0, 0, 0, 0),
            new Rectangle(0, 0, left, upper),
            new Rectangle(left, 0, width - left - right, upper),
            new Rectangle(width - right, 0, right, cluster),
            new Rectangle(width - right, cluster, right, upper - cluster),
            new Rectangle(0, upper, width, console), status, keys);
    }
}
