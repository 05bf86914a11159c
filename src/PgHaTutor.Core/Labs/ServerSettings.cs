using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using PgHaTutor.Hosts;

namespace PgHaTutor.Labs;

/// <summary>The lines that a lab adds to the configuration files of its clusters.</summary>
internal static partial class ServerSettings
{
    /// <summary>Part of each template's key: raise it when anything here or in how templates are made changes.</summary>
    public const int Revision = 2;

    /// <summary>The comment that begins our lines in postgresql.conf; all behind it is ours.</summary>
    public const string Heading = "# Settings of this lab. What stands further down wins.";

    /// <summary>
    /// Small memory and short waits, so that several servers fit on a laptop and faults show within a second. fsync stays on:
    /// lessons on crashes must be true. There is no cluster_name: a base backup would copy it.
    /// </summary>
    private static readonly (string Name, string Value)[] Profile =
    [
        ("shared_buffers", "16MB"),
        ("max_connections", "30"),
        ("max_wal_senders", "8"),
        ("max_replication_slots", "8"),
        ("max_worker_processes", "4"),
        ("wal_log_hints", "on"),
        ("wal_keep_size", "16MB"),
        ("min_wal_size", "5MB"),
        ("max_wal_size", "64MB"),
        ("wal_retrieve_retry_interval", "500ms"),
        ("wal_receiver_status_interval", "1s"),
        ("log_line_prefix", "%m [%p] %q%a "),
        ("log_replication_commands", "on"),
        ("lc_messages", "C"),
    ];

    /// <summary>Behind the lines of initdb in pg_hba.conf.</summary>
    public static string HostBasedAccess(Credentials credentials) => $"""

        # The lab's replication role.
        host    replication     {credentials.ReplicationUser}      127.0.0.1/32            scram-sha-256

        """;

    /// <summary>The same for a lab whose nodes come from other addresses; they are its hosts' own, so a learner's psql is let in too.</summary>
    public static string HostBasedAccess(Credentials credentials, IEnumerable<string> addresses) => HostBasedAccess(credentials) + string.Concat(
        from address in addresses
        let place = IPAddress.TryParse(address, out var ip) ? $"{address}/{(ip.AddressFamily is AddressFamily.InterNetworkV6 ? 128 : 32)}" : address
        select $"""
        host    all             all             {place,-23} scram-sha-256
        host    replication     {credentials.ReplicationUser}      {place,-23} scram-sha-256

        """);

    /// <summary>What a new primary is given before its lesson's own setup.</summary>
    public static string SetUp(Credentials credentials, NodeRecipe primary) => $"""
        create role {credentials.ReplicationUser} replication login password '{credentials.ReplicationPassword}';
        create schema lab_canary;
        create table lab_canary.probe (nonce text primary key, at timestamptz not null default now());
        create table lab_canary.heartbeat (id int primary key, at timestamptz not null default now());
        {primary.Setup}
        """;

    /// <summary>postgresql.conf's last part for a node, where it lies and listens in this lab.</summary>
    public static string Of(Lab lab, Node node)
    {
        List<(string, string)> own =
        [
            // On other hosts the lab's own lines in pg_hba.conf say who may come in; a copied address would be one that the copy's host lacks.
            ("listen_addresses", node.Host is LocalHost ? "127.0.0.1" : "*"),
            ("port", $"{node.Port}"),
            ("unix_socket_directories", lab.SocketDirectory),
        ];
        var recipe = lab.Recipe[node.Name]!;
        if (recipe.Archive)
            own.AddRange([("archive_mode", "on"), ("archive_command", $"test ! -f {Bash.Quote(lab.ArchiveDirectory)}/%f && cp %p {Bash.Quote(lab.ArchiveDirectory)}/%f")]);
        if (recipe.Delay is { } delay)
            own.Add(("recovery_min_apply_delay", delay));
        if (lab.Recipe.Nodes.Where(other => other.Of == node.Name && other.Sync).Select(other => Identifier(other.Name)).ToList() is { Count: > 0 } sync)
            own.Add(("synchronous_standby_names", string.Join(", ", sync)));
        var variables = Variables.For(lab, node);
        return Block([.. own, .. Profile, .. recipe.Settings.Select(setting => (setting.Key, Variables.Expand(setting.Value, variables)))]);
    }

    /// <summary>The same while a template is made: without what only a lab has, a place, ports and an archive.</summary>
    public static string ForTemplate(NodeRecipe recipe) => Block(
        [.. Profile, .. recipe.Settings.Where(setting => !setting.Value.Contains('$')).Select(setting => (setting.Key, setting.Value))]);

    /// <summary>The lines of a standby's postgresql.auto.conf, as pg_basebackup -R would write them.</summary>
    public static string Following(Lab lab, NodeRecipe standby)
    {
        var upstream = lab[standby.Of!];
        var passfile = lab.PasswordFile.Replace(@"\", @"\\").Replace("'", @"\'");
        var text = new StringBuilder($"primary_conninfo = {Quoted($"host={upstream.Host.Address} port={upstream.Port} user={lab.Credentials.ReplicationUser} passfile='{passfile}' application_name={standby.Name}")}\n");
        if (standby.Slot is { } slot)
            text.Append($"primary_slot_name = '{slot}'\n");
        return text.ToString();
    }

    private static string Block(IEnumerable<(string Name, string Value)> settings) =>
        settings.Aggregate(new StringBuilder($"\n{Heading}\n"), (text, setting) => text.Append($"{setting.Name} = {Quoted(setting.Value)}\n")).ToString();

    /// <summary>A value in a configuration file, where a backslash escapes what follows it.</summary>
    private static string Quoted(string value) => $"'{value.Replace(@"\", @"\\").Replace("'", "''")}'";

    private static string Identifier(string name) => PlainName().IsMatch(name) ? name : $"\"{name}\"";

    [GeneratedRegex("^[a-z_][a-z0-9_]*$")]
    private static partial Regex PlainName();
}
