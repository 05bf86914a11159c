using System.Globalization;

namespace PgHaTutor.Checks;

/// <summary>A setting has that value, comes from that file, or waits for a restart.</summary>
public sealed record SettingCheck : Check
{
    public required string Name { get; init; }

    /// <summary>The value, as SHOW gives it, as pg_settings holds it in the setting's base unit, or in any other unit.</summary>
    public string? Value { get; init; }

    /// <summary>A condition over <c>value</c>, the setting in its base unit.</summary>
    public Condition? Where { get; init; }

    /// <summary>The name of the file, without its folder, that the value comes from.</summary>
    public string? SourceFile { get; init; }

    public bool? PendingRestart { get; init; }

    protected override async Task<Finding> SeeAsync(Look look, CancellationToken cancellationToken)
    {
        var name = look.Expand(Name, Node);
        // Our own connection sets a few settings for itself; of those it is the file, or the built-in value, that counts.
        var query = $"""
            select case when source in ('client', 'session') then coalesce(file_value, boot_val) else setting end as value,
                   case when source in ('client', 'session') then coalesce(file_value, boot_val) else current_setting(name) end as shown,
                   case when source not in ('client', 'session') then sourcefile when file_value is not null then file_source end as file,
                   pending_restart, file_value, vartype, unit
            from pg_settings
            left join lateral (
                select setting as file_value, sourcefile as file_source from pg_file_settings f
                where lower(f.name) = lower(pg_settings.name) order by seqno desc limit 1) written on true
            where lower(name) = lower({Asking.Literal(name)})
            """;
        var rows = await look.AskAllAsync(Node, query, row => new Row(
            row.Text(0), row.Text(1), row.Text(2), row.GetBoolean(3), row.Text(4), row.GetString(5), row.Text(6)), cancellationToken);
        if (rows is not [var setting, ..])
            return new Finding(Answer.Failed, $"{Node} knows no setting {name}") { Query = query, Observed = "no such setting" };
        var facts = Facts(setting);
        var wrong = Wrong(look, name, setting, facts);
        return new Finding(wrong is null ? Answer.Passed : Answer.Failed, wrong ?? $"{name} is {setting.Shown} on {Node}")
        {
            Query = $"select setting, current_setting(name), sourcefile, pending_restart from pg_settings where name = {Asking.Literal(name)}",
            Expected = Wanted(look),
            Observed = $"{setting.Shown}{(setting.File is { } file ? $" from {file}" : "")}{(setting.PendingRestart ? ", waits for a restart" : "")}",
            Facts = facts,
        };
    }

    private string? Wrong(Look look, string name, Row setting, IReadOnlyDictionary<string, object?> facts)
    {
        if (Value is not null && look.Expand(Value, Node) is var value && value != setting.Shown && !SettingValue.Is(value, setting.Value, setting.Type, setting.Unit))
            return $"{name} is {setting.Shown} on {Node}; expected {value}";
        if (Where is not null && !Where.Holds(facts))
            return $"{name} is {setting.Shown} on {Node}; expected {Where.Text}";
        if (SourceFile is not null && setting.FileName != SourceFile)
            return setting.FileName is { } other
                ? $"{name} comes from {other} on {Node}; expected {SourceFile}"
                : $"{name} comes from no file on {Node}; expected {SourceFile}";
        if (PendingRestart is { } pending && pending != setting.PendingRestart)
            return pending ? $"{name} does not wait for a restart of {Node}" : $"{name} is changed in the file, but {Node} must be restarted for it";
        return null;
    }

    private string Wanted(Look look)
    {
        List<string> wanted = [];
        if (Value is not null)
            wanted.Add(look.Expand(Value, Node));
        if (Where is not null)
            wanted.Add(Where.Text);
        if (SourceFile is not null)
            wanted.Add($"from {SourceFile}");
        if (PendingRestart is { } pending)
            wanted.Add(pending ? "waiting for a restart" : "not waiting for a restart");
        return string.Join(", ", wanted);
    }

    private static Dictionary<string, object?> Facts(Row setting) => new()
    {
        ["value"] = setting.Number is { } number ? number : setting.Value,
        ["shown"] = setting.Shown,
        ["source_file"] = setting.FileName,
        ["pending_restart"] = setting.PendingRestart,
        ["file_value"] = setting.FileValue,
    };

    /// <summary>A row of pg_settings, with the last line about it in any configuration file.</summary>
    private sealed record Row(string? Value, string? Shown, string? File, bool PendingRestart, string? FileValue, string Type, string? Unit)
    {
        public string? FileName => File is null ? null : File[(File.LastIndexOf('/') + 1)..];

        public object? Number => Type is "integer" or "real" && double.TryParse(Value, CultureInfo.InvariantCulture, out var number)
            ? number == Math.Floor(number) ? (long)number : number
            : null;
    }
}
