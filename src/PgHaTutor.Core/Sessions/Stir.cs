using PgHaTutor.Labs;

namespace PgHaTutor.Sessions;

/// <summary>Whether something moves in a lab, whoever moves it: a learner works in other terminals too, and what they make true is to tick at once.</summary>
internal sealed class Stir(TimeProvider time)
{
    /// <summary>A server takes a moment to do what a command or a file asks of it.</summary>
    private static readonly TimeSpan GoesOn = TimeSpan.FromSeconds(2);

    private readonly record struct Picture(int Files, int Servers);

    private Picture? _before;
    private long? _at;

    public bool Goes(LabSite site, Lab lab, Observation seen)
    {
        var now = new Picture(site.StampOf(lab), ServersOf(seen));
        if (_before is { } before && before != now)
            _at = time.GetTimestamp();
        _before = now;
        return _at is { } at && time.GetElapsedTime(at) < GoesOn;
    }

    private static int ServersOf(Observation seen)
    {
        var stamp = new HashCode();
        foreach (var node in seen.Nodes)
        {
            stamp.Add((node.State, node.PostmasterPid, node.Timeline, node.Lsn, node.ReceiveLsn, node.ReplayLsn, node.PauseState));
            stamp.Add((node.Receiver is not null, node.Senders.Count, node.Slots.Count, node.SynchronousStandbyNames));
        }
        return stamp.ToHashCode();
    }
}
