namespace PgHaTutor.Ec2;

/// <summary>What a home has on EC2: pairs of instances, one a learner, that were asked for together. Written down before AWS is asked for anything.</summary>
/// <param name="Id">What its tags, names and request tokens begin with.</param>
/// <param name="Expires">When its instances end themselves (UTC, whole seconds).</param>
public sealed record Ec2Set(string Id, string Region, Ec2Wish Wish, DateTimeOffset Begun, DateTimeOffset Expires)
{
    /// <summary>A primary's host and a standby's.</summary>
    public const int HostsOfLearner = 2;

    /// <summary>Where it stands; found once, because a request that is repeated must say the same.</summary>
    public Ec2Ground? Ground { get; init; }

    /// <summary>True once all of it was made.</summary>
    public bool IsComplete { get; init; }

    public IEnumerable<string> Learners => Enumerable.Range(1, Wish.Learners).Select(number => $"learner-{number:00}");

    /// <summary>The name of a learner's key pair and security group.</summary>
    public string NameFor(string learner) => $"pghatutor-{Id}-{learner}";
}

/// <summary>What <c>tutor ec2 up</c> was asked for.</summary>
/// <param name="Zones">In how many availability zones a pair stands: 1 or 2.</param>
/// <param name="Major">The version of PostgreSQL; null: the one that the image's Ubuntu has.</param>
/// <param name="Ubuntu">The release, such as <c>24.04</c>; null: the current one with long-term support.</param>
public sealed record Ec2Wish(int Learners, int Zones, string Type, int? Major, string? Ubuntu);
