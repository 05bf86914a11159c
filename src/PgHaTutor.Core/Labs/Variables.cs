using System.Text.RegularExpressions;
using PgHaTutor.Hosts;

namespace PgHaTutor.Labs;

/// <summary>The environment that every command of a lab sees, and its expansion inside texts.</summary>
public static partial class Variables
{
    private const string UsualPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /// <summary>
    /// PGDATA PGPORT PGHOST PGUSER PGDATABASE PGPASSFILE PGLOG PATH for <paramref name="node"/>;
    /// NODE_DATA, NODE_PORT, NODE_HOST, NODE_LOG for every node (upper case, '-' as '_');
    /// LAB_DIR SOCKET_DIR ARCHIVE_DIR BACKUP_DIR SUPERUSER_PWFILE REPL_USER REPL_PASSWORD; the params.
    /// </summary>
    public static IReadOnlyDictionary<string, string> For(Lab lab, Node? node)
    {
        var variables = new Dictionary<string, string>(lab.Parameters)
        {
            ["PGUSER"] = lab.Credentials.Superuser,
            ["PGDATABASE"] = "postgres",
            ["PGPASSFILE"] = lab.PasswordFile,
            ["LAB_DIR"] = lab.Directory,
            ["SOCKET_DIR"] = lab.SocketDirectory,
            ["ARCHIVE_DIR"] = lab.ArchiveDirectory,
            ["BACKUP_DIR"] = lab.BackupDirectory,
            ["SUPERUSER_PWFILE"] = lab.SuperuserPasswordFile,
            ["REPL_USER"] = lab.Credentials.ReplicationUser,
            ["REPL_PASSWORD"] = lab.Credentials.ReplicationPassword,
        };
        if ((node ?? lab.Nodes.FirstOrDefault()) is { } place)
            variables["PATH"] = $"{place.Installation.BinDirectory}:{(place.Host is LocalHost ? Environment.GetEnvironmentVariable("PATH") : null) ?? UsualPath}";
        foreach (var each in lab.Nodes)
        {
            var prefix = each.Name.ToUpperInvariant().Replace('-', '_');
            variables[$"{prefix}_DATA"] = each.DataDirectory;
            variables[$"{prefix}_PORT"] = $"{each.Port}";
            variables[$"{prefix}_HOST"] = each.Host.Address;
            variables[$"{prefix}_LOG"] = each.LogFile;
        }
        if (node is null)
            return variables;
        variables["PGDATA"] = node.DataDirectory;
        variables["PGPORT"] = $"{node.Port}";
        // Commands run on the node's own host, whose servers let 127.0.0.1 in from the first initdb on.
        variables["PGHOST"] = "127.0.0.1";
        variables["PGLOG"] = node.LogFile;
        return variables;
    }

    /// <summary>Replaces <c>$NAME</c> and <c>${NAME}</c> where the name is known; leaves all else as it stands.</summary>
    public static string Expand(string text, IReadOnlyDictionary<string, string> variables) =>
        Reference().Replace(text, match => variables.GetValueOrDefault(match.Groups["name"].Value, match.Value));

    [GeneratedRegex(@"\$(?:\{(?<name>\w+)\}|(?<name>[A-Za-z_]\w*))")]
    private static partial Regex Reference();
}
