using System.Diagnostics;
using System.Text;

namespace PgHaTutor.Hosts;

/// <summary>What can happen to an SSH host: at its network by rules of its own kernel, at its power by the learner's commands.</summary>
public sealed partial class SshHost
{
    private static readonly TimeSpan Boot = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(250);

    /// <summary>How the host's power is taken and given back; null where nobody said.</summary>
    internal SshPower? Power { get; set; }

    public override async Task<string> SufferAsync(HostTrouble trouble, IReadOnlyList<string> peers, CancellationToken cancellationToken = default)
    {
        switch (trouble.Kind)
        {
            case TroubleKind.PowerOff:
                await PowerAsync(PowerCommands.Off, cancellationToken);
                return $"{Name} has lost its power.";
            case TroubleKind.PowerOn:
                return await PowerOnAsync(cancellationToken);
            case TroubleKind.Reboot:
                return await RebootAsync(cancellationToken);
            case TroubleKind.Heal:
                await AsRootAsync("take back what was done to the network", NetworkScripts.Heal, cancellationToken);
                return $"The network of {Name} is as it was.";
            default:
                if (peers.Count == 0)
                    throw new HostRefusedException($"The lab has no other host than {Name}, so there is no network between its nodes. Use an inventory with two hosts.");
                await AsRootAsync($"{trouble}", NetworkScripts.Of(trouble, peers), cancellationToken);
                return trouble.Kind switch
                {
                    TroubleKind.Cut => $"No packet of PostgreSQL passes any more between {Name} and {string.Join(", ", peers)}; ssh still does. It ends by itself after {NetworkScripts.Longest.TotalMinutes:0} minutes.",
                    TroubleKind.Delay => $"A round trip between {Name} and {string.Join(", ", peers)} takes {trouble.Amount} ms more.",
                    _ => $"{trouble.Amount} % of the packets between {Name} and {string.Join(", ", peers)} are lost.",
                };
        }
    }

    /// <summary>Runs bash as root there: by sudo, or directly where ssh signs in as root.</summary>
    internal async Task<CommandOutput> RunAsRootAsync(string text, CancellationToken cancellationToken = default)
    {
        var started = Stopwatch.GetTimestamp();
        var master = await MasterAsync(cancellationToken);
        string[] words = _login == "root" ? ["bash", "-s"] : ["sudo", "-n", "--", "bash", "-s"];
        await using var process = await PipedProcess.StartAsync(
            "ssh", ["-S", master.Socket, "-o", "ControlMaster=no", .. _target.Options, "-T", "--", _target.Destination, "exec " + string.Join(' ', words.Select(Bash.Quote))]);
        using var giveUp = cancellationToken.Register(process.Abandon);
        var output = new StreamReader(process.Output).ReadToEndAsync(CancellationToken.None);
        var errors = new StreamReader(process.Errors).ReadToEndAsync(CancellationToken.None);
        try
        {
            await process.SendAsync(Encoding.UTF8.GetBytes(text));
            process.Input.Close();
        }
        catch (IOException)
        {
            // It ended before it read all of it: sudo refused, or the line was cut; its end tells which.
        }
        var code = await process.Ended;
        cancellationToken.ThrowIfCancellationRequested();
        return code == 255 && !master.IsAlive
            ? throw Cut()
            : new CommandOutput(code ?? 255, await output, await errors, Stopwatch.GetElapsedTime(started));
    }

    private async Task AsRootAsync(string doing, string script, CancellationToken cancellationToken)
    {
        var output = await RunAsRootAsync(script, cancellationToken);
        if (output.Succeeded)
            return;
        var said = output.StandardError.Trim();
        throw said.Contains("sudo", StringComparison.Ordinal)
            ? new HostRefusedException(NoRoot(doing, said))
            : new HostException($"“{doing}” could not be done on {Name}: {(said.Length > 0 ? said : $"exit code {output.ExitCode}")}");
    }

