namespace PgHaTutor.Checks;

/// <summary>A replication slot exists and is in the state that it should be in, or does not exist.</summary>
public sealed record SlotCheck : Check
{
    public required string Slot { get; init; }

    /// <summary>False demands that there is no such slot.</summary>
    public bool Exists { get; init; } = true;

    public bool? Active { get; init; }

    /// <summary>The values of wal_status that are good; empty where any is.</summary>
    public IReadOnlyList<string> WalStatus { get; init; } = [];

    protected override async Task<Finding> SeeAsync(Look look, CancellationToken cancellationToken)
    {
        var name = look.Expand(Slot, Node);
        var query = $"""
            select active, wal_status, restart_lsn::text,
                   pg_wal_lsn_diff(case when pg_is_in_recovery() then pg_last_wal_replay_lsn() else pg_current_wal_lsn() end, restart_lsn)::bigint as retained
            from pg_replication_slots where slot_name = {Asking.Literal(name)}
            """;
        var rows = await look.AskAllAsync(Node, query, row => new Row(
            row.GetBoolean(0), row.Text(1), row.Text(2), row.IsDBNull(3) ? null : row.GetInt64(3)), cancellationToken);
        var slot = rows.FirstOrDefault();
        var wrong = Wrong(name, slot);
        return new Finding(wrong is null ? Answer.Passed : Answer.Failed, wrong ?? (Exists ? $"slot {name} is as it should be" : $"there is no slot {name}"))
        {
            Query = query,
            Expected = Wanted(name),
            Observed = slot is null ? "no such slot" : $"active {(slot.Active ? "t" : "f")}, wal_status {slot.WalStatus ?? "null"}, restart_lsn {slot.RestartLsn ?? "null"}",
            Facts = new Dictionary<string, object?> { ["active"] = slot?.Active, ["wal_status"] = slot?.WalStatus, ["retained"] = slot?.Retained },
        };
    }

    private string? Wrong(string name, Row? slot)
    {
        if (slot is null)
            return Exists ? $"{Node} has no replication slot {name}" : null;
        if (!Exists)
            return $"{Node} still has the replication slot {name}";
        if (Active is { } active && slot.Active != active)
            return active ? $"nobody uses slot {name}" : $"slot {name} is in use";
        return WalStatus.Count == 0 || WalStatus.Contains(slot.WalStatus ?? "null")
            ? null
            : $"wal_status of slot {name} is {slot.WalStatus ?? "null"}; expected {string.Join(" or ", WalStatus)}";
    }

    private string Wanted(string name)
    {
        if (!Exists)
            return $"no slot {name}";
        List<string> wanted = [$"slot {name}"];
        if (Active is { } active)
            wanted.Add($"active {(active ? "t" : "f")}");
        if (WalStatus.Count > 0)
            wanted.Add($"wal_status {string.Join(" or ", WalStatus)}");
        return string.Join(", ", wanted);
    }

    private sealed record Row(bool Active, string? WalStatus, string? RestartLsn, long? Retained);
}
