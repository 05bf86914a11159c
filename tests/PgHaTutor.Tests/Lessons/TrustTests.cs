using PgHaTutor.Labs;
using PgHaTutor.Lessons;
using PgHaTutor.Sessions;

namespace PgHaTutor.Tests.Lessons;

/// <summary>A course from elsewhere runs nothing before I have seen what it would run.</summary>
public sealed class TrustTests : IDisposable
{
    private readonly LessonOnDisk _disk = new();

    private string TrustPath => _disk.PathOf("trust");

    [Fact]
    public void I_see_every_command_with_its_node_host_and_user()
    {
        _disk.Change("01-one/01-lesson/lesson.md", "type: streaming_from\ntitle: It streams\nnode: standby\nfrom: primary", "type: triggered\ntitle: It streams\nnode: standby\nsh: pg_ctl restart\nthen: {type: sql, node: primary, query: select 7, expect: \"7\"}");

        var trust = Trust.Of(CourseReader.Read(_disk.Folder), recipe => recipe.Nodes.ToDictionary(node => node.Name, node => new Place($"host of {node.Name}", "somebody")));

        Assert.Equal(
            [
                "some.lesson settings primary: work_mem = 8MB",
                "some.lesson setup primary: create table t(id int)",
                "some.lesson step insert primary: insert into t values (1);",
                "some.lesson step look standby: psql -c 'select 1'",
                "some.lesson check arrived standby: select count(*) from t",
                "some.lesson check streams standby: pg_ctl restart",
                "some.lesson check streams primary: select 7",
                "some.lesson prediction p-count standby: select count(*) from t",
                "some.lesson wrong-other.sh primary: # fails: arrived because nothing is written\n# instead of: insert\necho nothing",
                "some.exercise fault.sh primary: pg_ctl stop",
                "some.exercise solution-a.sh primary: pg_ctl start",
                "some.exercise solution-b.sh primary: postgres &",
                "some.exercise wrong-a.sh primary: # fails: runs because it does nothing\ntrue",
            ],
            trust.Commands.Select(command => $"{command.Lesson} {command.Origin} {command.Node}: {command.Text.TrimEnd()}"));
        Assert.All(trust.Commands, command => Assert.Equal($"host of {command.Node}, as somebody", $"{command.Place}"));
    }

    [Fact]
    public void I_see_the_hosts_and_users_of_the_target_where_the_commands_would_run()
    {
        var inventory = _disk.PathOf("hosts.yaml");
        File.WriteAllText(inventory, "format: 1\nbecome: pg\nhosts:\n  - {name: h1, ssh: one.example, nodes: [primary]}\n  - {name: h2, nodes: [standby]}\n");

        Assert.Equal(["h1, one.example, as pg", "h2, as pg"], Places($"ssh:{inventory}"));
        Assert.Equal(["the container of primary, as postgres", "the container of standby, as postgres"], Places("docker"));
        Assert.StartsWith("local, as ", Assert.Single(Places(Targets.Local).Distinct()));

        IReadOnlyList<string> Places(string target) =>
            [.. Trust.Of(CourseReader.Read(_disk.Folder), Targets.PlacesOn(target)).Commands.Where(command => command.Lesson == "some.lesson").Select(command => $"{command.Place}").Distinct()];
    }

    [Fact]
    public void Trust_is_for_these_files_and_not_for_later_ones()
    {
        var file = new TrustFile(TrustPath);
        file.Add(HashNow());
        Assert.True(new TrustFile(TrustPath).Knows(HashNow()));

        _disk.Write("01-one/02-exercise/fault.sh", "rm -rf /\n");

        Assert.False(file.Knows(HashNow()));
    }

    [Fact]
    public void Each_trusted_course_is_remembered_also_behind_a_torn_line()
    {
        File.WriteAllText(TrustPath, "aaaa\nbbb");
        var file = new TrustFile(TrustPath);

        file.Add("cccc");

        Assert.Equal("aaaa\nbbb\ncccc\n", File.ReadAllText(TrustPath));
        Assert.True(file.Knows("aaaa"));
        Assert.False(file.Knows("bbbb"));
    }

    [Fact]
    public void A_trust_file_that_cannot_be_read_trusts_nothing_and_says_why_it_keeps_nothing()
    {
        Directory.CreateDirectory(TrustPath);

        Assert.False(new TrustFile(TrustPath).Knows("aaaa"));
        Assert.Contains(TrustPath, Assert.Throws<IOException>(() => new TrustFile(TrustPath).Add("aaaa")).Message);
    }

    public void Dispose() => _disk.Dispose();

    private string HashNow() => Trust.Of(CourseReader.Read(_disk.Folder), Targets.PlacesOn(Targets.Local)).Hash;
}
