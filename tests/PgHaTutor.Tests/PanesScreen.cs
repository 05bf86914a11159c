using PgHaTutor.Ui;
using Terminal.Gui.App;
using Terminal.Gui.Drawing;
using Terminal.Gui.Drivers;
using Terminal.Gui.Input;
using Terminal.Gui.Testing;
using Terminal.Gui.Time;
using Terminal.Gui.ViewBase;
using Terminal.Gui.Views;

namespace PgHaTutor.Tests;

/// <summary>A view on a screen without a terminal: its size, its time and its keys are the test's.</summary>
internal sealed class PanesScreen : IDisposable
{
    private readonly VirtualTimeProvider _time = new();
    private readonly Runnable _top = new() { Width = Dim.Fill(), Height = Dim.Fill() };
    private readonly SessionToken? _session;

    static PanesScreen()
    {
        // What the machine that runs the tests says of its terminal must not change a picture.
        Environment.SetEnvironmentVariable("TERM", "xterm-256color");
        Environment.SetEnvironmentVariable("COLORTERM", "truecolor");
        Environment.SetEnvironmentVariable("NO_COLOR", null);
        Environment.SetEnvironmentVariable("DisableRealDriverIO", "1");
    }

    public PanesScreen(View view, int columns, int rows)
    {
        _time.SetTime(new DateTime(2026, 1, 1));
        Themes.Apply("dark");
        App = Application.Create(_time);
        App.Init(DriverRegistry.Names.ANSI);
        App.Driver!.SetScreenSize(columns, rows);
        (view.Width, view.Height) = (Dim.Fill(), Dim.Fill());
        _top.Add(view);
        _session = App.Begin(_top);
        view.SetFocus();
        Draw();
    }

    public IApplication App { get; }

    /// <summary>What it shows, without blanks at the ends of lines.</summary>
    public string Text
    {
        get
        {
            Draw();
            return string.Join('\n', App.Driver!.ToString()!.Split('\n').Select(line => line.TrimEnd())).TrimEnd('\n');
        }
    }

    public void Draw()
    {
        App.TimedEvents!.RunTimers();
        App.LayoutAndDraw();
    }

    public void Press(params Key[] keys)
    {
        foreach (var key in keys)
        {
            App.InjectKey(key);
            Draw();
        }
    }

    public void Type(string text) => Press([.. text.Select(character => new Key(character))]);

    public void Wait(TimeSpan time)
    {
        _time.Advance(time);
        Draw();
    }

    public void Resize(int columns, int rows)
    {
        App.Driver!.SetScreenSize(columns, rows);
        Draw();
    }

    public Terminal.Gui.Drawing.Attribute? AttributeOf(string text)
    {
        var lines = Text.Split('\n');
        var row = Array.FindIndex(lines, line => line.Contains(text, StringComparison.Ordinal));
        Assert.True(row >= 0, $"“{text}” is not on the screen:\n{Text}");
        return App.Driver!.Contents![row, lines[row].IndexOf(text, StringComparison.Ordinal)].Attribute;
    }

    public void Dispose()
    {
        if (_session is not null)
            App.End(_session);
        _top.Dispose();
        App.Dispose();
    }
}
