using System.Diagnostics;
using System.Globalization;
using PgHaTutor.Hosts;

namespace PgHaTutor.Labs;

/// <summary>What a host has for labs, as it was when it was looked at.</summary>
/// <param name="Host">Its name in the lab.</param>
public sealed record HostSurvey(string Host)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);

    /// <summary>Why it could not be looked at: what happened and what to do; then there is nothing else.</summary>
    public string? Trouble { get; init; }

    /// <summary>As os-release(5) names it.</summary>
    public string System { get; init; } = "";

    /// <summary>The words that os-release(5) has for its family: <c>ubuntu debian</c>.</summary>
    public string Family { get; init; } = "";

    /// <summary>How long the shortest command took.</summary>
    public TimeSpan RoundTrip { get; init; }

    /// <summary>How far its clock is ahead of this machine's; right within half the round trip.</summary>
    public TimeSpan Ahead { get; init; }

    public IReadOnlyList<Installation> Installed { get; init; } = [];

    public IReadOnlyList<SystemCluster> Clusters { get; init; } = [];

    /// <summary>Ports on which somebody listens there.</summary>
    public IReadOnlySet<int> Listening { get; init; } = new HashSet<int>();

    /// <summary>Ports that labs do not take there: also those of clusters that are stopped and of other labs.</summary>
    public IReadOnlySet<int> Taken { get; init; } = new HashSet<int>();

    public LabsFolder Folder { get; init; }

    /// <summary>What a lab, of this home or another one, has done to its network and not taken back yet; null where nothing.</summary>
    public string? Disturbance { get; init; }

    /// <summary>Below the folder for labs.</summary>
    public long FreeBytes { get; init; }

    /// <summary>Looks; a host that cannot be reached is an answer.</summary>
    /// <param name="root">The folder for labs.</param>
    public static async Task<HostSurvey> OfAsync(Host host, string root, CancellationToken cancellationToken = default)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            // The first command opens the connection; how long that takes says nothing about the others.
            await host.RunAsync(new Script("true"), cancellationToken: patience.Token);
            var (ahead, roundTrip) = await ClockAsync(host, patience.Token);
            var installed = await Installations.OfAsync(host, patience.Token);
            var environment = new Dictionary<string, string> { ["ROOT"] = root };
            var taken = await host.RunAsync(new Script(RemoteScripts.Ports) { Environment = environment }, cancellationToken: patience.Token);
            var output = await host.RunAsync(new Script(Question) { Environment = environment }, cancellationToken: patience.Token);
            patience.Token.ThrowIfCancellationRequested();
            return Parse(host.Name, output.StandardOutput) with { Installed = installed, Ahead = ahead, RoundTrip = roundTrip, Taken = Numbers(taken.StandardOutput, "taken") };
        }
        catch (HostException lost)
        {
            return new HostSurvey(host.Name) { Trouble = lost.Message };
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new HostSurvey(host.Name) { Trouble = $"{host.Name} did not answer all questions within {Patience.TotalSeconds:0} s. Look whether it is overloaded." };
        }
    }

    /// <summary>The answer to <see cref="Question"/>: a word and what it says on each line.</summary>
    internal static HostSurvey Parse(string host, string answer)
    {
        var said = answer.Split('\n').Select(line => line.Split(' ', 2)).Where(words => words.Length == 2).ToLookup(words => words[0], words => words[1].Trim());
        var listening = Numbers(answer, "listens");
        return new HostSurvey(host)
        {
            System = said["system"].FirstOrDefault() ?? "",
            Family = said["family"].FirstOrDefault() ?? "",
            Listening = listening,
            Folder = Enum.TryParse<LabsFolder>(said["folder"].FirstOrDefault(), ignoreCase: true, out var folder) ? folder : LabsFolder.Closed,
            Disturbance = said["disturbed"].Any()
                ? $"cut, slowed or made to lose packets by a lab (tutor break), perhaps one of another home; that concerns all labs there until its owner says tutor undo, or until it ends by itself, {NetworkScripts.Longest.TotalMinutes:0} minutes after it began"
                : null,
            FreeBytes = long.TryParse(said["free"].FirstOrDefault(), NumberStyles.None, CultureInfo.InvariantCulture, out var kilobytes) ? kilobytes << 10 : 0,
            Clusters =
            [
                .. from cluster in said["cluster"]
                   let words = cluster.Split(' ', 2)
                   where words.Length == 2
                   let port = int.TryParse(words[0], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 5432
                   select new SystemCluster(words[1], port, listening.Contains(port)),
            ],
        };
    }

    private static HashSet<int> Numbers(string answer, string word) =>
    [
        .. from line in answer.Split('\n')
           where line.StartsWith(word + " ", StringComparison.Ordinal)
           select int.TryParse(line.AsSpan(word.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0,
    ];

    /// <summary>The best of three looks: the one that took the shortest time knows the clock best.</summary>
    private static async Task<(TimeSpan Ahead, TimeSpan RoundTrip)> ClockAsync(Host host, CancellationToken cancellationToken)
    {
        var best = (Ahead: TimeSpan.Zero, RoundTrip: TimeSpan.MaxValue);
        for (var i = 0; i < 3; i++)
        {
            var began = Stopwatch.GetTimestamp();
            var here = DateTimeOffset.UtcNow;
            var output = await host.RunAsync(new Script("echo \"${EPOCHREALTIME:-$(date +%s.%N)}\""), cancellationToken: cancellationToken);
            var took = Stopwatch.GetElapsedTime(began);
            if (took < best.RoundTrip && double.TryParse(output.StandardOutput.Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds))
                best = (DateTimeOffset.UnixEpoch.AddSeconds(seconds) - (here + (took / 2)), took);
        }
        return best;
    }

    private const string Question = """
        echo "system $(. /etc/os-release 2>/dev/null; echo "${PRETTY_NAME:-$(uname -sr)}"), $(uname -m)"
        echo "family $(. /etc/os-release 2>/dev/null; echo "$ID $ID_LIKE")"
        { cat /proc/net/tcp /proc/net/tcp6 2>/dev/null || :; } | while read -r _ address _ state _; do
          [ "$state" = 0A ] && echo "listens $((16#${address##*:}))"
        done
        shopt -s nullglob
        port_of() { sed -nE "s/^[[:space:]]*port[[:space:]]*=?[[:space:]]*'?([0-9]+).*/\1/p" "$1" 2>/dev/null | tail -n 1; }
        for conf in /etc/postgresql/*/*/postgresql.conf; do
          name=${conf#/etc/postgresql/}
          port=$(port_of "$conf"); echo "cluster ${port:-5432} ${name%/postgresql.conf}"
        done
        for data in /var/lib/pgsql/data /var/lib/pgsql/*/data; do
          [ -f "$data/PG_VERSION" ] || continue
          port=$(port_of "$data/postgresql.conf"); echo "cluster ${port:-5432} $data"
        done
        [ ! -e /run/pghatutor-trouble ] || echo "disturbed yes"
        near=$ROOT
        while [ ! -e "$near" ]; do near=${near%/*}; near=${near:-/}; done
        if [ "$near" = "$ROOT" ]; then
          [ -d "$ROOT" ] && [ -w "$ROOT" ] && echo folder ready || echo folder closed
        else
          [ -w "$near" ] && echo folder makeable || echo folder missing
        fi
        set -- $(df -Pk "$near" | tail -n 1)
        echo "free $4"
        """;
}
