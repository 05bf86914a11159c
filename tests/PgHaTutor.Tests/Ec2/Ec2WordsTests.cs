using PgHaTutor.Commands;
using PgHaTutor.Ec2;

namespace PgHaTutor.Tests.Ec2;

public sealed class Ec2WordsTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    private readonly Ec2Words _words = new(Ec2PriceList.Shipped());

    [Fact]
    public void A_known_price_counts_instances_addresses_and_disks()
    {
        var offer = _words.Offer("us-east-1", Wish(learners: 10), Noon, Noon.AddHours(4));

        // 20 x (0.0104 + 0.005 + 10 x 0.08 / 730)
        Assert.Contains("20 instances (t3.micro) in us-east-1, a pair for each of 10 learners, until 2026-11-22 16:00 UTC: about $0.33 an hour, $1.32 in all", offer);
        Assert.Contains("an estimate", offer);
    }

    [Fact]
    public void A_price_of_another_region_is_called_that()
    {
        Assert.Contains("What that costs in eu-central-1 is not known here; in us-east-1 it would be about $0.033 an hour", _words.Offer("eu-central-1", Wish(), Noon, Noon.AddHours(4)));
        Assert.Contains("(as in us-east-1)", _words.Reminder(Set("eu-central-1"), Noon.AddHours(1)));
    }

    [Fact]
    public void A_type_whose_price_is_not_known_is_said_to_be_so()
    {
        var offer = _words.Offer("us-east-1", Wish(type: "x9.huge"), Noon, Noon.AddHours(4));

        Assert.Contains("What x9.huge costs is not known here. The prices: https://", offer);
        Assert.DoesNotContain("$", offer);
    }

    [Fact]
    public void Every_start_tells_age_cost_and_end_and_later_what_may_be_left()
    {
        Assert.Equal(
            "EC2: 2 instances (t3.micro) in us-east-1 since 1 h 30 min at about $0.033 an hour, $0.049 so far; they end at 2026-11-22 16:00 UTC. tutor ec2 status · tutor ec2 down",
            _words.Reminder(Set("us-east-1"), Noon.AddMinutes(90)));
        Assert.Contains("ended themselves at 2026-11-22 16:00 UTC", _words.Reminder(Set("us-east-1"), Noon.AddHours(5)));
    }

    private static Ec2Wish Wish(int learners = 1, string type = "t3.micro") => new(learners, 1, type, null, null);

    private static Ec2Set Set(string region) => new("0123abcd", region, Wish(), Noon, Noon.AddHours(4));
}
