using System.Globalization;
using System.Text.RegularExpressions;

namespace PgHaTutor.Hosts;

/// <summary>What can happen to a host: to its network, or to its power.</summary>
public enum TroubleKind
{
    /// <summary>No packet of PostgreSQL passes between it and the lab's other hosts; the lab itself still reaches it.</summary>
    Cut,

    /// <summary>A round trip to the lab's other hosts takes longer.</summary>
    Delay,

    /// <summary>Some packets between it and the lab's other hosts are lost.</summary>
    Loss,

    /// <summary>The plug is pulled: everything that ran is gone at once, and nothing answers.</summary>
    PowerOff,

    /// <summary>It comes up again, with the files that it had.</summary>
    PowerOn,

    /// <summary>It goes down and comes up again by itself.</summary>
    Reboot,

    /// <summary>The network is as it was before any trouble.</summary>
    Heal,
}

/// <summary>One trouble, as a lesson's <c>host</c> step and <c>tutor break</c> write it: <c>cut</c>, <c>delay 50ms</c>, <c>loss 30%</c>, <c>power-off</c>.</summary>
/// <param name="Amount">Milliseconds that a round trip to the other hosts takes longer, percent of the packets that are lost each way; else 0.</param>
public sealed partial record HostTrouble(TroubleKind Kind, int Amount = 0)
{
    /// <summary>How all of them are written.</summary>
    public static IReadOnlyList<string> Forms { get; } = ["cut", "delay 50ms", "loss 30%", "power-off", "power-on", "reboot", "heal"];

    /// <summary>Null where the text is none of the forms.</summary>
    public static HostTrouble? Parse(string text)
    {
        if (Form().Match(text.Trim()) is not { Success: true } match)
            return null;
        var amount = match.Groups["amount"] is { Success: true } number ? int.Parse(number.Value, CultureInfo.InvariantCulture) : 0;
        return match.Groups["kind"].Value switch
        {
            "cut" => new HostTrouble(TroubleKind.Cut),
            "delay" => amount > 0 ? new HostTrouble(TroubleKind.Delay, amount) : null,
            "loss" => amount is > 0 and <= 100 ? new HostTrouble(TroubleKind.Loss, amount) : null,
            "power-off" => new HostTrouble(TroubleKind.PowerOff),
            "power-on" => new HostTrouble(TroubleKind.PowerOn),
            "reboot" => new HostTrouble(TroubleKind.Reboot),
            _ => new HostTrouble(TroubleKind.Heal),
        };
    }

    public override string ToString() => Kind switch
    {
        TroubleKind.Delay => string.Create(CultureInfo.InvariantCulture, $"delay {Amount}ms"),
        TroubleKind.Loss => string.Create(CultureInfo.InvariantCulture, $"loss {Amount}%"),
        TroubleKind.PowerOff => "power-off",
        TroubleKind.PowerOn => "power-on",
        _ => Kind.ToString().ToLowerInvariant(),
    };

    [GeneratedRegex(@"^(?:(?<kind>cut|power-off|power-on|reboot|heal)|(?<kind>delay)\s+(?<amount>\d{1,5})\s*ms|(?<kind>loss)\s+(?<amount>\d{1,3})\s*%)$")]
    private static partial Regex Form();
}
