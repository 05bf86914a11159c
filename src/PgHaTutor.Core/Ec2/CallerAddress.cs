using System.Net;
using System.Net.Sockets;

namespace PgHaTutor.Ec2;

/// <summary>The addresses that may reach port 22, in CIDR notation.</summary>
public static class CallerAddress
{
    private static readonly Uri CheckIp = new("https://checkip.amazonaws.com/");

    /// <summary>One address or network, as <c>--from</c> names it. IPv4, which is what the instances have; never all of the internet.</summary>
    /// <returns>Null where it is none.</returns>
    public static string? Parse(string text)
    {
        var whole = text.Contains('/') ? text : $"{text}/32";
        return whole.Split('/', '.').Length == 5 && IPNetwork.TryParse(whole, out var network)
            && network is { BaseAddress.AddressFamily: AddressFamily.InterNetwork, PrefixLength: > 0 }
            ? network.ToString()
            : null;
    }

    /// <summary>The address under which AWS sees this machine.</summary>
    /// <exception cref="Ec2Exception">It cannot be found out.</exception>
    public static Task<string> AskAsync(CancellationToken cancellationToken = default) => AskAsync(CheckIp, cancellationToken);

    internal static async Task<string> AskAsync(Uri where, CancellationToken cancellationToken)
    {
        try
        {
            using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(10), MaxResponseContentBufferSize = 1000 };
            var answer = (await client.GetStringAsync(where, cancellationToken)).Trim();
            return Parse(answer) ?? throw Unknown("the answer is no IPv4 address", null);
        }
        catch (Exception failure) when (failure is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            throw Unknown(failure is TaskCanceledException ? "no answer within 10 s" : failure.Message, failure);
        }

        Ec2Exception Unknown(string why, Exception? inner) => new(
            $"{where} could not tell under which address AWS sees this machine: {why}. Port 22 is opened for that address alone, so name it: --from ADDRESS (or a network, such as --from 203.0.113.0/24).", inner: inner);
    }
}
