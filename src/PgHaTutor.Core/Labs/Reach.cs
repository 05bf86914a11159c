using System.Collections.Concurrent;
using PgHaTutor.Hosts;

namespace PgHaTutor.Labs;

/// <summary>Whether commands on one host reach a port of another one.</summary>
/// <param name="Trouble">Why not; null where they do.</param>
/// <param name="Tried">False where the other host has nothing that could listen for a moment.</param>
public sealed record Reach(string From, string To, string Address, int Port, string? Trouble, bool Tried = true)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <summary>Lets every host listen for a moment and every other one connect, all at once.</summary>
    /// <param name="ports">Free on all of them.</param>
    public static async Task<IReadOnlyList<Reach>> AmongAsync(
        IReadOnlyList<Host> hosts, IReadOnlyList<int> ports, CancellationToken cancellationToken = default)
    {
        if (hosts.Count < 2)
            return [];
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        over.CancelAfter(2 * Patience);
        var listening = new ConcurrentDictionary<Host, bool>();
        var ready = hosts.ToDictionary(host => host, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        var listeners = hosts.Select(host => ListenAsync(host, ports, () => { listening[host] = true; ready[host].TrySetResult(); }, over.Token)).ToList();
        await Task.WhenAll(hosts.Zip(listeners, (host, listener) => Task.WhenAny(ready[host].Task, listener)));
        try
        {
            var found = await Task.WhenAll(hosts.Select(asker => FromAsync(asker, hosts, listening.Keys, ports, over.Token)));
            return [.. found.SelectMany(one => one)];
        }
        finally
        {
            await over.CancelAsync();
            await Task.WhenAll(listeners);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    private static async Task ListenAsync(Host host, IReadOnlyList<int> ports, Action whenListening, CancellationToken cancellationToken)
    {
        try
        {
            await host.RunAsync(
                new Script(Listen) { Environment = new Dictionary<string, string> { ["PORTS"] = string.Join(' ', ports) } },
                new Listening(whenListening), cancellationToken);
        }
        catch (HostException)
        {
            // Whether a host answers at all is asked elsewhere; here it is one that was not tried.
        }
    }

    private static async Task<IReadOnlyList<Reach>> FromAsync(
        Host asker, IReadOnlyList<Host> hosts, ICollection<Host> listening, IReadOnlyList<int> ports, CancellationToken cancellationToken)
    {
        var wanted = (from to in hosts where !ReferenceEquals(to, asker) from port in ports select (To: to, Port: port)).ToList();
        var tried = wanted.Where(one => listening.Contains(one.To)).Select(one => $"{one.To.Address} {one.Port}").ToList();
        var said = tried.Count > 0 ? await AskAsync(asker, string.Join('\n', tried), cancellationToken) : [];
        return [.. wanted.Select(one => Of(one.To, one.Port))];

        Reach Of(Host to, int port)
        {
            var reach = new Reach(asker.Name, to.Name, to.Address, port, null, listening.Contains(to));
            var trouble = said.GetValueOrDefault($"{to.Address} {port}", "no answer");
            return reach.Tried && trouble.Length > 0 ? reach with { Trouble = trouble } : reach;
        }
    }

    private static async Task<Dictionary<string, string>> AskAsync(Host asker, string places, CancellationToken cancellationToken)
    {
        try
        {
            var output = await asker.RunAsync(new Script(Connect) { StandardInput = places + "\n" }, cancellationToken: cancellationToken);
            return output.StandardOutput.Split('\n').Select(line => line.Split('\t')).Where(fields => fields.Length == 2)
                .DistinctBy(fields => fields[0]).ToDictionary(fields => fields[0], fields => fields[1]);
        }
        catch (HostException)
        {
            return [];
        }
    }

    /// <summary>bash cannot listen.</summary>
    private const string Listen = """
        if command -v perl >/dev/null; then
          exec perl -e 'use Socket; $| = 1; my @s; for my $p (@ARGV) { my $s; socket($s, PF_INET, SOCK_STREAM, 0) && setsockopt($s, SOL_SOCKET, SO_REUSEADDR, 1)
            && bind($s, sockaddr_in($p, INADDR_ANY)) && listen($s, 50) or die "$!\n"; push @s, $s } print "listening\n"; sleep 60' $PORTS
        elif command -v python3 >/dev/null; then
          exec python3 -c 'import socket, sys, time
        all = [socket.create_server(("", int(p)), backlog=50) for p in sys.argv[1:]]
        print("listening", flush=True); time.sleep(60)' $PORTS
        fi
        """;

    /// <summary>Tells for each place why it is not reached; nothing behind the tab where it is.</summary>
    private const string Connect = """
        while read -r address port; do
          {
            said=$(timeout 4 bash -c 'exec 3<>"/dev/tcp/$0/$1"' "$address" "$port" 2>&1 </dev/null) && said= || { [ $? = 124 ] && said="no answer within 4 s"; }
            said=${said##*: }
            printf '%s %s\t%s\n' "$address" "$port" "${said//[$'\t\n']/ }"
          } &
        done
        wait
        """;

    private sealed class Listening(Action whenListening) : IProgress<OutputLine>
    {
        public void Report(OutputLine value)
        {
            if (value.Text == "listening")
                whenListening();
        }
    }
}
