using System.Diagnostics;
using System.Security.Cryptography;
using PgHaTutor.Hosts;
using PgHaTutor.Labs;
using static PgHaTutor.Commands.DoctorDocument;

namespace PgHaTutor.Commands;

/// <summary>Looks at Docker as doctor does: the engine, the image, and a container that is made for the look and goes with it.</summary>
internal sealed class ContainerExamination(ContainerFleet fleet)
{
    private readonly List<Finding> _findings = [];

    public async Task<DoctorDocument> RunAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<Installation> installed = [];
        try
        {
            var facts = await fleet.Engine.AskAsync(cancellationToken);
            Add("Docker", "ok", $"engine {facts.Version} at {facts.Address}, spoken to in API {facts.ApiVersion}");
            var here = await fleet.ImagesHereAsync(cancellationToken);
            if (here.Count > 0)
            {
                Add("image", "ok", string.Join(", ", here.Select(image => image.Name)));
                installed = await fleet.InstallationsAsync(cancellationToken);
                await TryAsync(installed.First(one => here.Any(image => image.Major == one.Major)), cancellationToken);
            }
            else
                Add("image", "note", $"{fleet.UsualImage} is not on this engine yet; the first lab fetches it", $"To fetch it now: docker pull {fleet.UsualImage}");
        }
        catch (HostException unusable)
        {
            Add("Docker", "missing", unusable.Message);
        }
        if (ContainerHost.DockerProgram is { } program)
            Add("docker", "ok", program);
        else
            Add("docker", "note", "the program is not on the PATH; only tutor shell and full-screen programs need it", "Install it (Debian and Ubuntu: docker-cli or docker.io; Docker Desktop brings it).");
        var usable = _findings.All(finding => finding.Answer != "missing");
        return new DoctorDocument(
            usable, _findings, [.. installed.Select(one => new Postgres(one.Major, one.Version, one.BinDirectory))],
            [new Target(fleet.Target, usable, usable ? "" : "see what is missing above")]);
    }

    private void Add(string name, string answer, string found, string? mend = null) => _findings.Add(new(name, answer, found, mend));

    private async Task TryAsync(Installation programs, CancellationToken cancellationToken)
    {
        var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4));
        try
        {
            var began = Stopwatch.GetTimestamp();
            var host = (await fleet.ProvideAsync(id, ["doctor"], programs, cancellationToken: cancellationToken))["doctor"];
            await host.RunAsync(new Script("true"), cancellationToken: cancellationToken);
            var up = Stopwatch.GetElapsedTime(began);
            Add("container", "ok", $"up in {up.TotalMilliseconds:0} ms; a command takes {(await CommandAsync(host, cancellationToken)).TotalMilliseconds:0} ms; servers run as {host.User}");
            if (!(await Installations.OfAsync(host, cancellationToken)).Any(one => one.Major == programs.Major))
                Add("PostgreSQL", "missing", Installations.NoneInImage(programs));
            await TryAsync(host, "packet loss", new HostTrouble(TroubleKind.Loss, 50), cancellationToken);
            await TryAsync(host, "packet delay", new HostTrouble(TroubleKind.Delay, 1), cancellationToken);
            await ((ContainerHost)host).DisposeAsync();
        }
        catch (HostException unusable)
        {
            Add("container", "missing", unusable.Message);
        }
        finally
        {
            foreach (var survivor in await fleet.ReleaseAsync(id, CancellationToken.None))
                Add("container", "note", survivor);
        }
    }

    /// <summary>The shortest of a few, since the engine has just been at work.</summary>
    private static async Task<TimeSpan> CommandAsync(Host host, CancellationToken cancellationToken)
    {
        var shortest = TimeSpan.MaxValue;
        for (var turn = 0; turn < 5; turn++)
        {
            var output = await host.RunAsync(new Script("true"), cancellationToken: cancellationToken);
            shortest = output.Duration < shortest ? output.Duration : shortest;
        }
        return shortest;
    }

    private async Task TryAsync(Host host, string what, HostTrouble trouble, CancellationToken cancellationToken)
    {
        try
        {
            await host.SufferAsync(trouble, host.VisitorAddresses, cancellationToken);
            Add(what, "ok", "can be shown");
        }
        catch (HostException cannot)
        {
            Add(what, "note", cannot.Message);
        }
        await host.SufferAsync(new HostTrouble(TroubleKind.Heal), [], cancellationToken);
    }
}
