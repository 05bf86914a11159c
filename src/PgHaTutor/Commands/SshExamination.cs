using PgHaTutor.Hosts;
using PgHaTutor.Labs;
using PgHaTutor.Lessons;
using static PgHaTutor.Commands.DoctorDocument;

namespace PgHaTutor.Commands;

/// <summary>Looks at the hosts of an inventory as doctor does: all at once, each for itself, then from each to the others.</summary>
/// <param name="doubts">What in the inventory can hardly be meant.</param>
internal sealed class SshExamination(Inventory inventory, IReadOnlyList<Problem> doubts)
{
    private const long EnoughDisk = 1L << 30;
    private const long LeastDisk = 300L << 20;

    /// <summary>Two nodes, as most lessons have them.</summary>
    private const int PortsOfLab = 2;

    /// <summary>A clock that differs by more makes replay delays and logs of two nodes false.</summary>
    private static readonly TimeSpan BearableDifference = TimeSpan.FromSeconds(2);

    private readonly List<Finding> _findings = [];

    public async Task<DoctorDocument> RunAsync(CancellationToken cancellationToken)
    {
        foreach (var doubt in doubts)
            _findings.Add(new("inventory", "note", $"{doubt.File}:{doubt.Line}:{doubt.Column}: {doubt.What}", doubt.Mend));
        await using var fleet = new SshFleet(inventory);
        var hosts = await fleet.HostsAsync();
        var surveys = await Task.WhenAll(hosts.Select(host => HostSurvey.OfAsync(host, inventory.Root, cancellationToken)));
        var reached = hosts.Zip(surveys).Where(one => one.Second.Trouble is null).ToList();
        var ports = Ports(surveys);
        var reaches = ports.Count == 0 ? [] : await Reach.AmongAsync([.. reached.Select(one => one.First)], ports, cancellationToken);
        foreach (var (host, survey) in hosts.Zip(surveys))
        {
            if (survey.Trouble is { } trouble)
                Add(host, "", "missing", trouble);
            else
                await TellAsync(host, survey, [.. reaches.Where(reach => reach.From == host.Name)], cancellationToken);
        }
        var shared = Shared(surveys);
        PostgresOnAll(surveys, shared);
        if (ports.Count == 0)
            _findings.Add(new("ports", "missing", "no two ports in a row are free on every host", "End what holds them, or set PGHATUTOR_PORT_BASE to another start."));
        var usable = _findings.All(finding => finding.Answer != "missing");
        return new DoctorDocument(
            usable, _findings, [.. shared.Select(one => new Postgres(one.Major, one.Version, one.BinDirectory))],
            [new Target(fleet.Target, usable, usable ? "" : "see what is missing above")]);
    }

    private void Add(SshHost host, string what, string answer, string found, string? mend = null) =>
        _findings.Add(new(what.Length == 0 ? host.Name : $"{host.Name}, {what}", answer, found, mend));

    private async Task TellAsync(SshHost host, HostSurvey survey, IReadOnlyList<Reach> reaches, CancellationToken cancellationToken)
    {
        Add(host, "", "ok", $"{survey.System}; a command takes {survey.RoundTrip.TotalMilliseconds:0} ms; servers run as {host.User}; address {host.Address}");
        Postgres(host, survey);
        Clusters(host, survey);
        Clock(host, survey);
        await FolderAsync(host, survey, cancellationToken);
        if (!await MayBecomeRootAsync(host, cancellationToken))
            Add(host, "root", "note", "the account may not become root there without a password, so cut, delay, loss and reboot are refused; all else works");
        if (await ForwardingAsync(host, cancellationToken) is { } trouble)
            Add(host, "forwarding", "missing", trouble);
        Network(host, survey, reaches);
    }

    private void Postgres(SshHost host, HostSurvey survey)
    {
        if (Fitting(survey).Count > 0)
            Add(host, "PostgreSQL", "ok", string.Join("; ", survey.Installed.Select(one => $"{one.Version} in {one.BinDirectory}")));
        else
            Add(host, "PostgreSQL", "missing",
                inventory.Major is { } major ? $"no server programs of PostgreSQL {major}, which the inventory asks for" : "no server programs of version 13 or newer",
                $"On {host.Name}: {Install(survey)}");
    }

    private List<Installation> Fitting(HostSurvey survey) => [.. survey.Installed.Where(one => inventory.Major is null || one.Major == inventory.Major)];

    private string Install(HostSurvey survey) =>
        survey.Family.Contains("rhel") || survey.Family.Contains("fedora") || survey.Family.Contains("centos")
            ? inventory.Major is { } version ? $"sudo dnf install -y postgresql{version}-server postgresql{version}-contrib (from PostgreSQL's own repository)" : "sudo dnf install -y postgresql-server postgresql-contrib"
            : $"sudo apt-get install -y postgresql{(inventory.Major is { } major ? $"-{major}" : "")}";

