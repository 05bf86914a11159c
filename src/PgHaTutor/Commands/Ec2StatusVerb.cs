using System.CommandLine;
using PgHaTutor.Ec2;
using PgHaTutor.Sessions;

namespace PgHaTutor.Commands;

/// <summary><c>tutor ec2 status</c>: what this home has on EC2, how old it is, when it ends and what it has cost.</summary>
internal sealed class Ec2StatusVerb : Verb
{
    private readonly Option<string?> _region = Ec2Verb.RegionOption();
    private readonly Option<bool> _json = new("--json") { Description = "as one JSON document" };

    public Ec2StatusVerb(Desk desk) : base("status", "shows the EC2 hosts, their end and their cost so far", desk)
    {
        Add(_region);
        Add(_json);
    }

    protected override async Task<int> RunAsync(ParseResult words, CancellationToken cancellationToken)
    {
        var folder = new Ec2Folder(TutorHome.FromEnvironment().Directory);
        var set = folder.Sets().LastOrDefault(set => words.GetValue(_region) is not { } named || named == set.Region);
        using var account = Ec2Account.Open(words.GetValue(_region) ?? set?.Region, Ec2Pace.FromEnvironment());
        var estate = await account.EstateAsync(folder.HomeId, cancellationToken);
        var document = Document(folder, set, account.Region, estate, DateTimeOffset.UtcNow);
        if (words.GetValue(_json))
            Streams.WriteJson(document, DocumentJson.Indented.Ec2Document);
        else
            Tell(document);
        return ExitCode.Done;
    }

    private static Ec2Document Document(Ec2Folder folder, Ec2Set? set, string region, Ec2Estate estate, DateTimeOffset now)
    {
        var prices = Ec2PriceList.Shipped();
        var standing = estate.Standing.ToList();
        var each = standing.Select(instance => (Price: prices.Of(region, instance.Type), Hours: Ec2Words.Hours(now - instance.Launched))).ToList();
        var known = each.Count > 0 && each.All(one => one.Price.Usd is not null);
        return new Ec2Document(
            set?.Id ?? standing.FirstOrDefault()?.Set, region, set?.Begun, set?.Expires, set?.IsComplete ?? false,
            known ? Ec2Words.Rounded(each.Sum(one => one.Price.Usd)) : null, known ? Ec2Words.Rounded(each.Sum(one => one.Price.Usd * one.Hours)) : null, known ? each[0].Price.Region : null,
            [.. standing.GroupBy(instance => instance.Learner).Select(pair => new Ec2Document.Pair(
                pair.Key, set is not null && File.Exists(folder.InventoryOf(set, pair.Key)) ? $"ssh:{folder.InventoryOf(set, pair.Key)}" : null, null, [.. pair.Select(Ec2Document.Of)]))],
            [.. (estate with { Instances = [] }).Lines]);
    }

    private void Tell(Ec2Document document)
    {
        var hosts = document.Learners.SelectMany(pair => pair.Hosts.Select(host => (pair.Learner, Host: host))).ToList();
        if (hosts.Count == 0)
            Streams.Out.WriteLine($"No EC2 hosts of this home stand in {document.Region}.");
        else
            Table.Write(
                Streams.Out, ["learner", "host", "instance", "state", "zone", "address", "age"],
                [.. hosts.Select(one => (IReadOnlyList<string>)[one.Learner, one.Host.Name, one.Host.Instance, one.Host.State, one.Host.Zone, one.Host.PublicAddress ?? "", Ec2Words.Span(DateTimeOffset.UtcNow - one.Host.Launched)])]);
        if (hosts.Count > 0 && document.Expires is { } end)
            Streams.Out.WriteLine(end > DateTimeOffset.UtcNow ? $"They end themselves at {Ec2Words.Time(end)}." : $"They should have ended themselves at {Ec2Words.Time(end)}; remove them: tutor ec2 down");
        if (document is { UsdPerHour: { } anHour, UsdSoFar: { } soFar })
            Streams.Out.WriteLine($"About {Ec2Words.Dollars(anHour)} an hour, {Ec2Words.Dollars(soFar)} so far{(document.PriceOf == document.Region ? "" : $" by the prices of {document.PriceOf}; those of {document.Region} are not known here")}. An estimate, without taxes and traffic.");
        else if (hosts.Count > 0)
            Streams.Out.WriteLine("What this type costs is not known here.");
        if (document.Set is not null && hosts.Count > 0 && !document.Complete)
            Streams.Out.WriteLine("Not all of it was made. Go on: tutor ec2 up. Or remove it: tutor ec2 down");
        if (hosts.Count == 0 && document.Others.Count > 0)
            Streams.Out.WriteLine($"Still there: {string.Join("; ", document.Others)}. Remove it: tutor ec2 down");
        foreach (var pair in document.Learners.Where(pair => pair.Target is not null))
            Streams.Out.WriteLine($"{pair.Learner}: tutor up LESSON --target {pair.Target}");
    }
}
