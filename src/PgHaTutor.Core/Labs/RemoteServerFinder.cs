using System.Globalization;
using PgHaTutor.Hosts;

namespace PgHaTutor.Labs;

/// <summary>Finds the server of a node on another host, by a script there; what it found is remembered for as long as the server answers.</summary>
internal sealed class RemoteServerFinder(Node node) : ServerFinder
{
    /// <summary>A host that does not answer for so long is told as such; the picture must go on.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    private ServerFound? _known;
    private int? _lastPid;

    public override async ValueTask<ServerFound> FindAsync(bool anew, CancellationToken cancellationToken)
    {
        // What only lasts a moment is asked again.
        if (!anew && _known is { Server.Status: "ready" or "standby" } known)
            return known;
        _known = await LookAsync(cancellationToken);
        _lastPid = _known.Server?.Pid ?? _lastPid;
        return _known;
    }

    private async Task<ServerFound> LookAsync(CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            var output = await node.Host.RunAsync(
                new Script(Question) { Environment = new Dictionary<string, string> { ["DATA"] = node.DataDirectory, ["LAST"] = $"{_lastPid}" } }, cancellationToken: patience.Token);
            cancellationToken.ThrowIfCancellationRequested();
            return output.Cancelled
                ? Silent($"{node.Host.Name} does not answer within {Patience.TotalSeconds:0} s.")
                : output.Succeeded ? Parse(output.StandardOutput) : Silent($"{node.Host.Name} could not be asked: {output.StandardError.Trim()}");
        }
        catch (HostException lost)
        {
            return Silent(lost.Message);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Silent($"{node.Host.Name} does not answer within {Patience.TotalSeconds:0} s.");
        }
    }

    private static ServerFound Silent(string why) => new(null, false) { Unreachable = why };

    internal static ServerFound Parse(string text)
    {
        var fields = text.Split('\n').Select(line => line.Split(' ', 2)).Where(line => line.Length == 2).ToLookup(line => line[0], line => line[1].Trim());
        return new ServerFound(
            Number("pid") is { } pid ? new PostmasterFile(pid, Number("port"), fields["status"].FirstOrDefault() ?? "") : null,
            fields["directory"].Contains("yes"))
        {
            Orphan = Number("orphan"),
            IsDiskFull = fields["disk"].Contains("full"),
        };

        int? Number(string name) => int.TryParse(fields[name].FirstOrDefault(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
    }

    /// <summary>As <see cref="Postmaster.Running"/>: a process counts only when it is a postgres that works in that directory. LAST is the one that was seen last.</summary>
    private static readonly string Question = """
        server() {
          [ -n "$1" ] && read -r program <"/proc/$1/comm" 2>/dev/null || return 1
          case $program in postgres|postmaster) ;; *) return 1 ;; esac
          at=$(readlink "/proc/$1/cwd") && [ "${at% (deleted)}" = "$real" ]
        }
        if cd "$DATA" 2>/dev/null; then
          echo directory yes
          real=$(pwd -P)
          mapfile -t file 2>/dev/null <postmaster.pid
          pid=${file[0]#-}
          if server "$pid"; then
            printf 'pid %s\nport %s\nstatus %s\n' "$pid" "${file[3]:-}" "${file[7]:-}"
          elif server "$LAST" && { [ ! -e PG_VERSION ] || [ "$at" != "$real" ]; }; then
            echo "orphan $LAST"
          else
            disk=($(df -Pk . 2>/dev/null | tail -n 1)) || :
            [ "${disk[3]:-9999}" -ge FEW ] || echo disk full
          fi
        elif [ -e "$DATA" ]; then
          echo directory yes
        else
          echo directory no
          orphan=$(find /proc -maxdepth 2 -name cwd -lname "$DATA (deleted)" 2>/dev/null | head -n 1)
          [ -z "$orphan" ] || { orphan=${orphan#/proc/}; echo "orphan ${orphan%/cwd}"; }
        fi
        exit 0
        """.Replace("FEW", $"{ServerFound.Few >> 10}", StringComparison.Ordinal);
}
