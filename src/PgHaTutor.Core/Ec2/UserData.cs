using System.Globalization;
using System.Text;

namespace PgHaTutor.Ec2;

/// <summary>What an instance is told for its first boot: <c>assets/ec2/user-data.yaml</c>, filled in.</summary>
internal static class UserData
{
    /// <param name="host">The host's name in the lab.</param>
    /// <param name="privateKey">Its host key, as ssh-keygen writes it.</param>
    /// <param name="publicKey">The public half: kind and body.</param>
    /// <param name="major">The version of PostgreSQL; null: the image's own.</param>
    public static string Of(string host, string privateKey, string publicKey, int? major, DateTimeOffset expires)
    {
        var text = new StringBuilder(Ec2Assets.Text("user-data.yaml"));
        foreach (var (word, value) in new Dictionary<string, string>
        {
            // The block's other lines need the indent that the template gives the first.
            ["HOST_PRIVATE_KEY"] = privateKey.TrimEnd('\n').Replace("\n", "\n    "),
            ["HOST_PUBLIC_KEY"] = publicKey,
            ["HOST"] = host,
            ["PG"] = major?.ToString(CultureInfo.InvariantCulture) ?? "",
            ["EXPIRES"] = expires.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
            ["EXPIRES_UNIX"] = expires.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
        })
            text.Replace($"@{word}@", value);
        return text.ToString();
    }
}
