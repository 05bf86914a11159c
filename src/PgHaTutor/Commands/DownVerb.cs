using System.CommandLine;
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
            survivors.AddRange(await RemoveAllAsync(session.Site, cancellationToken));
            survivors.AddRange(await new Verification(TutorHome.FromEnvironment(), TimeProvider.System).RemoveAsync(cancellationToken));
            survivors.AddRange(await session.Site.ForgetTemplatesAsync(cancellationToken));
        }
        foreach (var survivor in survivors)
            await Streams.Error.WriteLineAsync($"Still there: {survivor}");
        if (survivors.Count > 0)
            return ExitCode.NotUsable;
        await Streams.Out.WriteLineAsync(stood is null ? "No lab stands." : $"The lab of {stood.LessonId} is gone. What you did is kept.");
        return ExitCode.Done;
    }

    private static async Task<IReadOnlyList<string>> RemoveAllAsync(LabSite site, CancellationToken cancellationToken)
    {
        var survivors = new List<string>();
        foreach (var lab in await site.FindAsync(cancellationToken))
            survivors.AddRange(await site.RemoveAsync(lab, cancellationToken));
        return survivors;
    }
}