    private void Clusters(SshHost host, HostSurvey survey)
    {
        foreach (var cluster in survey.Clusters)
            Add(host, $"cluster {cluster.Name}", "note", $"the system's own, {(cluster.Runs ? "runs" : "stopped")} on port {cluster.Port}; it is left alone, and labs take other ports");
        if (survey.Listening.Contains(5432) && !survey.Clusters.Any(cluster => cluster.Port == 5432))
            Add(host, "port 5432", "note", "somebody listens there; it is left alone, and labs take other ports");
    }

    private void Clock(SshHost host, HostSurvey survey)
    {
        var certain = survey.Ahead.Duration() - (survey.RoundTrip / 2);
        var found = $"{Math.Abs(survey.Ahead.TotalSeconds):0.00} s {(survey.Ahead < TimeSpan.Zero ? "behind" : "ahead of")} this machine";
        if (certain > BearableDifference)
            Add(host, "clock", "missing", found, $"Clocks may differ by {BearableDifference.TotalSeconds:0} s. Let both follow a time server: sudo timedatectl set-ntp true");
        else
            Add(host, "clock", "ok", found);
    }

    private async Task FolderAsync(SshHost host, HostSurvey survey, CancellationToken cancellationToken)
    {
        var make = $"Make it there: sudo install -d -o {host.User} '{inventory.Root}', or name another as 'root' in the inventory.";
        switch (survey.Folder)
        {
            case LabsFolder.Closed:
                Add(host, "folder", "missing", $"{inventory.Root} is there, and is not {host.User}'s to write", $"Give it to {host.User}, or name another as 'root' in the inventory.");
                return;
            case LabsFolder.Missing when !await MayBecomeRootAsync(host, cancellationToken):
                Add(host, "folder", "missing", $"{inventory.Root} is not there, and nobody here may make it", make);
                return;
        }
        var free = $"{inventory.Root}{(survey.Folder is LabsFolder.Ready ? "" : ", made with the first lab")}; {survey.FreeBytes >> 20} MB free";
        if (survey.FreeBytes < EnoughDisk)
            Add(host, "folder", survey.FreeBytes < LeastDisk ? "missing" : "note", free, "A lab takes about 100 MB for each node. Make room there, or name a folder on another disk as 'root' in the inventory.");
        else
            Add(host, "folder", "ok", free);
    }

    private static async Task<bool> MayBecomeRootAsync(SshHost host, CancellationToken cancellationToken)
    {
        try
        {
            return await host.MayBecomeRootAsync(cancellationToken);
        }
        catch (HostException)
        {
            return false;
        }
    }

    private static async Task<string?> ForwardingAsync(SshHost host, CancellationToken cancellationToken)
    {
        try
        {
            return await host.ForwardingTroubleAsync(cancellationToken);
        }
        catch (HostException lost)
        {
            return lost.Message;
        }
    }

    private void Network(SshHost host, HostSurvey survey, IReadOnlyList<Reach> reaches)
    {
        if (survey.Disturbance is { } disturbance)
            Add(host, "network", "note", disturbance);
        foreach (var others in reaches.GroupBy(reach => (reach.To, reach.Address)))
        {
            var ports = string.Join(" and ", others.Select(reach => reach.Port));
            if (others.Any(reach => !reach.Tried))
                Add(host, $"way to {others.Key.To}", "note", $"not tried: {others.Key.To} has neither perl nor python3 to listen with");
            else if (others.FirstOrDefault(reach => reach.Trouble is not null) is { } lost)
                Add(host, $"way to {others.Key.To}", "missing", $"{others.Key.Address} port {lost.Port}: {lost.Trouble}",
                    $"Let PostgreSQL through between the hosts (ports {ports}; on EC2 in their security group), and look at the address of {others.Key.To} in the inventory.");
            else
                Add(host, $"way to {others.Key.To}", "ok", $"{others.Key.Address}, ports {ports}");
        }
    }

    private void PostgresOnAll(IReadOnlyList<HostSurvey> surveys, IReadOnlyList<Installation> shared)
    {
        if (surveys.Any(survey => survey.Trouble is not null || Fitting(survey).Count == 0))
            return;
        if (shared.Count > 0)
            _findings.Add(new("PostgreSQL on all", "ok", string.Join(", ", shared.Select(one => one.Major)), null));
        else
            _findings.Add(new("PostgreSQL on all", "missing", "no version is on every host", "Install one and the same major version on all of them."));
    }

    private IReadOnlyList<Installation> Shared(IReadOnlyList<HostSurvey> surveys) =>
    [
        .. Fitting(surveys[0])
            .Where(one => surveys.All(survey => survey.Installed.Any(other => other.Major == one.Major)))
            .DistinctBy(one => one.Major),
    ];

    /// <summary>Those that a lab would take now; empty where there are none.</summary>
    private static IReadOnlyList<int> Ports(IReadOnlyList<HostSurvey> surveys)
    {
        try
        {
            return RemoteSite.PortsOf(surveys.SelectMany(survey => survey.Taken).ToHashSet(), PortsOfLab);
        }
        catch (LabException)
        {
            return [];
        }
    }
}
