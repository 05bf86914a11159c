using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using PgHaTutor.Ec2;
using PgHaTutor.Sessions;

namespace PgHaTutor.Commands;

/// <summary><c>tutor ec2 up</c>: makes a pair of EC2 hosts for each learner, or goes on where an earlier call stopped.</summary>
internal sealed class Ec2UpVerb : Verb
{
    private const string UsualType = "t3.micro";
    private const int UsualHours = 4;

    private readonly Option<string?> _learners = new("--learners") { Description = "how many pairs, each for a learner of its own (1)", HelpName = "N" };
    private readonly Option<string?> _zones = new("--zones") { Description = "1, or 2: primary and standby in different availability zones (1)", HelpName = "N" };
    private readonly Option<string?> _type = new("--type") { Description = $"the type of instance ({UsualType})", HelpName = "T" };
    private readonly Option<string?> _pg = new("--pg") { Description = "the PostgreSQL major version (that of the Ubuntu release)", HelpName = "N" };
    private readonly Option<string?> _ubuntu = new("--ubuntu") { Description = "the release, such as 24.04 (the current one with long-term support)", HelpName = "R" };
    private readonly Option<string?> _hours = new("--hours") { Description = $"after how many hours the instances end themselves ({UsualHours})", HelpName = "H" };
    private readonly Option<string?> _region = Ec2Verb.RegionOption();
    private readonly Option<string[]> _from = new("--from") { Description = "an address or network that may reach port 22; may be repeated (the address under which AWS sees this machine)", HelpName = "CIDR" };
    private readonly Option<bool> _noWait = new("--no-wait") { Description = "do not wait until ssh answers and PostgreSQL is installed" };
    private readonly Option<bool> _yes = new("--yes") { Description = "do not ask whether the price is all right" };
    private readonly Option<bool> _json = new("--json") { Description = "as one JSON document" };

    public Ec2UpVerb(Desk desk) : base("up", "makes EC2 hosts, or goes on making them; shows the price and asks first", desk)
    {
        foreach (var option in new Option[] { _learners, _zones, _type, _pg, _ubuntu, _hours, _region, _from, _noWait, _yes, _json })
            Add(option);
    }

    protected override async Task<int> RunAsync(ParseResult words, CancellationToken cancellationToken)
    {
        var now = DateTimeOffset.FromUnixTimeSeconds(DateTimeOffset.UtcNow.ToUnixTimeSeconds());
        var asked = Networks(words);
        var wished = Wished(words);
        var home = TutorHome.FromEnvironment();
        var folder = new Ec2Folder(home.Directory);
        using var held = folder.Lock();
        var progress = new Ec2Progress(Streams.Error);
        var pace = Ec2Pace.FromEnvironment();
        await RemoveEndedAsync(home, folder, pace, progress, now, cancellationToken);

        var stands = folder.Sets().LastOrDefault();
        using var account = Ec2Account.Open(words.GetValue(_region) ?? stands?.Region, pace);
        var set = stands is null ? New(wished, account.Region, now) : Same(stands, wished, account.Region);
        await OfferAsync(set, now, words.GetValue(_yes), cancellationToken);
        var from = asked.Count > 0 ? asked : [await CallerAddress.AskAsync(cancellationToken)];
        progress.Report($"port 22 is open for {string.Join(", ", from)} only");

        var builder = new Ec2Builder(account, folder, pace, progress);
        set = await builder.PrepareAsync(set, cancellationToken);
        var results = await BuildAsync(builder, set, from, wait: !words.GetValue(_noWait), cancellationToken);
        if (words.GetValue(_json))
            Streams.WriteJson(Document(set, results, now), DocumentJson.Indented.Ec2Document);
        else
            Tell(set, results);
        foreach (var result in results.Where(result => result.Problem is not null))
            await Streams.Error.WriteLineAsync($"{result.Learner}: {result.Problem}");
        return results.All(result => result.Problem is null) ? ExitCode.Done : ExitCode.NotUsable;
    }

