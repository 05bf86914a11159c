using Npgsql;
using PgHaTutor.Hosts;

namespace PgHaTutor.Labs;

/// <summary>How the lab's own connections sign in.</summary>
internal static class SignIn
{
    /// <summary>Who the superuser is where a learner's cluster has none named as the OS user.</summary>
    public const string UsualSuperuser = "postgres";

    public static string Text(Lab lab, Route route, ConnectionOptions options)
    {
        var superuser = lab.Credentials.Superuser;
        return new NpgsqlConnectionStringBuilder
        {
            Host = route.Host,
            Port = route.Port,
            Database = options.Database,
            Username = options.User ?? superuser,
            Password = options.Password ?? PasswordOf(lab, options.User ?? superuser),
            // Roles that a learner made have no password here; the caller's own ~/.pgpass is not to be asked for one.
            Passfile = lab.PasswordFile,
            ApplicationName = "pghatutor",
            Timeout = 2,
            CommandTimeout = options.Patient ? 0 : 5,
            Pooling = !options.Fresh,
            MaxPoolSize = 8,
            // A check must end although a learner's lock or a recovery conflict stands in its way.
            Options = $"{(options.Patient ? "" : "-c statement_timeout=3s -c lock_timeout=1s")}{(options.ReadWrite ? "" : " -c default_transaction_read_only=on")}",
            GssEncryptionMode = GssEncryptionMode.Disable,
        }.ConnectionString;
    }

    /// <summary>
    /// Whether a refusal may only mean that the superuser has another name: with scram the server does not tell a role that is
    /// not there (28P01) from a wrong password; with trust it does (28000).
    /// </summary>
    public static bool MayBeAnotherSuperuser(Lab lab, PostgresException refused) =>
        lab.Credentials.Superuser != UsualSuperuser
        && refused.SqlState is PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification;

    private static string? PasswordOf(Lab lab, string user) =>
        user == lab.Credentials.ReplicationUser ? lab.Credentials.ReplicationPassword
        : user == lab.Credentials.Superuser || user == UsualSuperuser ? lab.Credentials.SuperuserPassword
        : null;
}
