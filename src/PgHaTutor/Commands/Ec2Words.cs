using System.Globalization;
using PgHaTutor.Ec2;

namespace PgHaTutor.Commands;

/// <summary>A set on EC2 in words: what it costs, how old it is, when it ends.</summary>
internal sealed class Ec2Words(Ec2PriceList prices)
{
    /// <summary>What a set costs an hour.</summary>
    public Ec2Price AnHour(Ec2Set set) => AnHour(set.Region, set.Wish);

    /// <summary>What all instances of a wish cost an hour.</summary>
    public Ec2Price AnHour(string region, Ec2Wish wish)
    {
        var one = prices.Of(region, wish.Type);
        return one with { Usd = one.Usd * Instances(wish) };
    }

    public static int Instances(Ec2Wish wish) => wish.Learners * Ec2Set.HostsOfLearner;

    /// <summary>What is going to be paid for, in sentences.</summary>
    public string Offer(string region, Ec2Wish wish, DateTimeOffset now, DateTimeOffset expires)
    {
        var what = $"{Count.Of(Instances(wish), "instance")} ({wish.Type}) in {region}{(wish.Learners > 1 ? $", a pair for each of {wish.Learners} learners" : "")}, until {Time(expires)}";
        return AnHour(region, wish) switch
        {
            { Usd: { } usd, Region: { } of } when of == region =>
                $"{what}: about {Dollars(usd)} an hour, {Dollars(usd * Hours(expires - now))} in all. That is an estimate ({prices.AsOf}, with addresses and disks, without taxes and traffic).",
            { Usd: { } usd, Region: { } of } =>
                $"{what}. What that costs in {region} is not known here; in {of} it would be about {Dollars(usd)} an hour ({prices.AsOf}), and most other regions take somewhat more. The prices: {prices.Page}",
            _ => $"{what}. What {wish.Type} costs is not known here. The prices: {prices.Page}",
        };
    }

    /// <summary>One line about a set that may still run, for every start of the program.</summary>
    public string Reminder(Ec2Set set, DateTimeOffset now)
    {
        if (now >= set.Expires)
            return $"EC2: the hosts in {set.Region} ended themselves at {Time(set.Expires)}. Their key pairs and security groups cost nothing; tutor ec2 down removes them and makes sure.";
        var price = AnHour(set);
        var cost = price is { Usd: { } usd, Region: { } of }
            ? $" at about {Dollars(usd)} an hour{(of == set.Region ? "" : $" (as in {of})")}, {Dollars(usd * Hours(now - set.Begun))} so far"
            : "";
        return $"EC2: {Count.Of(Instances(set.Wish), "instance")} ({set.Wish.Type}) in {set.Region} since {Span(now - set.Begun)}{cost}; they end at {Time(set.Expires)}. tutor ec2 status · tutor ec2 down";
    }

    public static decimal Hours(TimeSpan span) => (decimal)Math.Max(0, span.TotalHours);

    /// <summary>For programs that read it: a hundredth of a cent, which an estimate does not even have.</summary>
    public static decimal? Rounded(decimal? usd) => usd is { } known ? Math.Round(known, 4) : null;

    public static string Dollars(decimal usd) => "$" + (usd < 1 ? Math.Round(usd, 3) : Math.Round(usd, 2)).ToString(usd < 1 ? "0.00#" : "0.00", CultureInfo.InvariantCulture);

    public static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) + " UTC";

    public static string Span(TimeSpan span) =>
        span.TotalHours >= 1 ? $"{(int)span.TotalHours} h {span.Minutes} min" : $"{Math.Max(0, (int)span.TotalMinutes)} min";
}
