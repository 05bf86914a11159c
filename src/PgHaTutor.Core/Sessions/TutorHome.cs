using System.Buffers;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace PgHaTutor.Sessions;

/// <summary>Where one learner's state lives: <c>$PGHATUTOR_HOME</c>, else the XDG data directory.</summary>
/// <param name="Directory">The home's folder: journal.jsonl, history and trust.</param>
/// <param name="LabsDirectory">Where its labs and templates live; elsewhere when the servers' OS user cannot reach the home.</param>
public sealed record TutorHome(string Directory, string LabsDirectory)
{
    private const UnixFileMode ForMeAlone = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode PassThrough = UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    // pg_ctl puts the data directory between double quotes into a line for sh.
    private static readonly SearchValues<char> Unusable = SearchValues.Create("\"$`\\\n\r\t");

    public string JournalFile => Path.Combine(Directory, "journal.jsonl");

    /// <summary>The home that the environment names; made when it is not there.</summary>
    /// <exception cref="IOException">It cannot be made; the message says where it would have been, and what to set instead.</exception>
    public static TutorHome FromEnvironment() => From(
        Environment.GetEnvironmentVariable,
        Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify),
        Environment.IsPrivilegedProcess);

    /// <param name="account">The user's folder by the password database; it may not exist.</param>
    /// <param name="root">Whether the servers will run as another, unprivileged user.</param>
    internal static TutorHome From(Func<string, string?> variable, string account, bool root)
    {
        var named = Named(variable, account);
        if (named.AsSpan().IndexOfAny(Unusable) is >= 0 and var at)
            throw new IOException(
                $"The home {named} has {(char.IsControl(named[at]) ? "a control character" : named[at])} in its name, and below such a folder PostgreSQL's pg_ctl starts no server. Set PGHATUTOR_HOME to another folder.");
        var directory = Made(named, root);
        return new TutorHome(directory, root && !OthersPass(directory) ? SharedLabs(directory) : Path.Combine(directory, "labs"));
    }

    private static string Named(Func<string, string?> variable, string account)
    {
        if (Value("PGHATUTOR_HOME") is { } home)
            return Path.GetFullPath(home);
        if (Value("XDG_DATA_HOME") is { } data && Path.IsPathRooted(data))
            return Path.Combine(data, "pghatutor");
        if (Value("HOME") is { } own)
            return BelowUser(own);

        // No HOME, as under cron and in some containers.
        return account.Length > 1 && System.IO.Directory.Exists(account) ? BelowUser(account) : $"{LastResort}{UserId()}";

        string? Value(string name) => variable(name) is { Length: > 0 } value ? value : null;
        static string BelowUser(string folder) => Path.Combine(folder, ".local", "share", "pghatutor");
    }

    private const string LastResort = "/tmp/pghatutor-";

    private static string Made(string directory, bool root)
    {
        try
        {
            var mode = root ? ForMeAlone | PassThrough : ForMeAlone;
            var made = System.IO.Directory.CreateDirectory(directory, mode);
            if (!directory.StartsWith(LastResort, StringComparison.Ordinal))
                return directory;

            // In /tmp somebody else may have made it before us. Only its owner may change its mode.
            if (made.LinkTarget is not null)
                throw new IOException("it is a link that leads elsewhere");
            made.UnixFileMode = mode;
            return directory;
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new IOException(
                $"Could not make the home {directory}: {cause.Message.TrimEnd('.')}. Set PGHATUTOR_HOME to a folder that you can write.", cause);
        }
    }

    private static bool OthersPass(string directory)
    {
        for (var folder = new DirectoryInfo(directory); folder is not null; folder = folder.Parent)
            if (!folder.UnixFileMode.HasFlag(UnixFileMode.OtherExecute))
                return false;
        return true;
    }

    private static string SharedLabs(string directory) =>
        Path.Combine("/var/lib/pghatutor", Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(directory)))[..8]);

    [DllImport("libc", EntryPoint = "geteuid")]
    private static extern uint UserId();
}