    private async Task<IReadOnlyList<Ec2PairResult>> BuildAsync(
        Ec2Builder builder, Ec2Set set, IReadOnlyList<string> from, bool wait, CancellationToken cancellationToken)
    {
        try
        {
            return await builder.BuildAsync(set, from, wait, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Unlike a lab, what was begun is not taken back by itself: that can take minutes, and somebody has just said "enough".
            await Streams.Error.WriteLineAsync("Stopped. What was made stays, and costs: “tutor ec2 up” goes on, “tutor ec2 down” removes it.");
            throw;
        }
    }

    /// <summary>What is wished for in words; null stands for what the set has, or for the usual.</summary>
    private sealed record Wishes(int? Learners, int? Zones, string? Type, int? Major, string? Ubuntu, int? Hours);

    private Wishes Wished(ParseResult words) => new(
        Number(words, _learners, 1, 50), Number(words, _zones, 1, 2),
        words.GetValue(_type), Number(words, _pg, 13, 99),
        words.GetValue(_ubuntu) is not { } release ? null
            : release.Length == 5 && release.EndsWith(".04", StringComparison.Ordinal) && int.TryParse(release.AsSpan(0, 2), out var year) && year >= 22 && year % 2 == 0 ? release
            : throw new UsageException($"--ubuntu wants a release with long-term support, such as 24.04, not '{release}'."),
        Number(words, _hours, 1, 168));

    private IReadOnlyList<string> Networks(ParseResult words) =>
    [
        .. (words.GetValue(_from) ?? []).Select(text => CallerAddress.Parse(text)
            ?? throw new UsageException($"--from wants an IPv4 address or network, such as 203.0.113.7 or 203.0.113.0/24, and never all of the internet; not '{text}'.")).Distinct(),
    ];

    private static int? Number(ParseResult words, Option<string?> option, int from, int to)
    {
        if (words.GetValue(option) is not { } text)
            return null;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= from && number <= to
            ? number
            : throw new UsageException($"{option.Name} wants a number from {from} to {to}, not '{text}'.");
    }

    private static Ec2Set New(Wishes wished, string region, DateTimeOffset now) => new(
        RandomNumberGenerator.GetHexString(8, lowercase: true), region,
        new Ec2Wish(wished.Learners ?? 1, wished.Zones ?? 1, wished.Type ?? UsualType, wished.Major, wished.Ubuntu),
        now, now.AddHours(wished.Hours ?? UsualHours));

    /// <summary>The set that stands, with more learners if so wished. Nothing else of it can be changed any more.</summary>
    private static Ec2Set Same(Ec2Set stands, Wishes wished, string region)
    {
        var has = stands.Wish;
        foreach (var (differs, option, value) in new[]
        {
            (region != stands.Region, "--region", stands.Region),
            (wished.Learners < has.Learners, "--learners", $"{has.Learners}"),
            (wished.Zones is { } zones && zones != has.Zones, "--zones", $"{has.Zones}"),
            (wished.Type is { } type && type != has.Type, "--type", has.Type),
            (wished.Major is { } major && major != has.Major, "--pg", has.Major is { } its ? $"{its}" : "Ubuntu's own"),
            (wished.Ubuntu is { } ubuntu && ubuntu != has.Ubuntu, "--ubuntu", has.Ubuntu ?? "the current one"),
            (wished.Hours is { } hours && stands.Begun.AddHours(hours) != stands.Expires, "--hours", $"{(stands.Expires - stands.Begun).TotalHours:0}"),
        })
            if (differs)
                throw new UsageException($"EC2 hosts of this home stand already, with {option} {value}. To go on with them, leave {option} out; to have others: tutor ec2 down, then up.");
        return stands with { Wish = has with { Learners = wished.Learners ?? has.Learners } };
    }

    /// <summary>Shows the price and asks.</summary>
    private async Task OfferAsync(Ec2Set set, DateTimeOffset now, bool yes, CancellationToken cancellationToken)
    {
        await Streams.Error.WriteLineAsync(new Ec2Words(Ec2PriceList.Shipped()).Offer(set.Region, set.Wish, now, set.Expires));
        if (yes)
            return;
        if (!Streams.CanAsk)
            throw new UsageException("Nobody can be asked here whether that price is all right. If it is, say so: --yes");
        await Streams.Error.WriteAsync("Is that all right? Type yes: ");
        if ((await Streams.ReadLineAsync(cancellationToken))?.Trim() != "yes")
            throw new Ec2Exception("Nothing was made.");
    }

    /// <summary>The key pairs and groups of a set whose instances have ended themselves are in nobody's way, but they would gather.</summary>
    private static async Task RemoveEndedAsync(TutorHome home, Ec2Folder folder, Ec2Pace pace, IProgress<string> progress, DateTimeOffset now, CancellationToken cancellationToken)
    {
        foreach (var ended in folder.Sets().Where(set => set.Expires <= now))
        {
            progress.Report($"removing what is left of the hosts that ended themselves at {Ec2Words.Time(ended.Expires)}");
            using var account = Ec2Account.Open(ended.Region, pace);
            if (await new Ec2Removal(account, folder.HomeId, pace, progress).RemoveAsync(doubtful: false, cancellationToken) is { Count: > 0 } left)
                throw new Ec2Exception($"Of the hosts that should have ended themselves there is still: {string.Join("; ", left)}. Remove them first: tutor ec2 down");
            foreach (var learner in ended.Learners)
                Targets.Forget(home, $"ssh:{folder.InventoryOf(ended, learner)}");
            folder.Remove(ended);
        }
    }

    private static Ec2Document Document(Ec2Set set, IReadOnlyList<Ec2PairResult> results, DateTimeOffset now)
    {
        var price = new Ec2Words(Ec2PriceList.Shipped()).AnHour(set);
        return new Ec2Document(
            set.Id, set.Region, set.Begun, set.Expires, results.All(result => result.Problem is null),
            Ec2Words.Rounded(price.Usd), Ec2Words.Rounded(price.Usd * Ec2Words.Hours(now - set.Begun)), price.Region,
            [.. results.Select(result => new Ec2Document.Pair(
                result.Learner, File.Exists(result.Inventory) ? $"ssh:{result.Inventory}" : null, result.Problem, [.. result.Instances.Select(Ec2Document.Of)]))],
            []);
    }

    private void Tell(Ec2Set set, IReadOnlyList<Ec2PairResult> results)
    {
        foreach (var result in results.Where(result => result.Problem is null))
        {
            foreach (var instance in result.Instances)
                Streams.Out.WriteLine($"{result.Learner} {instance.Host}: {instance.Id} in {instance.Zone}, {instance.PublicAddress} ({instance.PrivateAddress})");
            Streams.Out.WriteLine($"  tutor up LESSON --target ssh:{result.Inventory}");
        }
        if (results.Any(result => result.Problem is null))
            Streams.Out.WriteLine($"They end themselves at {Ec2Words.Time(set.Expires)}. Sooner: tutor ec2 down"
                + (results.Count > 1 ? $"\nEach learner's folder below {Path.GetDirectoryName(Path.GetDirectoryName(results[0].Inventory))} can be given away as it is." : ""));
    }
}
