using PgHaTutor.Checks;

namespace PgHaTutor.Lessons;

/// <summary>Reads checks. A new kind of check takes one line in this table.</summary>
internal static class CheckReader
{
    private static readonly Dictionary<string, CheckKind> Kinds = new()
    {
        ["sql"] = new(Sql, "value", "rows") { AnyColumn = true },
        ["role"] = new(Role, "signal"),
        ["streaming_from"] = new(StreamingFrom, "failed"),
        ["same_system"] = new(SameSystem, "left", "right"),
        ["timeline"] = new(Timeline, "parent"),
        ["caught_up"] = new(fields => new CaughtUpCheck { Id = "", Node = fields.Node("node"), From = Other(fields, "from") }, "behind"),
        ["slot"] = new(Slot, "active", "wal_status", "retained"),
        ["setting"] = new(Setting, "value", "shown", "source_file", "pending_restart", "file_value"),
        ["refuses"] = new(Refuses),
        ["same_rows"] = new(SameRows, "left", "right", "table"),
        ["single_writable_primary"] = new(SingleWritablePrimary, "writable"),
        ["server"] = new(Server, "pid"),
        ["backup_valid"] = new(BackupValid, "output", "exit_code"),
        ["file"] = new(File, "exists", "mode", "owner"),
        ["log"] = new(fields => new LogCheck { Id = "", Node = fields.Node("node"), Contains = fields.Regex("contains"), Absent = fields.Flag("absent") ?? false }, "line"),
        ["port"] = new(fields => new PortCheck { Id = "", Node = fields.Node("node"), Listening = fields.Flag("listening") ?? true }, "holder"),
        ["triggered"] = new(Triggered) { HasInner = true },
        ["script"] = new(fields => new ScriptCheck { Id = "", Node = fields.Node("node"), Run = fields.Code("run") }, "output", "exit_code"),
    };

    /// <summary>The words that <c>type</c> can be.</summary>
    public static IEnumerable<string> Types => Kinds.Keys;

    /// <summary>The facts that a kind of check adds.</summary>
    public static IEnumerable<string> FactsOf(string type) => Kinds[type].Facts;

    /// <summary>Null where the kind is missing or unknown; the report then says so.</summary>
    public static Check? Read(string id, Fields fields)
    {
        if (Typed(id, fields) is not var (check, kind, named))
            return null;
        var title = named.OptionalText("title") ?? Named(check, fields);
        check = Timed(check, named) with { Title = title, OnFail = OnFail(named, kind) };
        named.Close();
        return check;
    }

    /// <summary>What a check without a title is called on the screen: its kind and its node.</summary>
    private static string Named(Check check, Fields fields) =>
        $"{(fields.Find("type")?.Value as TextValue)?.Text.Replace('_', ' ')}{(check.Node.Length > 0 ? $" ({check.Node})" : "")}";

    /// <summary>The check inside another one: what it is, and how long it may take.</summary>
    private static Check? Nested(string id, Fields fields)
    {
        if (Typed(id, fields) is not var (check, _, named))
            return null;
        check = Timed(check, named) with { Title = named.OptionalText("title") ?? "" };
        named.Close();
        return check;
    }

    private static (Check, CheckKind, Fields)? Typed(string id, Fields fields)
    {
        if (fields.Choice("type", [.. Types]) is not { } type)
            return null;
        var named = fields.As($"a check of type {type}");
        named.Find("type");
        var kind = Kinds[type];
        return (kind.Read(named) with { Id = id }, kind, named);
    }

    private static Check Timed(Check check, Fields fields) => check with
    {
        Within = fields.Duration("within") ?? check.Within,
        Stable = fields.Duration("stable") ?? check.Stable,
    };

    private static IReadOnlyList<Explanation> OnFail(Fields fields, CheckKind kind)
    {
        var told = kind;
        if (kind.HasInner && fields.Find("then")?.Value is MapValue then && then["type"]?.Value is TextValue type && Kinds.TryGetValue(type.Text, out var inner))
            told = inner;
        var facts = FactNames.OfCheck(told.Facts, fields.Names.Nodes, told.AnyColumn);
        var explanations = new List<Explanation>();
        foreach (var entry in fields.Maps("on_fail", "an entry of on_fail"))
        {
            var when = entry.Has("when") ? entry.Condition("when", facts) : null;
            if (!entry.Has("when"))
                entry.Text("when");
            var say = entry.Text("say");
            entry.Close();
            if (when is not null)
                explanations.Add(new Explanation(when, say));
        }
        return explanations;
    }