    private string NoRoot(string doing, string said) =>
        said.Contains(SshTrouble.NeedsTerminal, StringComparison.Ordinal) ? SshTrouble.WantsTerminal(Name, _login)
        : said.Contains("not found", StringComparison.Ordinal) ? $"“{doing}” takes root on {Name}, and it has no sudo, by which {_login} would become root. Install it there, or sign in as root ('user' in the inventory)."
        : $"“{doing}” takes root on {Name}, and {_login} may not become root without a password: {said.TrimEnd('.')}. Allow it: echo '{_login} ALL=(ALL) NOPASSWD: ALL' | sudo tee /etc/sudoers.d/pghatutor";

    private async Task<string> PowerOnAsync(CancellationToken cancellationToken)
    {
        if (await AnswersAsync(cancellationToken))
            return $"{Name} is up.";
        await PowerAsync(PowerCommands.On, cancellationToken);
        await UntilItAnswersAsync(cancellationToken);
        return $"{Name} is up again.";
    }

    private async Task<string> RebootAsync(CancellationToken cancellationToken)
    {
        if (Power is { Off: not null, On: not null })
        {
            await PowerAsync(PowerCommands.Off, cancellationToken);
            await PowerAsync(PowerCommands.On, cancellationToken);
        }
        else
        {
            // Not at once: the command must still come back. Never by sysrq, which in a container reboots the machine below it.
            await AsRootAsync("reboot", NetworkScripts.Reboot, cancellationToken);
            var began = Stopwatch.GetTimestamp();
            while (await AnswersAsync(cancellationToken) && Stopwatch.GetElapsedTime(began) < Boot)
                await Task.Delay(Pace, cancellationToken);
        }
        await UntilItAnswersAsync(cancellationToken);
        return $"{Name} was rebooted.";
    }

    private async Task UntilItAnswersAsync(CancellationToken cancellationToken)
    {
        var began = Stopwatch.GetTimestamp();
        while (!await AnswersAsync(cancellationToken))
        {
            if (Stopwatch.GetElapsedTime(began) > Boot)
                throw new HostUnreachableException(Name, $"{Name} has not come back within {Boot.TotalMinutes:0} minutes. Look at its console.");
            await Task.Delay(Pace, cancellationToken);
        }
    }

    /// <summary>Whether a command gets through within a few seconds.</summary>
    private async Task<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(6));
        try
        {
            return (await RunAsync(new Script("exit 0"), cancellationToken: patience.Token)).Succeeded;
        }
        catch (HostException)
        {
            return false;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    private const string PowerLine = "Write it there, as commands of this machine: power: {off: COMMAND, on: COMMAND}.";

    private enum PowerCommands { Off, On }

    private async Task PowerAsync(PowerCommands which, CancellationToken cancellationToken)
    {
        var command = which is PowerCommands.Off ? Power?.Off : Power?.On;
        if (command is null)
            throw new HostRefusedException(which is PowerCommands.Off
                ? $"The inventory does not say how the power of {Name} is taken. {PowerLine} “cut” and “reboot” need no such command."
                : $"{Name} does not answer. Look whether it is up and whether the network holds. If its power is off, give it back by hand; the inventory does not say how. {PowerLine}");
        await using var process = await PipedProcess.StartAsync("sh", ["-c", "cd -- \"$1\" && eval \"$2\"", "sh", Power!.Folder, command]);
        using var giveUp = cancellationToken.Register(process.Abandon);
        process.Input.Close();
        var errors = new StreamReader(process.Errors).ReadToEndAsync(CancellationToken.None);
        await new StreamReader(process.Output).ReadToEndAsync(CancellationToken.None);
        var code = await process.Ended;
        cancellationToken.ThrowIfCancellationRequested();
        var said = await errors;
        if (code != 0)
            throw new HostException($"The inventory's power command for {Name} ended with {code}: {said.Trim()} ({command})");
    }
}

/// <summary>Commands of this machine that take and give a host's power, and the folder they run in.</summary>
internal sealed record SshPower(string? Off, string? On, string Folder);
