using System.Drawing;
using PgHaTutor.Ui;

namespace PgHaTutor.Tests;

/// <summary>Where the panes stand.</summary>
public sealed class UiLayoutTests
{
    [Theory]
    [InlineData(100, 30)]
    [InlineData(120, 36)]
    [InlineData(200, 60)]
    public void On_a_large_screen_the_panes_cover_it_and_none_another(int width, int height)
    {
        var layout = ScreenLayout.Of(new Size(width, height), 1, oneAtATime: false);
        Rectangle[] places = [layout.Course, layout.Lesson, layout.Cluster, layout.Checks, layout.Console, layout.Status, layout.Keys];

        Assert.True(layout.Wide);
        Assert.Equal(width * height, places.Sum(place => place.Width * place.Height));
        Assert.All(places, one => Assert.DoesNotContain(places, other => other != one && other.IntersectsWith(one)));
    }

    [Theory]
    [InlineData(99, 40)]
    [InlineData(160, 29)]
    [InlineData(80, 24)]
    public void On_a_small_screen_one_pane_has_all_of_it(int width, int height)
    {
        var layout = ScreenLayout.Of(new Size(width, height), 2, oneAtATime: false);

        Assert.False(layout.Wide);
        Assert.Equal(new Rectangle(0, 1, width, height - 4), layout.Lesson);
        Assert.Equal(layout.Lesson, layout.Console);
    }
}