    private static SqlCheck Sql(Fields fields)
    {
        fields.OneOf("expect", "rows", "where", "sqlstate");
        return new SqlCheck
        {
            Id = "",
            Node = fields.Node("node"),
            Query = fields.Code("query"),
            Expect = fields.OptionalText("expect"),
            Rows = Rows(fields),
            Where = fields.Condition("where", new FactNames(["value"], [], AnyColumn: true)),
            SqlState = SqlStates(fields),
            User = fields.OptionalText("user"),
            Database = fields.OptionalText("database") ?? "postgres",
        };
    }

    private static List<IReadOnlyList<string?>>? Rows(Fields fields)
    {
        if (fields.Find("rows") is not { } field)
            return null;
        if (field.Value is ListValue list && list.Items.All(row => row is ListValue cells && cells.Items.All(cell => cell is TextValue)))
            return [.. list.Items.Cast<ListValue>().Select(row => row.Items.Cast<TextValue>().Select(cell => cell.IsNull && cell.Text.Length > 0 ? null : cell.Text).ToList())];
        fields.Report.Break(field.Value.At, "'rows' is a list of rows, and each row a list of texts.", "Write rows: [[a, 1], [b, 2]].");
        return null;
    }

    private static RoleCheck Role(Fields fields) => new()
    {
        Id = "",
        Node = fields.Node("node"),
        Expect = fields.Choice("expect", "primary", "standby") is "standby" ? ServerRole.Standby : ServerRole.Primary,
    };

    private static StreamingFromCheck StreamingFrom(Fields fields) => new()
    {
        Id = "",
        Node = fields.Node("node"),
        From = Other(fields, "from"),
        Slot = fields.OptionalText("slot"),
    };

    private static SameSystemCheck SameSystem(Fields fields)
    {
        fields.OneOf("nodes", "baseline");
        var nodes = fields.Has("nodes") ? Two(fields) : [];
        if (fields.Has("nodes"))
            fields.Without("'nodes' names them already", "node");
        var baseline = fields.Flag("baseline");
        if (baseline is false)
            fields.Report.Break(fields.Find("baseline")!.Value.At, "'baseline' is true, or is not there.", "Write baseline: true, or name two nodes.");
        return new SameSystemCheck
        {
            Id = "",
            Node = nodes.Count > 0 ? nodes[0] : fields.Has("nodes") ? "" : fields.Node("node"),
            Nodes = nodes,
            Baseline = baseline ?? false,
        };
    }

    private static TimelineCheck Timeline(Fields fields)
    {
        fields.OneOf("equals", "above");
        return new TimelineCheck
        {
            Id = "",
            Node = fields.Node("node"),
            EqualTo = fields.Number("equals", minimum: 1),
            AboveStart = fields.OptionalChoice("above", "start") is not null,
        };
    }

    private static SlotCheck Slot(Fields fields)
    {
        var exists = fields.Flag("exists") ?? true;
        if (!exists)
            fields.Without("there is to be no slot", "active", "wal_status");
        return new SlotCheck
        {
            Id = "",
            Node = fields.Node("node"),
            Slot = fields.Text("slot"),
            Exists = exists,
            Active = fields.Flag("active"),
            WalStatus = OneOfEach(fields, "wal_status", "reserved", "extended", "unreserved", "lost"),
        };
    }

    private static SettingCheck Setting(Fields fields)
    {
        if (fields.Has("value") || !(fields.Has("where") || fields.Has("source_file") || fields.Has("pending_restart")))
            fields.OneOf("value", "where");
        return new SettingCheck
        {
            Id = "",
            Node = fields.Node("node"),
            Name = fields.Text("name"),
            Value = fields.OptionalText("value"),
            Where = fields.Condition("where", new FactNames(["value", "file_value"], [])),
            SourceFile = fields.OptionalText("source_file"),
            PendingRestart = fields.Flag("pending_restart"),
        };
    }

    private static RefusesCheck Refuses(Fields fields)
    {
        if (!fields.Has("sqlstate"))
            fields.Text("sqlstate");
        return new RefusesCheck { Id = "", Node = fields.Node("node"), Query = fields.Code("query"), SqlState = SqlStates(fields) };
    }

    private static SameRowsCheck SameRows(Fields fields)
    {
        var nodes = Two(fields);
        return new SameRowsCheck { Id = "", Node = nodes.FirstOrDefault() ?? "", Nodes = nodes, Table = fields.TextList("table") };
    }

