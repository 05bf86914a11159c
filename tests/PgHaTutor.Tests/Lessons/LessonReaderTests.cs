using PgHaTutor.Checks;
using PgHaTutor.Labs;
using PgHaTutor.Lessons;

namespace PgHaTutor.Tests.Lessons;

/// <summary>What a good lesson file becomes.</summary>
public sealed class LessonReaderTests : IDisposable
{
    private readonly LessonOnDisk _disk = new();

    [Fact]
    public void A_good_lesson_has_no_problem_and_keeps_all_that_it_says()
    {
        var (lesson, problems) = CourseReader.ReadLesson(_disk.LessonFile);

        Assert.Empty(problems);
        Assert.NotNull(lesson);
        Assert.Equal(("some.lesson", "A lesson", 2, 9), (lesson.Id, lesson.Title, lesson.Level, lesson.Minutes["ssh"]));
        Assert.Equal((14, (int?)17, "pg_ctl"), (lesson.MinimumVersion, lesson.MaximumVersion, lesson.NeedsTools.Single()));
        Assert.Equal(["prose", "callout", "prediction", "step", "check", "check", "hint", "step"], lesson.Blocks.Select(Kind));
        Assert.Equal([15, 19, 22, 29, 33, 46, 53, 57], lesson.Blocks.Select(block => block.Line));
        Assert.Equal("# A lesson\n\nSome prose.", ((ProseBlock)lesson.Blocks[0]).Markdown);
        Assert.Equal("A note.", ((CalloutBlock)lesson.Blocks[1]).Markdown);
    }

    [Fact]
    public void The_start_state_is_read_node_by_node()
    {
        var recipe = Read().Recipe;

        Assert.Equal((NodeRole.Primary, "8MB", "create table t(id int)"), (recipe["primary"]!.Role, recipe["primary"]!.Settings["work_mem"], recipe["primary"]!.Setup));
        Assert.Equal((NodeRole.Standby, "primary", "s1", true, "1h"), (recipe["standby"]!.Role, recipe["standby"]!.Of, recipe["standby"]!.Slot, recipe["standby"]!.Sync, recipe["standby"]!.Delay));
        Assert.Equal([new Parameter("slot", "name"), new Parameter("size", "number") { Minimum = 1, Maximum = 9 }], Read().Parameters);
    }

    [Fact]
    public void A_check_is_of_its_own_type_with_its_tense_time_and_needs()
    {
        var checks = Read().Checks;

        Assert.Equal(["one-writer", "arrived", "streams"], checks.Select(check => check.Id));
        var arrived = Assert.IsType<SqlCheck>(checks[1]);
        Assert.Equal(("insert", "standby", "1", Tense.State), (arrived.Step, arrived.Node, arrived.Expect, arrived.Tense));
        Assert.Equal((20.0, 0.5), (arrived.Within.TotalSeconds, arrived.Stable.TotalSeconds));
        Assert.Equal(["streams"], arrived.Needs);
        Assert.Equal("No receiver.", arrived.OnFail.Single().Say);
        Assert.Equal((Tense.Invariant, "primary"), (checks[0].Tense, checks[0].Node));
        Assert.True(checks[2].FromStart);
    }

    [Fact]
    public void A_check_without_a_title_is_called_by_its_kind_and_node()
    {
        _disk.Change("01-one/01-lesson/lesson.md", "title: It streams\n", "");

        Assert.Equal("streaming from (standby)", Read().Checks[2].Title);
    }

    [Fact]
    public void A_prediction_belongs_to_the_next_step()
    {
        var prediction = Read().Predictions.Single();

        Assert.Equal(("insert", "standby"), (prediction.Step, prediction.Observe.Node));
        Assert.Equal(["0", "one"], prediction.Choices.Select(choice => choice.Text));
        Assert.Null(prediction.Choices[0].When);
        Assert.Equal("value == 1", prediction.Choices[1].When!.Text);
    }

    [Fact]
    public void A_script_is_cut_into_parts_by_node()
    {
        _disk.Write("01-one/01-lesson/wrong-other.sh", "# fails: arrived because nothing is written\n# instead of: insert\n\n## on standby\npg_ctl stop\n## on primary\necho a\necho b\n");

        var wrong = Read().WrongAnswers.Single();

        Assert.Equal(("arrived", "nothing is written", "insert"), (wrong.Check, wrong.Why, wrong.At));
        Assert.Equal([new ScriptPart("standby", "pg_ctl stop\n"), new ScriptPart("primary", "echo a\necho b\n")], wrong.Script.Parts);
    }

    [Fact]
    public void Line_ends_of_another_system_and_a_byte_order_mark_do_not_matter()
    {
        _disk.Write("01-one/01-lesson/lesson.md", "\uFEFF" + LessonOnDisk.Lesson.Replace("\n", "\r\n"));

        Assert.Equal("insert into t values (1);", Read().Steps.First().Text);
    }

    [Fact]
    public void An_indented_fence_gives_its_command_without_the_indentation()
    {
        _disk.Change("01-one/01-lesson/lesson.md", "```sh {step=look on=standby optional=true}\npsql -c 'select 1'\n```", "  ~~~sh {step=look on=standby optional=true}\n  if true; then\n    echo\n  fi\n  ~~~");

        Assert.Equal("if true; then\n  echo\nfi", Read().Steps.Last().Text);
    }

