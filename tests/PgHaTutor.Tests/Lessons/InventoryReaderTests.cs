using PgHaTutor.Hosts;
using PgHaTutor.Lessons;

namespace PgHaTutor.Tests.Lessons;

/// <summary>Inventories of SSH hosts: what they say, and what is told of wrong ones.</summary>
public sealed class InventoryReaderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("inventory of 'hosts' ").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Hosts_have_what_the_inventory_says_for_all_of_them_and_what_it_says_for_each()
    {
        File.WriteAllText(Path.Combine(_folder, "my key"), "");

        var inventory = Read("""
            format: 1
            root: /srv/the labs
            pg: 15
            user: ubuntu
            key: my key
            power: {off: "cut.sh 'a b'"}
            hosts:
              - {name: h1, ssh: one.example, address: 10.0.0.11, nodes: [primary]}
              - name: h2
                user: admin
                port: 2222
                power: {on: wake.sh}
            """);

        Assert.Equal(("/srv/the labs", 15, "postgres"), (inventory.Root, inventory.Major, inventory.Become));
        var (one, two) = (inventory.Hosts[0], inventory.Hosts[1]);
        Assert.Equal(("h1", "one.example", "10.0.0.11", "ubuntu", null), (one.Name, one.Destination, one.Address, one.User, one.Port));
        Assert.Equal(("h2", "h2", null, "admin", 2222), (two.Name, two.Destination, two.Address, two.User, two.Port));
        Assert.Equal(Path.Combine(_folder, "my key"), two.Key);
        Assert.Equal(("cut.sh 'a b'", "wake.sh"), (two.PowerOff, two.PowerOn));
    }

    [Fact]
    public void The_inventory_that_the_set_up_guide_shows_can_be_used()
    {
        var guide = File.ReadAllText(Path.Combine(Repository.Root, "SETUP.md"));
        var shown = guide.Split("```yaml\n")[1].Split("```")[0];
        Assert.Equal(["h1", "h2"], Read(shown).Hosts.Select(host => host.Name));
    }

    [Fact]
    public void Nodes_live_where_they_are_named_and_the_others_are_dealt()
    {
        var two = new Inventory("", [new("h1", "h1") { Nodes = ["primary"] }, new("h2", "h2") { Nodes = ["standby"] }]);
        var three = new Inventory("", [new("h1", "h1") { Nodes = ["primary"] }, new("h2", "h2"), new("h3", "h3")]);

        Assert.Equal("h2 h1 h1 h2", Placed(two, "standby", "primary", "witness", "other"));
        Assert.Equal("h1 h2 h3 h2", Placed(three, "primary", "standby", "second", "third"));
        Assert.Equal("h1 h1", Placed(new Inventory("", [new("h1", "h1")]), "primary", "standby"));

        static string Placed(Inventory inventory, params string[] nodes) => string.Join(' ', inventory.Place(nodes) is var places ? nodes.Select(node => places[node].Name) : []);
    }

    [Theory]
    [InlineData("hosts:\n  - {nmae: h1}", "2:6: 'nmae' is no field of a host. Did you mean 'name'?")]
    [InlineData("hosts:\n  - {name: h1}\n  - {name: h1}", "3:12: There is a host 'h1' already.")]
    [InlineData("hosts:\n  - {name: h1, nodes: [a]}\n  - {name: h2, nodes: [a]}", "3:23: The node 'a' lives on another host already.")]
    [InlineData("hosts:\n  - {name: h1, port: ssh}", "2:22: 'port' is a whole number from 1 to 65535, not 'ssh'.")]
    [InlineData("hosts:\n  - {name: 'h 1'}", "2:12: 'h 1' cannot be the name of a host.")]
    [InlineData("hosts:\n  - {name: h1, ssh: -oProxyCommand=x}", "2:21: ssh cannot be asked for '-oProxyCommand=x'.")]
    [InlineData("hosts:\n  - {name: h1, ssh: \"one two\"}", "2:22: ssh cannot be asked for 'one two'.")]
    [InlineData("hosts:\n  - {name: h1, ssh: \"\"}", "2:22: ssh cannot be asked for ''.")]
    [InlineData("hosts:\n  - {name: h1, address: 10.0.0.11:5432}", "2:25: '10.0.0.11:5432' is no address.")]
    [InlineData("hosts:\n  - {name: h1, address: \"10.0.0.11 'x'\"}", "2:26: '10.0.0.11 'x'' is no address.")]
    [InlineData("hosts:\n  - {name: h1, address: 10.0.0.1}\n  - {name: h2, address: 10.0.0.1}", "3:5: 'h2' is the same host as 'h1': both have the address 10.0.0.1.")]
    [InlineData("hosts:\n  - {name: h1, ssh: a}\n  - {name: h2, ssh: a}", "3:5: 'h2' is the same host as 'h1': ssh reaches both at a.")]
    [InlineData("hosts:\n  - {name: h1, nodes: [a, a]}", "2:23: The node 'a' stands here twice.")]
    [InlineData("hosts: []", "1:8: The inventory has no host.")]
    [InlineData("host:\n  - {name: h1}", "1:1: 'host' is no field of the inventory. Did you mean 'hosts'?")]
    [InlineData("format: 2\nhosts: [{name: h1}]", "1:9: This inventory is of format 2")]
    [InlineData("root: var/lib\nhosts: [{name: h1}]", "1:7: 'var/lib' cannot be the folder for labs.")]
    [InlineData("root: /srv/$HOME\nhosts: [{name: h1}]", "1:7: '/srv/$HOME' cannot be the folder for labs.")]
    [InlineData("become: ''\nhosts: [{name: h1}]", "1:9: '' is no account.")]
    [InlineData("become: root\nhosts: [{name: h1}]", "1:9: PostgreSQL refuses to run as root.")]
    [InlineData("key: no such key\nhosts: [{name: h1}]", "1:6: There is no file")]
    [InlineData("hosts: [", "This is not YAML")]
    [InlineData("# nothing yet", "1:1: The inventory has no fields.")]
    public void What_is_wrong_is_told_with_its_place(string text, string expected)
    {
        File.WriteAllText(Path.Combine(_folder, "hosts.yaml"), text);

        var (inventory, problems) = InventoryReader.Read(Path.Combine(_folder, "hosts.yaml"));

        Assert.Null(inventory);
        Assert.Contains(problems, problem => $"{problem.Line}:{problem.Column}: {problem.What} {problem.Mend}".Contains(expected));
    }

    [Fact]
    public void A_node_that_no_lesson_has_is_told_with_its_place_and_does_no_harm()
    {
        File.WriteAllText(Path.Combine(_folder, "hosts.yaml"), "format: 1\nhosts:\n  - {name: h1, nodes: [primary, standbi]}\n");

        var (inventory, problems) = InventoryReader.Read(Path.Combine(_folder, "hosts.yaml"), ["primary", "standby"]);

        Assert.NotNull(inventory);
        Assert.EndsWith("hosts.yaml:3:33: No lesson has a node 'standbi'. Did you mean 'standby'?", Assert.Single(problems).ToString());
    }

    [Theory]
    [InlineData("{name: six, ssh: 'ssh://me@[fd00::6]:2222', address: 'fd00::6'}")]
    [InlineData("{name: h1, ssh: me@one.example.org, address: one.internal}")]
    [InlineData("{name: h1, ssh: alias_of-mine, address: 10.0.0.11}")]
    public void Names_and_addresses_of_every_kind_can_be_used(string host) => Read($"format: 1\nhosts:\n  - {host}\n");

    [Fact]
    public void A_file_that_is_not_there_is_told()
    {
        var (inventory, problems) = InventoryReader.Read(Path.Combine(_folder, "nowhere.yaml"));

        Assert.Null(inventory);
        Assert.Contains("nowhere.yaml", Assert.Single(problems).ToString());
    }

    private Inventory Read(string text)
    {
        File.WriteAllText(Path.Combine(_folder, "hosts.yaml"), text);
        var (inventory, problems) = InventoryReader.Read(Path.Combine(_folder, "hosts.yaml"));
        Assert.Empty(problems);
        return inventory!;
    }
}
