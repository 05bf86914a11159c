using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using PgHaTutor.Checks;
using PgHaTutor.Labs;

namespace PgHaTutor.Lessons;

/// <summary>Reads a course folder. Never throws: what cannot be read becomes a problem, and the rest stays usable.</summary>
public static partial class CourseReader
{
    public static Course Read(string folder)
    {
        var modules = new List<Module>();
        var problems = new List<Problem>();
        foreach (var module in Directory.EnumerateDirectories(folder).Order())
        {
            var lessons = new List<Lesson>();
            foreach (var file in Directory.EnumerateDirectories(module).Order().Select(l => Path.Combine(l, "lesson.md")).Where(File.Exists))
            {
                var (lesson, found) = ReadLesson(file);
                problems.AddRange(found);
                if (lesson is not null)
                    lessons.Add(lesson);
            }
            var readme = Path.Combine(module, "README.md");
            var title = File.Exists(readme) ? File.ReadLines(readme).FirstOrDefault(l => l.StartsWith("# ", StringComparison.Ordinal))?[2..] : null;
            if (lessons.Count > 0)
                modules.Add(new Module(Path.GetFileName(module), title ?? Path.GetFileName(module), lessons));
        }
        return new Course(modules, problems);
    }

    /// <summary>Reads one lesson file; the lesson is null where too much of it is broken.</summary>
    public static (Lesson? Lesson, IReadOnlyList<Problem> Problems) ReadLesson(string file)
    {
        try { return (Parse(file), []); }
        catch (Exception e) { return (null, [new Problem(file, 1, 1, e.Message, "Mend it.")]); }
    }