    [Fact]
    public void Every_change_beside_a_lesson_changes_its_hash()
    {
        var before = Read().ContentHash;
        Assert.Equal(before, Read().ContentHash);

        _disk.Write("01-one/01-lesson/note.txt", "x");

        Assert.NotEqual(before, Read().ContentHash);
    }

    [Theory]
    [InlineData("type: sql\nnode: standby\nquery: select 1\nrows: [[a, null], [b, \"2\"]]", typeof(SqlCheck))]
    [InlineData("type: sql\nnode: standby\nquery: select 1\nwhere: value > 3 && some_column == \"x\"", typeof(SqlCheck))]
    [InlineData("type: sql\nnode: standby\nquery: select x\nsqlstate: \"42703\"\nuser: me\ndatabase: other", typeof(SqlCheck))]
    [InlineData("type: role\nnode: standby\nexpect: standby", typeof(RoleCheck))]
    [InlineData("type: streaming_from\nnode: standby\nfrom: primary\nslot: $SLOT", typeof(StreamingFromCheck))]
    [InlineData("type: same_system\nnodes: [standby, primary]", typeof(SameSystemCheck))]
    [InlineData("type: same_system\nnode: standby\nbaseline: true", typeof(SameSystemCheck))]
    [InlineData("type: timeline\nnode: standby\nequals: 2", typeof(TimelineCheck))]
    [InlineData("type: timeline\nnode: standby\nabove: start", typeof(TimelineCheck))]
    [InlineData("type: caught_up\nnode: standby\nfrom: primary", typeof(CaughtUpCheck))]
    [InlineData("type: slot\nnode: standby\nslot: s\nactive: false\nwal_status: [reserved, extended]", typeof(SlotCheck))]
    [InlineData("type: slot\nnode: standby\nslot: s\nexists: false", typeof(SlotCheck))]
    [InlineData("type: setting\nnode: standby\nname: work_mem\nwhere: value >= 8192\nsource_file: postgresql.conf\npending_restart: false", typeof(SettingCheck))]
    [InlineData("type: setting\nnode: standby\nname: work_mem\npending_restart: true", typeof(SettingCheck))]
    [InlineData("type: refuses\nnode: standby\nquery: create table x()\nsqlstate: [\"25006\", 55000]", typeof(RefusesCheck))]
    [InlineData("type: same_rows\nnodes: [standby, primary]\ntable: [a, b]", typeof(SameRowsCheck))]
    [InlineData("type: single_writable_primary\nnodes: [standby, primary]\nat_most: true", typeof(SingleWritablePrimaryCheck))]
    [InlineData("type: server\nnode: standby\nstate: running\nsince: start", typeof(ServerCheck))]
    [InlineData("type: backup_valid\nnode: standby\npath: $BACKUP_DIR/b\nskip_wal: true\nignore: [postgresql.conf]", typeof(BackupValidCheck))]
    [InlineData("type: file\nnode: standby\npath: $PGDATA/x\nmode: [\"0700\"]\nowner: server\ncontains: '^a$'\nlacks: b+", typeof(FileCheck))]
    [InlineData("type: log\nnode: standby\ncontains: 'FATAL'\nabsent: true", typeof(LogCheck))]
    [InlineData("type: port\nnode: standby\nlistening: false", typeof(PortCheck))]
    [InlineData("type: triggered\nnode: standby\nsh: true\nthen: {type: role, node: standby, expect: standby, within: 3s}", typeof(TriggeredCheck))]
    [InlineData("type: script\nnode: standby\nrun: |\n  exit 0", typeof(ScriptCheck))]
    public void Every_kind_of_check_can_be_written(string body, Type kind)
    {
        _disk.Change("01-one/01-lesson/lesson.md", "type: streaming_from\ntitle: It streams\nnode: standby\nfrom: primary", "title: It streams\n" + body);

        var check = Read().Checks.Single(check => check.Id == "streams");

        Assert.IsType(kind, check);
        Assert.Equal("standby", check.Node);
        Assert.Equal("It streams", check.Title);
    }

    [Fact]
    public void The_course_is_in_the_order_of_its_folders()
    {
        _disk.Write("00-zero/README.md", "# Zero\n");
        _disk.Write("00-zero/01-first/lesson.md", LessonOnDisk.Lesson.Replace("some.lesson", "zero.lesson"));

        var course = CourseReader.Read(_disk.Folder);

        Assert.Empty(course.Problems);
        Assert.Equal([("00-zero", "Zero"), ("01-one", "One")], course.Modules.Select(module => (module.Name, module.Title)));
        Assert.Equal(["zero.lesson", "some.lesson", "some.exercise"], course.Lessons.Select(lesson => lesson.Id));
    }

    public void Dispose() => _disk.Dispose();

    private Lesson Read()
    {
        var (lesson, problems) = CourseReader.ReadLesson(_disk.LessonFile);
        Assert.Empty(problems);
        return lesson!;
    }

    private static string Kind(Block block) => block.GetType().Name.Replace("Block", "").ToLowerInvariant();
}
