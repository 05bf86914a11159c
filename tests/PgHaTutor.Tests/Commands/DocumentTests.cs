using System.Text.Json;
using PgHaTutor.Checks;
using PgHaTutor.Commands;
using PgHaTutor.Labs;

namespace PgHaTutor.Tests.Commands;

/// <summary>The names that scripts rely on.</summary>
public sealed class DocumentTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Check_has_the_names_of_the_contract()
    {
        var result = new CheckResult(
            new RoleCheck { Id = "c1", Expect = ServerRole.Primary, Step = "s1", Tense = Tense.Milestone, Title = "It accepts writes", Node = "primary" },
            Answer.CannotTell, new Finding(Answer.CannotTell, "it is down") { Node = "primary", Query = "select 1", Expected = "primary", Observed = "nothing" }, Noon);

        var json = JsonSerializer.Serialize(CheckDocument.Of("a.b", [result]), DocumentJson.OnOneLine.CheckDocument);

        Assert.Equal(
            """{"lesson":"a.b","answer":"cannot_tell","checks":[{"id":"c1","step":"s1","title":"It accepts writes","tense":"milestone","answer":"cannot_tell","node":"primary","query":"select 1","expected":"primary","observed":"nothing","reason":"it is down","explanation":null,"at":"2026-01-02T12:00:00+00:00"}]}""",
            json);
    }

    [Fact]
    public void A_blocked_check_has_asked_nothing_and_says_null()
    {
        var result = new CheckResult(new RoleCheck { Id = "c1", Expect = ServerRole.Primary }, Answer.Blocked, new Finding(Answer.Blocked, "waits"), Noon);

        var check = JsonSerializer.SerializeToElement(CheckDocument.Of("a.b", [result]), DocumentJson.OnOneLine.CheckDocument).GetProperty("checks")[0];

        foreach (var name in new[] { "query", "expected", "observed" })
            Assert.Equal(JsonValueKind.Null, check.GetProperty(name).ValueKind);
    }

    [Fact]
    public void Status_has_the_names_of_the_contract_and_null_for_what_is_not_known()
    {
        var lab = new Lab
        {
            Id = "lab1", LessonId = "a.b", Directory = "/d", SocketDirectory = "/s", Recipe = new Recipe([]), Nodes = [],
            Credentials = new Credentials("postgres", "", "replicator", ""),
        };
        var seen = new Observation(Noon, [new NodeObservation("primary", NodeState.Running) { Host = "local", Port = 5, DataDirectory = "/d/p", InRecovery = false, Lsn = new Lsn(0x1_0000_00FF) }, new NodeObservation("standby", NodeState.Stopped)], ["two writers"]);

        var json = JsonSerializer.SerializeToElement(StatusDocument.Of(lab, seen), DocumentJson.OnOneLine.StatusDocument);

        Assert.Equal("lab1", json.GetProperty("lab").GetString());
        Assert.Equal("two writers", json.GetProperty("contradictions")[0].GetString());
        var node = json.GetProperty("nodes")[0];
        Assert.Equal(("running", "primary", "1/FF"), (node.GetProperty("state").GetString(), node.GetProperty("role").GetString(), node.GetProperty("lsn").GetString()));
        foreach (var name in new[] { "name", "host", "port", "data", "version", "state", "role", "system_identifier", "timeline", "lsn", "receive_lsn", "replay_lsn", "senders", "receiver", "slots" })
            Assert.True(node.TryGetProperty(name, out _), name);
        Assert.Equal(JsonValueKind.Null, node.GetProperty("receiver").ValueKind);
        Assert.Equal(0, node.GetProperty("slots").GetArrayLength());
        foreach (var name in new[] { "role", "senders", "receiver", "slots", "timeline" })
            Assert.Equal(JsonValueKind.Null, json.GetProperty("nodes")[1].GetProperty(name).ValueKind);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0, Answer.Passed)]
    [InlineData(1, Answer.Passed, Answer.CannotTell, Answer.Failed)]
    [InlineData(3, Answer.Blocked, Answer.CannotTell, Answer.Passed)]
    [InlineData(1, Answer.Passed, Answer.Blocked)]
    public void The_answers_of_several_checks_come_to_one_exit_code(int expected, params Answer[] answers)
    {
        var results = answers.Select(answer => new CheckResult(new RoleCheck { Id = "c", Expect = ServerRole.Primary }, answer, new Finding(answer, ""), Noon)).ToList();

        Assert.Equal(expected, Answers.ExitCode(Answers.Of(results)));
    }
}
