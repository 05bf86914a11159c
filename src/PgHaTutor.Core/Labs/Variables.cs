namespace PgHaTutor.Labs;

/// <summary>The environment that every command of a lab sees, and its expansion inside texts.</summary>
public static class Variables
{
    /// <summary>
    /// PGDATA PGPORT PGHOST PGUSER PGDATABASE PGPASSFILE PGLOG PATH for <paramref name="node"/>;
    /// NODE_DATA, NODE_PORT, NODE_HOST, NODE_LOG for every node (upper case, '-' as '_');
    /// LAB_DIR SOCKET_DIR ARCHIVE_DIR BACKUP_DIR SUPERUSER_PWFILE REPL_USER REPL_PASSWORD; the params.
    /// </summary>
    public static IReadOnlyDictionary<string, string> For(Lab lab, Node? node) =>
        throw new NotImplementedException();

    /// <summary>Replaces <c>$NAME</c> and <c>${NAME}</c> where the name is known; leaves all else as it stands.</summary>
    public static string Expand(string text, IReadOnlyDictionary<string, string> variables) =>
        throw new NotImplementedException();
}
