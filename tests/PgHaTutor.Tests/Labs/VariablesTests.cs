using PgHaTutor.Hosts;
using PgHaTutor.Labs;

namespace PgHaTutor.Tests.Labs;

public sealed class VariablesTests
{
    private static readonly Lab Pair = Make();

    [Fact]
    public void A_command_finds_its_own_node_and_every_other_one()
    {
        var variables = Variables.For(Pair, Pair["far-standby"]);
        Assert.Equal("/labs/x/nodes/far-standby", variables["PGDATA"]);
        Assert.Equal("55433", variables["PGPORT"]);
        Assert.Equal("55432", variables["PRIMARY_PORT"]);
        Assert.Equal("/labs/x/log/far-standby.log", variables["FAR_STANDBY_LOG"]);
        Assert.Equal("127.0.0.1", variables["FAR_STANDBY_HOST"]);
        Assert.Equal("postgres", variables["PGUSER"]);
        Assert.Equal("ada_slot", variables["SLOT"]);
        Assert.StartsWith("/usr/lib/postgresql/15/bin:", variables["PATH"]);
        Assert.False(variables.ContainsKey("PGPASSWORD"));
    }

    [Fact]
    public void A_text_without_a_node_still_knows_the_lab() =>
        Assert.False(Variables.For(Pair, null).ContainsKey("PGDATA"));

    [Theory]
    [InlineData("-p $PRIMARY_PORT -D \"${PGDATA}\"", "-p 55432 -D \"/labs/x/nodes/primary\"")]
    [InlineData("$SLOTS $NOBODY ${NOBODY} $1 $$ $", "$SLOTS $NOBODY ${NOBODY} $1 $$ $")]
    [InlineData("do $do$ begin end $do$", "do $do$ begin end $do$")]
    public void I_can_see_a_command_with_every_variable_expanded(string text, string expanded) =>
        Assert.Equal(expanded, Variables.Expand(text, Variables.For(Pair, Pair["primary"])));

    private static Lab Make()
    {
        var installation = new Installation("/usr/lib/postgresql/15/bin", "15.18", 15);
        var host = new LocalHost();
        Node Node(string name, int port) => new(name, host, $"/labs/x/nodes/{name}", $"/labs/x/log/{name}.log", port, installation);
        return new Lab
        {
            Id = "x",
            LessonId = "any.lesson",
            Directory = "/labs/x",
            SocketDirectory = "/tmp/x",
            Recipe = new Recipe([]),
            Nodes = [Node("primary", 55432), Node("far-standby", 55433)],
            Credentials = new Credentials("postgres", "a", "replicator", "b"),
            Parameters = new Dictionary<string, string> { ["SLOT"] = "ada_slot" },
        };
    }
}
