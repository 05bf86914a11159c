using PgHaTutor.Lessons;

namespace PgHaTutor.Ui;

/// <summary>What Tab makes of the word before the cursor: how it goes on, and what it could become.</summary>
/// <param name="Rest">Text to insert at the cursor; empty where the candidates agree on no further letter.</param>
/// <param name="Candidates">Every word that fits, whole; empty where none does.</param>
internal sealed record Completion(string Rest, IReadOnlyList<string> Candidates)
{
    private const string Breaks = " \t'\"=|;&(),<>`";

    private static readonly string[] Commands =
    [
        "initdb", "pg_archivecleanup", "pg_basebackup", "pg_checksums", "pg_config", "pg_controldata", "pg_ctl", "pg_dump", "pg_isready",
        "pg_receivewal", "pg_resetwal", "pg_rewind", "pg_verifybackup", "pg_waldump", "pgbench", "psql", "postgres",
        "cat", "chmod", "chown", "cp", "date", "echo", "grep", "head", "kill", "less", "ls", "mkdir", "mv", "ps", "rm", "sed", "sleep", "ss", "stat", "tail", "touch",
    ];

    private static readonly Dictionary<string, string[]> Words = new()
    {
        ["pg_ctl"] = ["init", "kill", "logrotate", "promote", "reload", "restart", "start", "status", "stop", "--pgdata", "--log", "--mode", "--options", "--timeout", "--wait"],
        ["pg_basebackup"] = ["--checkpoint=fast", "--create-slot", "--format=tar", "--pgdata", "--progress", "--slot", "--verbose", "--wal-method=stream", "--write-recovery-conf"],
        ["pg_rewind"] = ["--dry-run", "--progress", "--source-pgdata", "--source-server", "--target-pgdata", "--write-recovery-conf"],
        ["pg_verifybackup"] = ["--exit-on-error", "--ignore", "--no-parse-wal", "--skip-checksums"],
        ["initdb"] = ["--auth", "--data-checksums", "--no-locale", "--pgdata", "--pwfile", "--username", "--wal-segsize"],
        ["psql"] = ["--command", "--dbname", "--expanded", "--file", "--no-align", "--no-psqlrc", "--tuples-only", "--username"],
    };

    private static readonly string[] Sql =
    [
        "pg_file_settings", "pg_hba_file_rules", "pg_ls_waldir()", "pg_replication_slots", "pg_settings", "pg_stat_activity", "pg_stat_archiver",
        "pg_stat_progress_basebackup", "pg_stat_replication", "pg_stat_ssl", "pg_stat_wal_receiver",
        "pg_control_checkpoint()", "pg_control_system()", "pg_create_physical_replication_slot(", "pg_create_restore_point(", "pg_current_wal_flush_lsn()",
        "pg_current_wal_insert_lsn()", "pg_current_wal_lsn()", "pg_drop_replication_slot(", "pg_get_wal_replay_pause_state()", "pg_is_in_recovery()",
        "pg_is_wal_replay_paused()", "pg_last_wal_receive_lsn()", "pg_last_wal_replay_lsn()", "pg_last_xact_replay_timestamp()", "pg_promote()",
        "pg_reload_conf()", "pg_size_pretty(", "pg_switch_wal()", "pg_wal_lsn_diff(", "pg_wal_replay_pause()", "pg_wal_replay_resume()", "pg_walfile_name(",
        "archive_command", "archive_mode", "hot_standby", "hot_standby_feedback", "listen_addresses", "max_slot_wal_keep_size", "max_wal_senders",
        "primary_conninfo", "primary_slot_name", "recovery_min_apply_delay", "recovery_target_time", "recovery_target_timeline", "restore_command",
        "synchronous_commit", "synchronous_standby_names", "wal_keep_size", "wal_level", "wal_log_hints", "wal_receiver_status_interval",
        "alter system set", "checkpoint", "select", "show",
    ];

    private static readonly Completion None = new("", []);

    /// <param name="before">The text before the cursor.</param>
    /// <param name="variables">Names of the lab's variables, without the dollar sign.</param>
    public static Completion Of(string before, StepLanguage language, IEnumerable<string> variables)
    {
        var start = before.LastIndexOfAny(Breaks.ToCharArray()) + 1;
        var word = before[start..];
        if (word.LastIndexOf('$') is >= 0 and var dollar && language is StepLanguage.Sh)
        {
            var brace = word.AsSpan(dollar + 1).StartsWith("{");
            return Among(variables.Select(name => brace ? $"${{{name}}}" : $"${name}"), word[dollar..]);
        }
        if (word.Length == 0)
            return None;
        if (language is StepLanguage.Sql)
            return Among(Sql, word);
        var command = CommandOf(before[..start]);
        return command is null ? Among(Commands, word)
            : Words.GetValueOrDefault(command) is { } own && own.Any(one => one.StartsWith(word, StringComparison.Ordinal)) ? Among(own, word)
            : Among(Sql, word);
    }

    // The command that the word is an argument of; null where the word is to be the command itself.
    private static string? CommandOf(string before)
    {
        var words = before[(before.LastIndexOfAny(['|', ';', '&', '(']) + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words.FirstOrDefault(word => !word.Contains('=') && word is not ("sudo" or "time" or "exec"));
    }

    private static Completion Among(IEnumerable<string> words, string begun)
    {
        var fitting = words.Where(word => word.StartsWith(begun, StringComparison.Ordinal)).Distinct().Order(StringComparer.Ordinal).ToList();
        if (fitting.Count == 0)
            return None;
        var common = fitting.Aggregate((left, right) => left[..left.Zip(right).TakeWhile(pair => pair.First == pair.Second).Count()]);
        var end = fitting.Count == 1 && !common.EndsWith('(') && !common.EndsWith('}') ? " " : "";
        return new Completion($"{common[begun.Length..]}{end}", fitting);
    }
}
