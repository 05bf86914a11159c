using System.CommandLine;
using PgHaTutor.Ec2;
using PgHaTutor.Sessions;

namespace PgHaTutor.Commands;

/// <summary><c>tutor ec2 down</c>: removes all that this home has on EC2, found by its tags alone. What is still there afterwards is listed, and then it ends with 4.</summary>
internal sealed class Ec2DownVerb : Verb
{
    private readonly Option<string?> _region = Ec2Verb.RegionOption();
    private readonly Option<bool> _json = new("--json") { Description = "as one JSON document" };

    public Ec2DownVerb(Desk desk) : base("down", "ends and removes the EC2 hosts, and looks whether all is gone", desk)
    {
        Add(_region);
        Add(_json);
    }

    protected override async Task<int> RunAsync(ParseResult words, CancellationToken cancellationToken)
    {
        var home = TutorHome.FromEnvironment();
        var folder = new Ec2Folder(home.Directory);
        using var held = folder.Lock();
        var pace = Ec2Pace.FromEnvironment();
        var known = folder.Sets();
        IEnumerable<string?> wanted = words.GetValue(_region) is { } named ? [named] : known.Select(set => set.Region).Distinct().DefaultIfEmpty<string?>(null);
        var regions = new List<string>();
        var survivors = new List<string>();
        foreach (var region in wanted)
        {
            using var account = Ec2Account.Open(region, pace);
            var sets = known.Where(set => set.Region == account.Region).ToList();
            regions.Add(account.Region);
            var left = await new Ec2Removal(account, folder.HomeId, pace, new Ec2Progress(Streams.Error)).RemoveAsync(sets.Any(set => !set.IsComplete), cancellationToken);
            survivors.AddRange(left);
            if (left.Count == 0)
                foreach (var set in sets)
                {
                    foreach (var learner in set.Learners)
                        Targets.Forget(home, $"ssh:{folder.InventoryOf(set, learner)}");
                    folder.Remove(set);
                }
        }
        foreach (var survivor in survivors)
            await Streams.Error.WriteLineAsync($"Still there: {survivor}");
        if (words.GetValue(_json))
            Streams.WriteJson(new Ec2DownDocument(regions, survivors), DocumentJson.Indented.Ec2DownDocument);
        else if (survivors.Count == 0)
            await Streams.Out.WriteLineAsync($"Nothing of this home is left on EC2 in {string.Join(", ", regions)}.");
        return survivors.Count == 0 ? ExitCode.Done : ExitCode.NotUsable;
    }
}