    private static Lesson Parse(string file)
    {
        var lines = File.ReadAllLines(file);
        var end = Array.IndexOf(lines, "---", 1);
        var head = Y(lines[1..end], 2);
        var recipe = new Recipe(Map(head, "lab")!.Fields.Select(f => NodeOf(f.Name, (MapValue)f.Value)).ToList());
        var first = recipe.Nodes[0].Name;
        var blocks = new List<Block>();
        var checks = new List<Check>();
        foreach (var inv in (head["invariants"]?.Value as ListValue)?.Items.Cast<MapValue>() ?? [])
            checks.Add(ReadCheck(inv) with { Id = T(inv, "id")!, Tense = Tense.Invariant });
        var prose = new StringBuilder();
        var proseLine = end + 2;
        void Flush() { if (prose.ToString().Trim().Length > 0) blocks.Add(new ProseBlock(prose.ToString().Trim('\n'), proseLine)); prose.Clear(); }
        for (var i = end + 1; i < lines.Length; i++)
        {
            var m = Fence().Match(lines[i]);
            if (lines[i].StartsWith("> [!", StringComparison.Ordinal))
            {
                Flush();
                var at = i;
                var kind = lines[i][4..lines[i].IndexOf(']')];
                var text = new StringBuilder();
                while (++i < lines.Length && lines[i].StartsWith('>')) text.AppendLine(lines[i].TrimStart('>').TrimStart(' '));
                i--;
                blocks.Add(new CalloutBlock(kind, text.ToString(), at + 1));
                continue;
            }
            if (!m.Success)
            {
                if (prose.Length == 0) proseLine = i + 1;
                prose.AppendLine(lines[i]);
                if (lines[i].StartsWith("```", StringComparison.Ordinal))
                    while (++i < lines.Length) { prose.AppendLine(lines[i]); if (lines[i].StartsWith("```", StringComparison.Ordinal)) break; }
                continue;
            }
            Flush();
            var start = i;
            var body = new List<string>();
            while (++i < lines.Length && !lines[i].StartsWith("```", StringComparison.Ordinal)) body.Add(lines[i]);
            var a = Attributes(m.Groups[2].Value);
            switch (m.Groups[1].Value)
            {
                case "sh" or "sql":
                    blocks.Add(new StepBlock(new Step(a["step"], a.GetValueOrDefault("on") ?? first, m.Groups[1].Value == "sql" ? StepLanguage.Sql : StepLanguage.Sh, string.Join('\n', body) + "\n")
                    { Edit = a.ContainsKey("edit"), Background = a.ContainsKey("background"), ExpectFail = a.GetValueOrDefault("expect") == "fail", Optional = a.ContainsKey("optional") }, start + 1));
                    break;
                case "predict":
                    var p = Y(body, start + 2);
                    var o = p["observe"]?.Value as MapValue;
                    blocks.Add(new PredictionBlock(new Prediction(a["id"], T(p, "ask")!, ((ListValue)p["choices"]!.Value).Items.Select(c => c is MapValue mv
                        ? new Choice(T(mv, "say")!, Cond(T(mv, "when"))) : new Choice(((TextValue)c).Text, null)).ToList(),
                        new Observe(o is null ? null : T(o, "node"), o is null ? null : T(o, "sql"))) { Explain = T(p, "explain") }, start + 1));
                    break;
                case "check":
                    var y = Y(body, start + 2);
                    var check = ReadCheck(y) with
                    {
                        Id = a["id"],
                        Step = a.GetValueOrDefault("step"),
                        Tense = Enum.Parse<Tense>(a.GetValueOrDefault("kind") ?? "state", true),
                        FromStart = a.GetValueOrDefault("from_start") == "true",
                        Needs = a.TryGetValue("needs", out var n) ? n.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) : [],
                    };
                    checks.Add(check);
                    blocks.Add(new CheckBlock(check, start + 1));
                    break;
                case "hint":
                    blocks.Add(new HintBlock(new Hint(a.GetValueOrDefault("step"), int.Parse(a["tier"], CultureInfo.InvariantCulture), string.Join('\n', body)), start + 1));
                    break;
            }
        }
        Flush();
        for (var i = 0; i < blocks.Count; i++)
            if (blocks[i] is PredictionBlock pb)
                blocks[i] = pb with { Prediction = pb.Prediction with { Step = blocks.Skip(i).OfType<StepBlock>().FirstOrDefault()?.Step.Id } };
        var folder = Path.GetDirectoryName(file)!;
        PlayedScript Script(string f) => ScriptOf(f, first);
        var needs = head["needs"]?.Value as MapValue;
        var min = Regex.Match(needs is null ? "" : T(needs, "pg") ?? "", @">=\s*(\d+)");
        var max = Regex.Match(needs is null ? "" : T(needs, "pg") ?? "", @"<\s*(\d+)");
        return new Lesson
        {
            Id = T(head, "id")!,
            Title = T(head, "title")!,
            Kind = T(head, "kind") == "exercise" ? LessonKind.Exercise : LessonKind.Lesson,
            Level = int.Parse(T(head, "level") ?? "1", CultureInfo.InvariantCulture),
            Minutes = (head["minutes"]?.Value as MapValue)?.Fields.ToDictionary(f => f.Name, f => int.Parse(((TextValue)f.Value).Text, CultureInfo.InvariantCulture)) ?? [],
            NeedsLessons = needs is null ? [] : L(needs, "lessons"),
            NeedsTools = needs is null ? [] : L(needs, "tools"),
            MinimumVersion = min.Success ? int.Parse(min.Groups[1].Value, CultureInfo.InvariantCulture) : 13,
            MaximumVersion = max.Success ? int.Parse(max.Groups[1].Value, CultureInfo.InvariantCulture) - 1 : null,
            Objectives = L(head, "objectives"),
            NotSimulated = T(head, "not_simulated"),
            Recipe = recipe,
            Parameters = Map(head, "params")?.Fields.Select(f => new Parameter(f.Name, T((MapValue)f.Value, "kind")!)).ToList() ?? [],
            Blocks = blocks,
            Checks = checks,
            Fault = File.Exists(Path.Combine(folder, "fault.sh")) ? Script(Path.Combine(folder, "fault.sh")) : null,
            Solutions = Directory.EnumerateFiles(folder, "solution-*.sh").Order().Select(Script).ToList(),
            WrongAnswers = Directory.EnumerateFiles(folder, "wrong-*.sh").Order().Select(f =>
            {
                var l = File.ReadAllLines(f);
                var m = Regex.Match(l[0], @"^# fails: (\S+) because (.*)$");
                var w = Regex.Match(l.ElementAtOrDefault(1) ?? "", @"^# instead of: (\S+)");
                return new WrongAnswer(Script(f), m.Groups[1].Value, m.Groups[2].Value, w.Success ? w.Groups[1].Value : null);
            }).ToList(),
            File = file,
            ContentHash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(Directory.EnumerateFiles(folder).Order().Select(File.ReadAllText))))),
        };
    }

    private static PlayedScript ScriptOf(string file, string first)
    {
        var parts = new List<ScriptPart>();
        var node = first;
        var text = new StringBuilder();
        foreach (var line in File.ReadAllLines(file))
            if (Regex.Match(line, @"^## on (\S+)\s*$") is { Success: true } m)
            {
                if (text.ToString().Split('\n').Any(l => l.Trim().Length > 0 && !l.StartsWith('#'))) parts.Add(new ScriptPart(node, text.ToString()));
                text.Clear();
                node = m.Groups[1].Value;
            }
            else text.AppendLine(line);
        parts.Add(new ScriptPart(node, text.ToString()));
        return new PlayedScript(file, parts);
    }

    private static MapValue Y(IReadOnlyList<string> lines, int line)
    {
        var report = new Report("?");
        var v = Yaml.Read(lines, new Position(line, 1), report);
        if (report.Problems.Count > 0) throw new FormatException(string.Join("; ", report.Problems.Select(p => $"{p.Line}: {p.What}")));
        return v as MapValue ?? new MapValue(Position.Start, []);
    }

    private static string? T(MapValue m, string n) => m[n]?.Value is TextValue { IsNull: false } t ? t.Text : null;
    private static MapValue? Map(MapValue m, string n) => m[n]?.Value as MapValue;
    private static List<string> L(MapValue m, string n) => m[n]?.Value switch { ListValue l => l.Items.Cast<TextValue>().Select(t => t.Text).ToList(), TextValue t => [t.Text], _ => [] };
    private static bool? B(MapValue m, string n) => T(m, n) is { } t ? t == "true" : null;
    private static Condition? Cond(string? t) => t is null ? null : Condition.TryParse(t, out string? problem) ?? throw new FormatException($"{t}: {problem}");
    private static TimeSpan D(string t) => Regex.Match(t, @"^([\d.]+)(ms|s|min)$") is { Success: true } m
        ? (m.Groups[2].Value switch { "ms" => TimeSpan.FromMilliseconds(1), "s" => TimeSpan.FromSeconds(1), _ => TimeSpan.FromMinutes(1) }) * double.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture)
        : throw new FormatException(t);

    private static Dictionary<string, string> Attributes(string text) =>
        Regex.Matches(text, @"(\w+)=(\[[^\]]*\]|\S+)").ToDictionary(m => m.Groups[1].Value, m => m.Groups[2].Value.Trim('[', ']'));

    private static NodeRecipe NodeOf(string name, MapValue m) => new(name, Enum.Parse<NodeRole>(T(m, "role")!, true))
    {
        Of = T(m, "of"), Slot = T(m, "slot"), Sync = B(m, "sync") ?? false, Delay = T(m, "delay"), Archive = B(m, "archive") ?? false, Setup = T(m, "setup"),
        Settings = Map(m, "settings")?.Fields.ToDictionary(f => f.Name, f => ((TextValue)f.Value).Text) ?? [],
    };

    private static Check ReadCheck(MapValue m)
    {
        var node = T(m, "node") ?? L(m, "nodes").FirstOrDefault() ?? "";
        Check c = T(m, "type") switch
        {
            "sql" => new SqlCheck { Id = "", Query = T(m, "query")!, Expect = m["expect"]?.Value is TextValue e ? e.Text : null, Where = Cond(T(m, "where")), SqlState = T(m, "sqlstate"), User = T(m, "user"), Database = T(m, "database") ?? "postgres",
                Rows = (m["rows"]?.Value as ListValue)?.Items.Cast<ListValue>().Select(r => (IReadOnlyList<string?>)r.Items.Cast<TextValue>().Select(t => t.IsNull ? null : t.Text).ToList()).ToList() },
            "role" => new RoleCheck { Id = "", Expect = Enum.Parse<ServerRole>(T(m, "expect")!, true) },
            "streaming_from" => new StreamingFromCheck { Id = "", From = T(m, "from")!, Slot = T(m, "slot") },
            "same_system" => new SameSystemCheck { Id = "", Nodes = L(m, "nodes"), Baseline = B(m, "baseline") ?? false },
            "timeline" => new TimelineCheck { Id = "", EqualTo = T(m, "equals") is { } eq ? int.Parse(eq, CultureInfo.InvariantCulture) : null, AboveStart = T(m, "above") == "start" },
            "caught_up" => new CaughtUpCheck { Id = "", From = T(m, "from")! },
            "slot" => new SlotCheck { Id = "", Slot = T(m, "slot")!, Exists = B(m, "exists") ?? true, Active = B(m, "active"), WalStatus = L(m, "wal_status") },
            "setting" => new SettingCheck { Id = "", Name = T(m, "name")!, Value = T(m, "value"), Where = Cond(T(m, "where")), SourceFile = T(m, "source_file"), PendingRestart = B(m, "pending_restart") },
            "refuses" => new RefusesCheck { Id = "", Query = T(m, "query")!, SqlState = L(m, "sqlstate") },
            "same_rows" => new SameRowsCheck { Id = "", Nodes = L(m, "nodes"), Table = L(m, "table") },
            "single_writable_primary" => new SingleWritablePrimaryCheck { Id = "", Nodes = L(m, "nodes"), AtMost = B(m, "at_most") },
            "server" => new ServerCheck { Id = "", State = Enum.Parse<ServerState>(T(m, "state")!, true), SinceStart = T(m, "since") == "start" },
            "backup_valid" => new BackupValidCheck { Id = "", Path = T(m, "path")!, SkipWal = B(m, "skip_wal") ?? false, Ignore = L(m, "ignore") },
            "file" => new FileCheck { Id = "", Path = T(m, "path")!, Exists = B(m, "exists") ?? true, Mode = L(m, "mode"), OwnedByServer = T(m, "owner") == "server", Contains = T(m, "contains"), Lacks = T(m, "lacks") },
            "log" => new LogCheck { Id = "", Contains = T(m, "contains")!, Absent = B(m, "absent") ?? false },
            "port" => new PortCheck { Id = "", Listening = B(m, "listening") ?? true },
            "triggered" => new TriggeredCheck { Id = "", Sql = T(m, "sql"), Sh = T(m, "sh"), Then = ReadCheck(Map(m, "then")!) },
            "script" => new ScriptCheck { Id = "", Run = T(m, "run")! },
            var other => throw new FormatException($"check type {other}"),
        };
        return c with
        {
            Node = node,
            Title = T(m, "title") ?? "",
            Within = T(m, "within") is { } w ? D(w) : TimeSpan.FromSeconds(10),
            Stable = T(m, "stable") is { } s ? D(s) : TimeSpan.Zero,
            OnFail = (m["on_fail"]?.Value as ListValue)?.Items.Cast<MapValue>().Select(f => new Explanation(Cond(T(f, "when"))!, T(f, "say")!)).ToList() ?? [],
        };
    }

    [GeneratedRegex(@"^```(sh|sql|predict|check|hint)\s+\{(.*)\}\s*$")]
    private static partial Regex Fence();
}
