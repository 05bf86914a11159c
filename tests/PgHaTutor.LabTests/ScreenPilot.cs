using PgHaTutor.Checks;
using PgHaTutor.Hosts;
using PgHaTutor.Lessons;
using PgHaTutor.Sessions;
using PgHaTutor.Ui;
using Terminal.Gui.App;
using Terminal.Gui.Drawing;
using Terminal.Gui.Drivers;
using Terminal.Gui.Input;
using Terminal.Gui.Testing;
using Terminal.Gui.Time;
using Attribute = Terminal.Gui.Drawing.Attribute;

namespace PgHaTutor.LabTests;

/// <summary>Drives the screen without a terminal: a fixed size, a clock of its own, keys and clicks put in by hand.</summary>
internal sealed class ScreenPilot : IDisposable
{
    private readonly VirtualTimeProvider _clock = new();
    private readonly IApplication _app;
    private readonly SessionToken? _token;
    private readonly MainWindow _window;

    public ScreenPilot(SessionState state, int columns = 120, int rows = 36, string look = "dark", Func<Actions, Actions>? with = null)
    {
        // The library looks at these to choose its colours; a test must not depend on where it runs.
        Environment.SetEnvironmentVariable("TERM", "xterm-256color");
        Environment.SetEnvironmentVariable("COLORTERM", "truecolor");
        Environment.SetEnvironmentVariable("NO_COLOR", null);
        _clock.SetTime(ScreenStates.Now.UtcDateTime);
        _app = Application.Create(_clock);
        _app.Init(DriverRegistry.Names.ANSI);
        Themes.Apply(look);
        _app.Driver!.SetScreenSize(columns, rows);
        var actions = Recording();
        _window = new MainWindow(_app, new UiThread(_app), with?.Invoke(actions) ?? actions, state, new PromptHistory(null), new StoppedClock());
        _token = _app.Begin(_window);
        Pump();
    }

    /// <summary>What the screen asked of the session, in order.</summary>
    public List<string> Asked { get; } = [];

    public string Text => string.Join('\n', _app.Driver!.ToString()!.Split('\n').Select(line => line.TrimEnd('\r', ' '))).TrimEnd('\n') + "\n";

    public IReadOnlyList<KeyAction> Keys => Ui.Keys.Of(_window);

    /// <summary>What is kept for the next start.</summary>
    public Place? Place => _window.Place;

    public bool Left => _window.StopRequested;

    public ScreenPilot Press(params Key[] keys)
    {
        foreach (var key in keys)
        {
            _app.InjectKey(key);
            Pump();
        }
        return this;
    }

    public ScreenPilot Type(string text) => Press([.. text.Select(letter => new Key(letter))]);

    public ScreenPilot Paste(string text)
    {
        _app.RaisePasteEvent(text);
        Pump();
        return this;
    }

    /// <summary>Goes from block to block until the one with that title is marked.</summary>
    public ScreenPilot Mark(string title)
    {
        Press(Key.F2, Key.Home);
        for (var left = 20; left > 0 && !Text.Contains($"┏━ {title}", StringComparison.Ordinal); left--)
            Press('n');
        Assert.Contains($"┏━ {title}", Text);
        return this;
    }

    public ScreenPilot Click(string text)
    {
        var lines = Text.Split('\n');
        var y = Array.FindIndex(lines, line => line.Contains(text, StringComparison.Ordinal));
        Assert.True(y >= 0, $"'{text}' is not on the screen:\n{Text}");
        _app.InjectSequence(InputInjectionExtensions.LeftButtonClick(new System.Drawing.Point(lines[y].IndexOf(text, StringComparison.Ordinal), y)));
        Pump();
        return this;
    }

    public ScreenPilot Show(SessionState state)
    {
        _window.Offer(state);
        Pump();
        return this;
    }

    public ScreenPilot Resize(int columns, int rows)
    {
        _app.Driver!.SetScreenSize(columns, rows);
        Pump();
        return this;
    }

    public ScreenPilot Pass(TimeSpan time)
    {
        _clock.Advance(time);
        Pump();
        return this;
    }

    /// <summary>Every attribute that is on the screen.</summary>
    public IEnumerable<Attribute> Attributes => _app.Driver!.Contents!.Cast<Cell>().Select(cell => cell.Attribute).OfType<Attribute>().Distinct();

    public Attribute? AttributeAt(string text)
    {
        var lines = Text.Split('\n');
        var y = Array.FindIndex(lines, line => line.Contains(text, StringComparison.Ordinal));
        return _app.Driver!.Contents![y, lines[y].IndexOf(text, StringComparison.Ordinal)].Attribute;
    }

    public void Dispose()
    {
        if (_token is not null)
            _app.End(_token);
        _window.Dispose();
        _app.Dispose();
    }

    // What a round posts to the next one is part of the same frame for a test.
    private void Pump()
    {
        for (var round = 0; round < 3; round++)
        {
            _app.TimedEvents!.RunTimers();
            _app.LayoutAndDraw(false);
        }
    }

    private Actions Recording() => new()
    {
        OpenLesson = id => Ask($"open {id}"),
        RunStep = async (id, text, progress) =>
        {
            await Ask(text is null ? $"run {id}" : $"run {id}: {text}");
            progress.Report(new OutputLine("hello", false));
            return new StepRun(id, text ?? "", []) { Output = new CommandOutput(0, "hello\n", "", TimeSpan.FromSeconds(1)) };
        },
        EndStep = id => Asked.Add($"end {id}"),
        RunCommand = async (entry, _) =>
        {
            await Ask($"on {entry.Node}: {entry.Text}");
            return new CommandOutput(0, "", "", TimeSpan.FromSeconds(1));
        },
        ReadLog = async node =>
        {
            await Ask($"log of {node}");
            return new CommandOutput(0, "LOG:  started\nFATAL:  no pg_hba.conf entry\n", "", TimeSpan.Zero);
        },
        Check = async () =>
        {
            await Ask("check");
            return Array.Empty<CheckResult>();
        },
        Predict = (id, choice) => Ask($"predict {id}: {choice}"),
        NextHint = async step =>
        {
            await Ask($"hint {step}");
            return new Hint(step, 1, "Look at its log.");
        },
        Solve = async (step, _) =>
        {
            await Ask($"solve {step}");
            return new CommandOutput(0, "", "", TimeSpan.FromSeconds(1));
        },
        Reset = step => Ask($"reset {step}"),
        Cancel = () => Asked.Add("cancel"),
        Expand = (text, _) => text.Replace("$PGDATA", "/lab/standby/data").Replace("$PRIMARY_PORT", "55432"),
        EnvironmentOf = _ => new Dictionary<string, string> { ["PGDATA"] = "/lab/standby/data" },
    };

    private Task Ask(string what)
    {
        Asked.Add(what);
        return Task.CompletedTask;
    }

    private sealed class StoppedClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => ScreenStates.Now;
    }
}
