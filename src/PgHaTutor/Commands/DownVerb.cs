using System.CommandLine;
using PgHaTutor.Hosts;
using PgHaTutor.Labs;
using PgHaTutor.Sessions;

namespace PgHaTutor.Commands;

/// <summary><c>tutor down</c>: stops and removes the lab. What is still there afterwards is listed, and then it ends with 4.</summary>
internal sealed class DownVerb : Verb
{
    private readonly Option<bool> _all = new("--all") { Description = "every lab of this home, with what was kept to build them faster" };

    public DownVerb(Desk desk) : base("down", "stops and removes the lab", desk) => Add(_all);

    protected override async Task<int> RunAsync(ParseResult words, CancellationToken cancellationToken)
    {
        await using var session = await OpenAsync(words, cancellationToken);
        var stood = session.State.Lab;
        var survivors = new List<string>(await session.DownAsync(cancellationToken));
        if (words.GetValue(_all))
        {
            var home = TutorHome.FromEnvironment();
            foreach (var target in Targets.Remembered(home).Append(Targets.Local).Append(session.Site.Target).Distinct())
                survivors.AddRange(await RemoveAllAsync(session, target, cancellationToken));
            foreach (var target in Targets.Remembered(home, "verify").Append(Targets.Local).Distinct())
                survivors.AddRange(await TriedAsync(target, () => new Verification(home, TimeProvider.System, target).RemoveAsync(cancellationToken)));
            survivors.AddRange(await session.SiteOf(Targets.Local).ForgetTemplatesAsync(cancellationToken));
        }
        foreach (var survivor in survivors)
            await Streams.Error.WriteLineAsync($"Still there: {survivor}");
        if (survivors.Count > 0)
            return ExitCode.NotUsable;
        await Streams.Out.WriteLineAsync(stood is null ? "No lab stands." : $"The lab of {stood.LessonId} is gone. What you did is kept.");
        return ExitCode.Done;
    }

    private static Task<IReadOnlyList<string>> RemoveAllAsync(Session session, string target, CancellationToken cancellationToken) => TriedAsync(target, async () =>
    {
        var site = session.SiteOf(target);
        var survivors = new List<string>();
        await site.CleanAsync(cancellationToken);
        foreach (var lab in await site.FindAsync(cancellationToken))
            survivors.AddRange(await site.RemoveAsync(lab, cancellationToken));
        if (target != Targets.Local)
            survivors.AddRange(await site.ForgetTemplatesAsync(cancellationToken));
        return survivors;
    });

    /// <summary>A target that cannot be used keeps what is on it, and does not keep the others from being cleaned.</summary>
    private static async Task<IReadOnlyList<string>> TriedAsync(string target, Func<Task<IReadOnlyList<string>>> removing)
    {
        try
        {
            return await removing();
        }
        catch (Exception unusable) when (unusable is SessionException or HostException or LabException)
        {
            return [$"What stands on {target}: {unusable.Message}"];
        }
    }
}
