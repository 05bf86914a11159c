using System.Net;
using System.Text.RegularExpressions;
using PgHaTutor.Hosts;

namespace PgHaTutor.Lessons;

/// <summary>Reads an inventory of SSH hosts. Reading never throws: what is wrong is told all at once, each with its line and column.</summary>
public static partial class InventoryReader
{
    private const int KnownFormat = 1;

    /// <param name="nodes">The nodes that lessons have: another one is told, and does no harm.</param>
    /// <returns>The inventory, null where it cannot be used; and what is wrong in it.</returns>
    public static (Inventory? Inventory, IReadOnlyList<Problem> Problems) Read(string file, IReadOnlyList<string>? nodes = null)
    {
        var report = new Report(file);
        var inventory = TextFile.Lines(report) is { } lines ? Read(lines, nodes, report) : null;
        return (report.Broken ? null : inventory, report.Problems);
    }

    private static Inventory? Read(IReadOnlyList<string> lines, IReadOnlyList<string>? nodes, Report report)
    {
        if (Yaml.Read(lines, Position.Start, report) is not MapValue map)
        {
            if (!report.Broken)
                report.Break(Position.Start, "The inventory has no fields.", "Write format: 1 and hosts: with an entry a host; SETUP.md shows one.");
            return null;
        }
        var fields = new Fields(map, "the inventory", new Names([], [], []), report);
        if (fields.Number("format", minimum: 1) is { } format and > KnownFormat)
            report.Break(fields.Find("format")!.Value.At, $"This inventory is of format {format}, and this program knows format {KnownFormat}.", "Update the program.");
        var folder = Path.GetDirectoryName(Path.GetFullPath(report.File))!;
        var usual = Common(fields, folder, new InventoryHost("", ""));
        var inventory = new Inventory(Path.GetFullPath(report.File), Hosts(fields, folder, usual, nodes))
        {
            Root = Root(fields),
            Major = fields.Number("pg", minimum: 13, maximum: 99),
            Become = fields.OptionalText("become") ?? Inventory.UsualUser,
            ConfigFile = FileOf(fields, "ssh_config", folder),
            KnownHosts = FileOf(fields, "known_hosts", folder),
        };
        if (inventory.Become.Length == 0 || inventory.Become.StartsWith('-'))
            report.Break(fields.Find("become")!.Value.At, $"'{inventory.Become}' is no account.", "Name the one that servers are to run as, or leave it out: postgres.");
        if (inventory.Become == "root")
            report.Break(fields.Find("become")!.Value.At, "PostgreSQL refuses to run as root.", "Name an unprivileged account, or leave it out: postgres.");
        fields.Close();
        return inventory;
    }

    private static List<InventoryHost> Hosts(Fields fields, string folder, InventoryHost usual, IReadOnlyList<string>? nodes)
    {
        var report = fields.Report;
        if (!fields.Has("hosts"))
            fields.Text("hosts");
        var hosts = new List<InventoryHost>();
        foreach (var entry in fields.Maps("hosts", "a host"))
        {
            var name = entry.Text("name");
            var host = Common(entry, folder, usual) with
            {
                Name = name,
                Destination = entry.OptionalText("ssh") ?? name,
                Address = entry.OptionalText("address"),
                Nodes = entry.OptionalTextList("nodes"),
            };
            if (name.Length > 0 && !HostName().IsMatch(name))
                report.Break(entry.Find("name")!.Value.At, $"'{name}' cannot be the name of a host.", "Use letters, digits, '.', '_' and '-', beginning with a letter or digit. What ssh is asked for may be another text: ssh: …");
            if (hosts.Exists(other => other.Name == name))
                report.Break(entry.Find("name")!.Value.At, $"There is a host '{name}' already.", "Give this one another name.");
            if (entry.Word("ssh") is { } ssh && !Destination().IsMatch(ssh.Text))
                report.Break(ssh.TextAt, $"ssh cannot be asked for '{ssh.Text}'.", "Name a host, an address or an alias of ~/.ssh/config, without blanks and quotes and not beginning with '-'.");
            if (entry.Word("address") is { } address && !IsAddress(address.Text))
                report.Break(address.TextAt, $"'{address.Text}' is no address.", "Write the one by which the other hosts reach this one, such as 10.0.0.11, without a port.");
            if (hosts.Find(other => other.Name != name && IsSame(host, other)) is { } same)
                report.Break(entry.At, $"'{name}' is the same host as '{same.Name}': {(host.Address is null || host.Address != same.Address ? $"ssh reaches both at {host.Destination}" : $"both have the address {host.Address}")}.", "Name each host once; several nodes may live on it: nodes: [primary, standby].");
            foreach (var node in host.Nodes.Where(node => hosts.Exists(other => other.Nodes.Contains(node))))
                report.Break(entry.Find("nodes")!.Value.At, $"The node '{node}' lives on another host already.", "Name it once.");
            foreach (var node in host.Nodes.GroupBy(node => node).Where(node => node.Count() > 1))
                report.Break(entry.Find("nodes")!.Value.At, $"The node '{node.Key}' stands here twice.", "Name it once.");
            foreach (var node in entry.Words("nodes").Where(node => nodes?.Contains(node.Text) is false))
                report.Blemish(node.TextAt, $"No lesson has a node '{node.Text}'.", Names.Mend(node.Text, nodes!, "nodes"));
            entry.Close();
            hosts.Add(host);
        }
        if (hosts.Count == 0 && !report.Broken)
            report.Break(fields.Find("hosts")!.Value.At, "The inventory has no host.", "Add one: - {name: h1, address: …}.");
        return hosts;
    }

