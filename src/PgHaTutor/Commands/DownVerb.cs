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
        await using var session = await Session.OpenAsync(TutorHome.FromEnvironment(), await Desk.CourseAsync(words, cancellationToken), cancellationToken: cancellationToken);
        if (session.State.Notice is { } notice && session.Away is null)
            await Streams.Error.WriteLineAsync(notice.Text);
        var stood = session.State.Lab;
        var wereLeft = Targets.Unfinished(session.Home).Count > 0;
        var survivors = new List<string>(await session.DownAsync(cancellationToken));
        if (words.GetValue(_all))
            survivors.AddRange(await RemoveAllAsync(session, cancellationToken));
        foreach (var survivor in survivors.Distinct())
            await Streams.Error.WriteLineAsync($"Still there: {survivor}");
        if (survivors.Count > 0)
            return ExitCode.NotUsable;
        await Streams.Out.WriteLineAsync(
            words.GetValue(_all) ? "No lab of this home stands any more. What you did is kept."
            : stood is null ? wereLeft ? "What was left of an earlier lab is gone." : "No lab stands."
            : $"The lab of {stood.LessonId} is gone. What you did is kept.");
        return ExitCode.Done;
    }

    private static async Task<IReadOnlyList<string>> RemoveAllAsync(Session session, CancellationToken cancellationToken)
    {
        var home = session.Home;
        var survivors = new List<string>();
        // What cannot be used is told once, though learner's labs and verify's may stand there.
        var unusable = new HashSet<string>();
        if (session.Away is { } away)
            unusable.Add(away.Target);
        foreach (var target in Targets.Remembered(home).Append(Targets.Local).Append(session.Site.Target).Distinct())
            await TryAsync(target, () => RemoveAllAsync(session.SiteOf(target), cancellationToken));
        foreach (var target in Targets.Remembered(home, "verify").Append(Targets.Local).Distinct())
            await TryAsync(target, () => new Verification(home, TimeProvider.System, target).RemoveAsync(cancellationToken));
        survivors.AddRange(await session.SiteOf(Targets.Local).ForgetTemplatesAsync(cancellationToken));
        return survivors;

        // A target that cannot be used keeps what is on it, and does not keep the others from being cleaned.
        async Task TryAsync(string target, Func<Task<IReadOnlyList<string>>> removing)
        {
            try
            {
                survivors.AddRange(await removing());
            }
            catch (Exception why) when (why is SessionException or HostException or LabException)
            {
                if (unusable.Add(target))
                    survivors.Add($"What stands on {target}: {why.Message}");
            }
        }
    }

    private static async Task<IReadOnlyList<string>> RemoveAllAsync(LabSite site, CancellationToken cancellationToken)
    {
        var survivors = await site.RemoveAllAsync(cancellationToken);
        return site.Target == Targets.Local ? survivors : [.. survivors, .. await site.ForgetTemplatesAsync(cancellationToken)];
    }
}
