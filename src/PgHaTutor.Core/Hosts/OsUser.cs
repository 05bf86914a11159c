using System.Globalization;

namespace PgHaTutor.Hosts;

/// <summary>An account of this machine, as /etc/passwd has it.</summary>
internal sealed record OsUser(string Name, int Uid, int Gid, string Home)
{
    /// <summary>
    /// Whom scripts and servers run as: for root an unprivileged account (<c>$PGHATUTOR_OS_USER</c>, else postgres, else nobody),
    /// because PostgreSQL refuses root; for anyone else null, which is oneself.
    /// </summary>
    /// <exception cref="HostException">There is no such account, or it is root.</exception>
    public static OsUser? ToDropTo()
    {
        if (!Environment.IsPrivilegedProcess)
            return null;
        if (Environment.GetEnvironmentVariable("PGHATUTOR_OS_USER") is not { Length: > 0 } wanted)
            return Find("postgres") ?? Find("nobody")
                ?? throw new HostException("PostgreSQL refuses to run as root, and there is no account postgres or nobody. Make one, or name one in PGHATUTOR_OS_USER.");
        var named = Find(wanted)
            ?? throw new HostException($"PGHATUTOR_OS_USER names '{wanted}', which is no account of this machine (/etc/passwd). Name another, or unset it.");
        return named.Uid == 0
            ? throw new HostException("PGHATUTOR_OS_USER names root, and PostgreSQL refuses to run as root. Name an unprivileged account.")
            : named;
    }

    public static OsUser? Find(string name) => Accounts().FirstOrDefault(account => account.Name == name);

    private static IEnumerable<OsUser> Accounts() =>
        from line in File.Exists("/etc/passwd") ? File.ReadLines("/etc/passwd") : []
        let fields = line.Split(':')
        where fields.Length >= 7
        select new OsUser(
            fields[0], int.Parse(fields[2], CultureInfo.InvariantCulture), int.Parse(fields[3], CultureInfo.InvariantCulture), fields[5]);
}
