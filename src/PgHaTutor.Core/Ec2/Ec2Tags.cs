using Amazon.EC2;
using Amazon.EC2.Model;

namespace PgHaTutor.Ec2;

/// <summary>The tags that everything carries. What does not carry this home's is never touched.</summary>
internal static class Ec2Tags
{
    public const string Home = "pghatutor:home";
    public const string Set = "pghatutor:set";
    public const string Learner = "pghatutor:learner";
    public const string Host = "pghatutor:host";
    public const string Expires = "pghatutor:expires";

    /// <summary>Set by the request that makes the thing: there is no moment at which it is there without them.</summary>
    public static List<TagSpecification> Of(string home, Ec2Set set, string learner, string? host, params ResourceType[] kinds)
    {
        List<Tag> tags =
        [
            new(Home, home),
            new(Set, set.Id),
            new(Learner, learner),
            new(Expires, set.Expires.ToString("yyyy-MM-ddTHH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture)),
            new("Name", host is null ? set.NameFor(learner) : $"{set.NameFor(learner)}-{host}"),
        ];
        if (host is not null)
            tags.Add(new Tag(Host, host));
        return [.. kinds.Select(kind => new TagSpecification { ResourceType = kind, Tags = tags })];
    }

    public static List<Filter> FilterOf(string home) => [new Filter($"tag:{Home}", [home])];

    public static string Value(IEnumerable<Tag>? tags, string key) => tags?.FirstOrDefault(tag => tag.Key == key)?.Value ?? "";
}