    /// <summary>It comes to stand in connection strings and in pg_hba.conf.</summary>
    private static bool IsAddress(string text) => DomainName().IsMatch(text) || (text.Contains(':') && IPAddress.TryParse(text, out _));

    private static bool IsSame(InventoryHost one, InventoryHost other) =>
        (one.Destination, one.Port) == (other.Destination, other.Port) || (one.Address is not null && one.Address == other.Address);

    /// <summary>The fields that may stand for all hosts and for one.</summary>
    private static InventoryHost Common(Fields fields, string folder, InventoryHost usual)
    {
        var power = fields.Map("power", "the power");
        var host = usual with
        {
            User = fields.OptionalText("user") ?? usual.User,
            Port = fields.Number("port", minimum: 1, maximum: 65535) ?? usual.Port,
            Key = FileOf(fields, "key", folder) ?? usual.Key,
            PowerOff = power?.OptionalText("off") ?? usual.PowerOff,
            PowerOn = power?.OptionalText("on") ?? usual.PowerOn,
        };
        power?.Close();
        return host;
    }

    private static string Root(Fields fields)
    {
        // Patterns and lists of paths would take some signs for their own; pg_ctl puts the log file's path before a shell, in double quotes.
        if (fields.Word("root") is not { } root)
            return Inventory.UsualRoot;
        if (!root.Text.StartsWith('/') || root.Text.TrimEnd('/').Length == 0 || root.Text.Split('/').Contains("..") || root.Text.AsSpan().ContainsAny("*?[]\\\n:\"$`"))
            fields.Report.Break(root.TextAt, $"'{root.Text}' cannot be the folder for labs.", $"Write a full path without '..' and without the signs * ? [ ] \\ : \" $ and `, such as {Inventory.UsualRoot}.");
        return root.Text.TrimEnd('/');
    }

    /// <summary>A file by its full path; one that is not there is told, because ssh would only fall back to something else.</summary>
    private static string? FileOf(Fields fields, string name, string folder)
    {
        if (fields.Word(name) is not { } word)
            return null;
        var path = word.Text.StartsWith("~/", StringComparison.Ordinal)
            ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), word.Text[2..])
            : Path.GetFullPath(word.Text, folder);
        if (!File.Exists(path))
            fields.Report.Break(word.TextAt, $"There is no file {path}.", "Paths begin at the inventory's folder, at '/' or with '~/'.");
        return path;
    }

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$")]
    private static partial Regex HostName();

    /// <summary>As ssh takes one: a name, an address, user@name or an ssh:// address.</summary>
    [GeneratedRegex(@"^[^-\s""'`\\;&<>|(){}$][^\s""'`\\;&<>|(){}$]*$")]
    private static partial Regex Destination();

    /// <summary>A name or an address of IPv4.</summary>
    [GeneratedRegex("^[A-Za-z0-9_][A-Za-z0-9._-]*$")]
    private static partial Regex DomainName();
}
