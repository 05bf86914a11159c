using PgHaTutor.Hosts;

namespace PgHaTutor.Labs;

/// <summary>One PostgreSQL cluster on a host; its data directory may not exist yet.</summary>
public sealed record Node(string Name, Host Host, string DataDirectory, string LogFile, int Port, Installation Installation);

/// <summary>The PostgreSQL programs of one version on a host.</summary>
/// <param name="BinDirectory">Where initdb, pg_ctl, psql and the rest are.</param>
/// <param name="Version">What <c>postgres --version</c> says, for example <c>15.18</c>.</param>
/// <param name="Major">The major version, for example 15.</param>
public sealed record Installation(string BinDirectory, string Version, int Major);

/// <summary>How the lab signs in; random, made with the template that the lab was copied from, known to the home's own files only.</summary>
public sealed record Credentials(string Superuser, string SuperuserPassword, string ReplicationUser, string ReplicationPassword);

/// <summary>The nodes that belong together, their working directory and their marker. A value: see <see cref="LabSite"/>.</summary>
public sealed record Lab
{
    /// <summary>Random, also written into the marker; nothing without it is ever stopped, changed or deleted.</summary>
    public required string Id { get; init; }

    /// <summary>The lesson it was built for.</summary>
    public required string LessonId { get; init; }

    /// <summary>The lab's working directory, owned by the OS user that the servers run as.</summary>
    public required string Directory { get; init; }

    /// <summary>A short folder for Unix sockets (their path is limited to 107 bytes).</summary>
    public required string SocketDirectory { get; init; }

    /// <summary>A file of this machine, by which the observers of the lab take turns at disturbing it; null where nobody else looks.</summary>
    public string? TurnFile { get; init; }

    public required Recipe Recipe { get; init; }

    public required IReadOnlyList<Node> Nodes { get; init; }

    public required Credentials Credentials { get; init; }

    /// <summary>The learner's own values for the lesson's params: variable name in capitals → value.</summary>
    public IReadOnlyDictionary<string, string> Parameters { get; init; } = new Dictionary<string, string>();

    /// <summary>What was true when the start state stood, before the learner did anything.</summary>
    public Baseline Baseline { get; init; } = Baseline.Nothing;

    /// <summary>The hosts that its nodes live on.</summary>
    public IReadOnlyList<Host> Hosts => [.. Nodes.Select(node => node.Host).Distinct()];

    public string ArchiveDirectory => Path.Combine(Directory, "archive");

    public string BackupDirectory => Path.Combine(Directory, "backup");

    /// <summary>The libpq password file that knows the superuser and the replication role.</summary>
    public string PasswordFile => Path.Combine(Directory, "pgpass");

    /// <summary>The superuser's password alone, for <c>initdb --pwfile</c>.</summary>
    public string SuperuserPasswordFile => Path.Combine(Directory, "superuser.pw");

    public Node this[string name] =>
        Nodes.FirstOrDefault(node => node.Name == name) ?? throw new ArgumentException($"The lab has no node '{name}'.", nameof(name));
}

/// <summary>Facts recorded when the lesson's start state stood; checks compare with them.</summary>
public sealed record Baseline(DateTimeOffset At, IReadOnlyDictionary<string, NodeBaseline> Nodes)
{
    public static Baseline Nothing { get; } = new(DateTimeOffset.MinValue, new Dictionary<string, NodeBaseline>());
}

/// <summary>One node's part of the baseline; values are null where the node did not run.</summary>
/// <param name="LogLength">Length of the node's log file in bytes; log checks look behind it.</param>
public sealed record NodeBaseline(
    string? SystemIdentifier, int? Timeline, Lsn? Lsn, DateTimeOffset? StartedAt, long LogLength);