    private static SingleWritablePrimaryCheck SingleWritablePrimary(Fields fields)
    {
        var nodes = fields.Nodes("nodes");
        return new SingleWritablePrimaryCheck
        {
            Id = "",
            Node = nodes.FirstOrDefault() ?? fields.Names.Nodes.FirstOrDefault() ?? "",
            Nodes = nodes,
            AtMost = fields.Flag("at_most"),
        };
    }

    private static ServerCheck Server(Fields fields)
    {
        var state = fields.Choice("state", "running", "stopped");
        if (state is "stopped")
            fields.Without("a stopped server is not the one of the start", "since");
        return new ServerCheck
        {
            Id = "",
            Node = fields.Node("node"),
            State = state is "stopped" ? ServerState.Stopped : ServerState.Running,
            SinceStart = fields.OptionalChoice("since", "start") is not null,
        };
    }

    private static BackupValidCheck BackupValid(Fields fields) => new()
    {
        Id = "",
        Node = fields.Node("node"),
        Path = fields.Code("path"),
        SkipWal = fields.Flag("skip_wal") ?? false,
        Ignore = fields.OptionalTextList("ignore"),
    };

    private static FileCheck File(Fields fields)
    {
        var exists = fields.Flag("exists") ?? true;
        if (!exists)
            fields.Without("there is to be no such file", "mode", "owner", "contains", "lacks");
        foreach (var mode in fields.Words("mode").Where(mode => mode.Text.Length != 4 || mode.Text.Any(digit => digit is < '0' or > '7')))
            fields.Report.Break(mode.TextAt, $"'{mode.Text}' is no file mode.", "Write four octal digits in quotes: \"0700\".");
        return new FileCheck
        {
            Id = "",
            Node = fields.Node("node"),
            Path = fields.Code("path"),
            Exists = exists,
            Mode = fields.OptionalTextList("mode"),
            OwnedByServer = fields.OptionalChoice("owner", "server") is not null,
            Contains = fields.OptionalRegex("contains"),
            Lacks = fields.OptionalRegex("lacks"),
        };
    }

    private static TriggeredCheck Triggered(Fields fields)
    {
        fields.OneOf("sql", "sh");
        if (!fields.Has("then"))
            fields.Text("then");
        var then = fields.Map("then", "the check inside a check") is { } inner ? Nested("then", inner) : null;
        return new TriggeredCheck
        {
            Id = "",
            Node = fields.Node("node"),
            Sql = fields.OptionalCode("sql"),
            Sh = fields.OptionalCode("sh"),
            Then = then ?? new PortCheck { Id = "" },
        };
    }

    /// <summary>A node, and not the one that the check looks at.</summary>
    private static string Other(Fields fields, string name)
    {
        var other = fields.Node(name);
        if (other.Length > 0 && fields.Word("node")?.Text == other)
            fields.Report.Break(fields.Word(name)!.TextAt, $"'{other}' is the check's own node.", "Name the node that it follows.");
        return other;
    }

    private static IReadOnlyList<string> Two(Fields fields)
    {
        if (!fields.Has("nodes"))
            fields.Text("nodes");
        var nodes = fields.Nodes("nodes");
        if (fields.Find("nodes") is { } field && nodes.Distinct().Count() != 2)
            fields.Report.Break(field.Value.At, "'nodes' are two different nodes.", "Write nodes: [primary, standby].");
        return nodes;
    }

    private static IReadOnlyList<string> OneOfEach(Fields fields, string name, params IReadOnlyList<string> words)
    {
        foreach (var word in fields.Words(name).Where(word => !words.Contains(word.Text)))
            fields.Report.Break(word.TextAt, $"'{word.Text}' is no {name}.", Names.Mend(word.Text, words, "words for it"));
        return fields.OptionalTextList(name);
    }

    private static IReadOnlyList<string> SqlStates(Fields fields)
    {
        foreach (var word in fields.Words("sqlstate").Where(word => word.Text.Length != 5 || !word.Text.All(letter => char.IsAsciiDigit(letter) || char.IsAsciiLetterUpper(letter))))
            fields.Report.Break(word.TextAt, $"'{word.Text}' is no SQLSTATE.", "Write five digits or capital letters in quotes: \"25006\" (PostgreSQL manual, appendix A).");
        return fields.OptionalTextList("sqlstate");
    }

    /// <param name="Read">Reads the fields that this kind has beside those of every check.</param>
    /// <param name="Facts">The facts that it gives beside those of every check.</param>
    private sealed record CheckKind(Func<Fields, Check> Read, params IReadOnlyList<string> Facts)
    {
        /// <summary>The columns of its query are facts too.</summary>
        public bool AnyColumn { get; init; }

        /// <summary>Its facts are those of the check inside it.</summary>
        public bool HasInner { get; init; }
    }
}
