using PgHaTutor.Hosts;

namespace PgHaTutor.Ec2;

/// <summary>Waits until an instance answers ssh and its first boot has installed PostgreSQL.</summary>
/// <param name="name">The host's name in messages.</param>
internal sealed class Ec2Readiness(SshTarget target, string name, Ec2Pace pace, IProgress<string>? progress)
{
    /// <summary>What the set-up script of <c>user-data.yaml</c> says; cloud-init's own word where it did not come so far.</summary>
    private const string Ask = """
        said=$(cat /var/lib/pghatutor-setup 2>/dev/null) || said="doing: the first boot"
        case $said in
          doing*) if cloud-init status 2>/dev/null | grep -q 'status: error'; then said="failed: cloud-init"; fi ;;
        esac
        printf '%s\n' "$said"
        case $said in failed*) tail -n 5 /var/log/cloud-init-output.log 2>/dev/null; esac
        """;

    /// <returns>What went wrong, with what to do; null once it is ready.</returns>
    public async Task<string?> WaitAsync(CancellationToken cancellationToken)
    {
        var deadline = Deadline.In(pace.Installing);
        progress?.Report($"{name}: waiting for ssh");
        // Before its first boot there is no account of PostgreSQL's that could be become.
        await using var host = await SshHost.OfAsync(name, target, Ec2Pair.User, cancellationToken: cancellationToken);
        string? told = null;
        Deadline? strange = null;
        var last = "ssh did not answer";
        while (true)
        {
            try
            {
                var said = (await host.RunAsync(new Script(Ask), cancellationToken: cancellationToken)).StandardOutput.Trim();
                cancellationToken.ThrowIfCancellationRequested();
                if (said == "ready")
                    return null;
                if (said.StartsWith("failed: ", StringComparison.Ordinal))
                    return $"{name} could not install PostgreSQL. It says:\n{said}\nThe whole story: ssh {target.Destination} cat /var/log/cloud-init-output.log. To begin again: tutor ec2 down, then up.";
                (last, strange) = (said.StartsWith("doing: ", StringComparison.Ordinal) ? said["doing: ".Length..] : said, null);
            }
            catch (HostUnreachableException away)
            {
                // It boots, or it boots again.
                last = away.Message;
                strange = last.Contains("host key", StringComparison.Ordinal) ? strange ?? Deadline.In(pace.Strange) : null;
            }
            if (strange is { HasPassed: true })
                return $"{name} does not show the host key that it was given at its launch: something else answers at {target.Destination}, or its first boot went wrong. Do not sign in there. Begin again: tutor ec2 down, then up.";
            if (last != told)
                progress?.Report($"{name}: {told = last}");
            if (deadline.HasPassed)
                return $"{name} was not ready within {pace.Installing.TotalMinutes:0} min. The last word: {last} “tutor ec2 up” waits on.";
            await Task.Delay(pace.Poll, cancellationToken);
        }
    }
}
