using PgHaTutor.Labs;

namespace PgHaTutor.Ui;

/// <summary>The lag of every link over the last observations, for its sparkline.</summary>
internal sealed class LagHistory
{
    private const int Longest = 64;

    private readonly Dictionary<(string From, string To), List<long?>> _lags = [];
    private DateTimeOffset _newest;

    /// <summary>Takes the links of an observation, once.</summary>
    public void Add(Observation observation, Topology topology)
    {
        if (observation.At <= _newest)
            return;
        _newest = observation.At;
        foreach (var link in topology.Roots.SelectMany(Links))
        {
            var lags = _lags.TryGetValue((link.From, link.To), out var known) ? known : _lags[(link.From, link.To)] = [];
            lags.Add(link.LagBytes);
            if (lags.Count > Longest)
                lags.RemoveAt(0);
        }
    }

    public IReadOnlyList<long?> Of(TopologyLink link) => _lags.GetValueOrDefault((link.From, link.To)) ?? [];

    public void Clear()
    {
        _lags.Clear();
        _newest = default;
    }

    private static IEnumerable<TopologyLink> Links(TopologyNode node) =>
        node.Standbys.SelectMany(standby => Links(standby).Prepend(standby.Feed!));
}
