using System.Globalization;
using PgHaTutor.Sessions;

namespace PgHaTutor.Ui;

/// <summary>The lab as a live picture: its nodes, what flows between them, what must not be.</summary>
internal sealed class TopologyView : View
{
    // Younger pictures are as good as live; the poll itself takes part of a second.
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(3);

    private readonly LagHistory _lags = new();
    private readonly TimeProvider _time;
    private SessionState? _state;
    private Topology? _topology;
    private string _age = "";
    private IReadOnlyList<Row> _drawn = [];
    private object? _ticking;

    public TopologyView(TimeProvider? time = null)
    {
        _time = time ?? TimeProvider.System;
        CanFocus = true;
        Initialized += (_, _) => _ticking = App?.AddTimeout(TimeSpan.FromSeconds(1), LookAtTheClock);
    }

    public void Show(SessionState state)
    {
        if (state.Lab?.Id != _state?.Lab?.Id)
            _lags.Clear();
        var isNew = !ReferenceEquals(state.Observation, _state?.Observation) || state.Lab?.Id != _state?.Lab?.Id || _state is null;
        _state = state;
        if (!isNew)
            return;
        _topology = state.Observation is { } observation ? Topology.Of(observation) : null;
        if (_topology is not null)
            _lags.Add(state.Observation!, _topology);
        _age = Age();
        // Four Observations a second, and mostly nothing new in them: what looks the same is not drawn again.
        if (!Rows.AreSame(Picture(Viewport.Size), _drawn))
            SetNeedsDraw();
    }

    protected override bool OnDrawingContent(DrawContext? context)
    {
        var rows = _drawn = Picture(Viewport.Size);
        for (var y = 0; y < rows.Count; y++)
            this.Draw(y, rows[y]);
        return true;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && _ticking is not null)
            App?.RemoveTimeout(_ticking);
        base.Dispose(disposing);
    }

    private IReadOnlyList<Row> Picture(Size size)
    {
        if (_topology is null || _state?.Observation is not { } observation)
            return Rows.Wrap(_state?.Lab is null ? "There is no lab yet: a lesson builds it." : "Not observed yet.", size.Width, Ink.Quiet);
        if (_age.Length == 0)
            return TopologyPicture.Of(observation, _topology, _lags, size);
        return
        [
            .. TopologyPicture.Of(observation, _topology, _lags, size with { Height = size.Height - 1 }),
            new Row(new Piece(_age, Ink.CannotTell)),
        ];
    }

    private bool LookAtTheClock()
    {
        var age = Age();
        if (age != _age)
        {
            _age = age;
            SetNeedsDraw();
        }
        return true;
    }

    private string Age() => _state?.Observation is { } observation && _time.GetUtcNow() - observation.At is var age && age > Fresh
        ? string.Create(CultureInfo.InvariantCulture, $"? as of {age.TotalSeconds:0} s ago")
        : "";
}
