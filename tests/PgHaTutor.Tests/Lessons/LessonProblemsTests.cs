using PgHaTutor.Lessons;

namespace PgHaTutor.Tests.Lessons;

/// <summary>One mistake in a good course, and what an author is told about it.</summary>
public sealed class LessonProblemsTests : IDisposable
{
    private readonly LessonOnDisk _disk = new();

    /// <summary>The lesson with one text replaced by another.</summary>
    [Theory]
    // The front matter.
    [InlineData("title: A lesson", "titel: A lesson",
        "2:1: The front matter needs 'title'. Add title.",
        "4:1: 'titel' is no field of the front matter. Did you mean 'title'?")]
    [InlineData("format: 1", "format: 2", "2:9: This lesson is refused: it is of format 2, and this program knows format 1. Update the program.")]
    [InlineData("format: 1\n", "", "2:1: The front matter needs 'format'. Add format.")]
    [InlineData("id: some.lesson", "id: Some Lesson", "3:5: 'Some Lesson' cannot be the id of a lesson. Write a word for its module, a dot and a word for itself, in small letters, digits and '-': streaming.first-standby.")]
    [InlineData("id: some.lesson", "id: lesson", "3:5: 'lesson' cannot be the id of a lesson. Write a word for its module, a dot and a word for itself, in small letters, digits and '-': streaming.first-standby.")]
    [InlineData("level: 2", "level: 4", "5:8: 'level' is a whole number from 1 to 3, not '4'. Write such a number.")]
    [InlineData("level: 2", "level:", "5:1: 'level' has no value. Write one behind the colon.")]
    [InlineData("{local: 5, ssh: 9}", "{local: soon, moon: 9}",
        "6:18: 'local' is a whole number from 1 to 1000, not 'soon'. Write such a number.",
        "6:24: 'moon' is no field of minutes. The fields are: local, docker, ssh.")]
    [InlineData("\">=14 <18\"", "\"=>14\"", "7:14: '=>14' is no range of versions. Write \">=13\", or \">=13 <17\".")]
    [InlineData("\">=14 <18\"", "\">=18 <16\"", "7:14: No version is in the range '>=18 <16' (the lab begins with 13). Turn the signs round, or leave one end open.")]
    [InlineData("tools: [pg_ctl]", "tols: [pg_ctl]", "7:25: 'tols' is no field of needs. Did you mean 'tools'?")]
    [InlineData("objectives: [see it]", "objectives: [see it, [and more]]", "8:22: An entry of 'objectives' is one text. Write it so, in quotes if it has signs in it.")]
    [InlineData("level: 2\n", "level: 2\nlevel: 3\n", "6:1: 'level' stands here twice. Remove one of them.")]
    [InlineData("level: 2", "\tlevel: 2", "5:1: A tab indents this line; YAML wants blanks. Replace the tab by blanks.")]
    [InlineData("title: A lesson", "title: A lesson: good", "4:16: This is not YAML: While scanning a plain scalar value, found invalid mapping. Look at the indentation, the colons and the quotes here and in the line above; a text with ': ' or ' #' in it needs quotes.")]
    [InlineData("title: A lesson", "title: &a A lesson", "4:8: Anchors (&name) are not used in lessons. Put quotes around a text that begins with '&'.")]
    [InlineData("title: A lesson", "title: *a", "4:8: Aliases (*name) are not used in lessons. Write the value out.")]
    [InlineData("---\n# A lesson", "# A lesson", "1:1: The front matter is not closed. Put it between two lines '---' at the very top; lessons/README.md shows one.")]
    [InlineData("---\nformat", "format", "1:1: The lesson does not begin with its front matter. Put it between two lines '---' at the very top; lessons/README.md shows one.")]
    // The start state.
    [InlineData("role: standby", "role: standbi", "11:19: 'standbi' is no role of the node 'standby'. Did you mean 'standby'?")]
    [InlineData("of: primary", "of: primry", "11:32: There is no node 'primry' in this lesson. Did you mean 'primary'?")]
    [InlineData("of: primary", "of: standby", "11:32: Nobody can begin here: standby follows standby. Let one of them be the primary.")]
    [InlineData(", of: primary", "", "11:12: The node 'standby' needs 'of'. Add of.")]
    [InlineData("{role: primary, settings", "{role: empty, settings",
        "10:26: 'settings' has no meaning here: an empty node has no configuration file. Remove it.",
        "10:53: 'setup' has no meaning here: only a primary has it. Remove it.",
        "11:32: 'standby' cannot follow 'primary': no server runs there. Make 'primary' a primary or a standby.")]
    [InlineData("delay: 1h", "delay: long", "11:70: 'long' is no delay. Write a whole number with its unit, as PostgreSQL does: 500ms, 30s, 5min, 1h.")]
    [InlineData("sync: true", "sync: yes", "11:57: 'sync' is true or false, not 'yes'. Write one of the two.")]
    [InlineData("  standby: {", "  Standby_2: {",
        "11:3: 'Standby_2' cannot be the name of a node. Begin with a small letter; go on with small letters, digits and '-'; 20 at most.",
        "25:17: There is no node 'standby' in this lesson. Did you mean 'Standby_2'?",
        "36:7: There is no node 'standby' in this lesson. Did you mean 'Standby_2'?",
        "42:11: No fact is called 'standby.receiver', so it would always be null. Did you mean 'Standby_2.receiver'?",
        "49:7: There is no node 'standby' in this lesson. Did you mean 'Standby_2'?",
        "57:21: There is no node 'standby' in this lesson. Did you mean 'Standby_2'?")]
    [InlineData("  standby: {", "  receiver: {",
        "11:3: A node cannot be called 'receiver': conditions use that word for a fact. Name it by its part: primary, standby, replica.",
        "25:17: There is no node 'standby' in this lesson. The nodes are: primary, receiver.",
        "36:7: There is no node 'standby' in this lesson. The nodes are: primary, receiver.",
        "42:11: No fact is called 'standby.receiver', so it would always be null. The facts are: value, rows, observed, expected, error, sqlstate, state, role, timeline, system_identifier, lsn, receive_lsn, replay_lsn, pause_state, receiver, receiver.status, receiver.sender_host, receiver.sender_port, receiver.slot, senders, slots, problem, port; and those of a node: primary.state.",
        "49:7: There is no node 'standby' in this lesson. The nodes are: primary, receiver.",
        "57:21: There is no node 'standby' in this lesson. The nodes are: primary, receiver.")]
    [InlineData("  primary: {role: primary,", "  third: {role: standby, of: fourth}\n  fourth: {role: standby, of: third}\n  primary: {role: primary,",
        "10:30: Nobody can begin here: third follows fourth follows third. Let one of them be the primary.",
        "11:31: Nobody can begin here: fourth follows third follows fourth. Let one of them be the primary.")]
    [InlineData("params: {slot: {kind: name}", "params: {PGPORT: {kind: name}", "12:10: 'PGPORT' cannot be the name of a parameter. Begin with a small letter; go on with small letters, digits and '_'; 30 at most.")]
    [InlineData("params: {slot: {kind: name}", "params: {pgport: {kind: name}", "12:10: The variable $PGPORT is taken already. Choose another name.")]
    [InlineData("params: {slot: {kind: name}", "params: {standby_port: {kind: nam}",
        "12:10: The variable $STANDBY_PORT is taken already. Choose another name.",
        "12:31: 'nam' is no kind of the parameter 'standby_port'. Did you mean 'name'?")]
    [InlineData("min: 1, max: 9", "min: 9, max: 1", "12:36: No number lies between 9 and 1. Let min be the smaller one; without them it is 0 to 100.")]
    [InlineData("title: One writer", "titel: One writer",
        "13:62: 'titel' is no field of a check of type single_writable_primary. Did you mean 'title'?")]
    [InlineData("id: one-writer", "id: arrived", "33:14: There is a check 'arrived' already. Give this one another id.")]
    // Fences, callouts and commands.
    [InlineData("```sql {step=insert on=primary edit=true}", "```sql {step=insert on=primry edit=true}", "29:24: There is no node 'primry' in this lesson. Did you mean 'primary'?")]
    [InlineData("```sql {step=insert on=primary edit=true}", "```sql {step=insert on=primary edits=true}", "29:32: 'edits' is no field of a step. Did you mean 'edit'?")]
    [InlineData("```sql {step=insert on=primary edit=true}", "```sql {step=insert on=primary edit}", "29:32: 'edit' has no value. Write name=value, with a blank between the pairs.")]
    [InlineData("```sql {step=insert on=primary edit=true}", "```sql {step=insert on=primary edit=1}", "29:37: 'edit' is true or false, not '1'. Write one of the two.")]
    [InlineData("```sql {step=insert on=primary edit=true}", "```sql {step=insert on=primary edit=true", "29:41: The brace is not closed. Add '}' at the end of the line.")]
    [InlineData("```sql {step=insert on=primary edit=true}", "```sql {step=insert edit=true}", "29:8: A step needs 'on'. Add on.")]
    [InlineData("```sh {step=look on=standby optional=true}", "```bash {step=look on=standby optional=true}", "57:1: A fence 'bash' with braces means nothing. Did you mean 'sh'?")]
    [InlineData("```sh {step=look on=standby optional=true}\npsql -c 'select 1'", "```host {step=look on=standby optional=true}\ncut",
        "57:1: The step 'look' fails where all nodes live on one host. Write needs: {hosts: 2} in the front matter, or hosts=several here.")]
    [InlineData("```sh {step=look on=standby optional=true}", "```sh {step=look on=standby expect=failure}", "57:36: 'failure' is no expect of a step. Write 'fail', or leave it out.")]
    [InlineData("```sh {step=look on=standby optional=true}", "```sh {step=insert on=standby optional=true}", "57:13: There is a step 'insert' already. Give this one another id.")]
    [InlineData("psql -c 'select 1'\n```", "psql -c 'select 1'", "57:1: This fence is never closed; all that follows is inside it. Add a line ``` where it ends.")]
    [InlineData("psql -c 'select 1'\n", "", "57:1: The step has no command. Write it between the fences.")]
    [InlineData("> A note.", "> - ```sh {step=x on=primary}\n>   true\n>   ```", "20:5: A step, check, prediction or hint stands inside a list or a quote. Move it to the left margin.")]
    [InlineData("[!NOTE]", "[!NOTICE]", "19:5: 'NOTICE' is no kind of callout. Did you mean 'NOTE'?")]
    [InlineData("psql -c 'select 1'", "psql -p 55432 -c 'select 1'", "58:9: The port 55432 is written out; every lab has ports of its own. Use $PGPORT or $NODE_PORT.")]
    [InlineData("psql -c 'select 1'", "psql -c 'select 50000, 5432'", "58:24: The port 5432 is written out; every lab has ports of its own. Use $PGPORT or $NODE_PORT.")]
    [InlineData("psql -c 'select 1'", "cat /etc/postgresql/15/main/pg_hba.conf", "58:5: The folder /etc/postgresql/15/main/pg_hba.conf is written out; it is not the lab's, or not on every machine. Use $PGDATA, $PGLOG, $LAB_DIR, $SOCKET_DIR, $BACKUP_DIR or $ARCHIVE_DIR; programs are on the PATH.")]
    [InlineData("psql -c 'select 1'", "psql -p $REPLICA_PORT", "58:9: No node gives the variable $REPLICA_PORT. The nodes are: primary, standby.")]
    // Checks.
    [InlineData("type: sql", "type: sqll", "34:7: 'sqll' is no type of a check. Did you mean 'sql'?")]
    [InlineData("type: sql\n", "", "34:1: A check needs 'type'. Add type.")]
    [InlineData("node: standby\nquery", "nod: standby\nquery",
        "34:1: A check of type sql needs 'node'. Add node.",
        "36:1: 'nod' is no field of a check of type sql. Did you mean 'node'?")]
    [InlineData("node: standby\nquery", "node: stanby\nquery", "36:7: There is no node 'stanby' in this lesson. Did you mean 'standby'?")]
    [InlineData("query: select", "query:\nx: select",
        "37:1: 'query' has no value. Write one behind the colon.",
        "38:1: 'x' is no field of a check of type sql. The fields are: type, expect, rows, where, sqlstate, node, query, user, database, title, within, stable, on_fail.")]
    [InlineData("expect: \"1\"\n", "expect: \"1\"\nwhere: value == 1\n", "39:1: 'where' and 'expect' exclude each other. Keep one of them.")]
    [InlineData("expect: \"1\"\n", "", "34:1: A check of type sql needs one of: expect, rows, where, sqlstate. Add one.")]
    [InlineData("expect: \"1\"", "where: value = 1", "38:14: This is not a condition: '=' alone is no operator; equality is '=='. A condition compares facts: role == \"primary\" && senders > 0.")]
    [InlineData("expect: \"1\"", "sqlstate: abc", "38:11: 'abc' is no SQLSTATE. Write five digits or capital letters in quotes: \"25006\" (PostgreSQL manual, appendix A).")]
    [InlineData("within: 20s", "within: 20 seconds", "39:9: '20 seconds' is no time. Write a whole number with its unit: 500ms, 20s or 2min.")]
    [InlineData("when: standby.receiver == null", "when: standby.reciever == null", "42:11: No fact is called 'standby.reciever', so it would always be null. Did you mean 'receiver'?")]
    [InlineData("when: standby.receiver == null && value != 1", "when: value matches \"(\"", "42:25: This is not a condition: not a regular expression: Invalid pattern '(' at offset 1. Not enough )'s. A condition compares facts: role == \"primary\" && senders > 0.")]
    [InlineData("when: standby.receiver == null && value != 1", "when: value == 'a", "42:20: This is not a condition: the text is not closed. A condition compares facts: role == \"primary\" && senders > 0.")]
    [InlineData("    say: No receiver.", "    says: No receiver.",
        "42:5: An entry of on_fail needs 'say'. Add say.",
        "43:5: 'says' is no field of an entry of on_fail. Did you mean 'say'?")]
    [InlineData("on_fail:\n  - when", "on_fail:\n    when", "42:5: 'on_fail' is a list. Begin each entry with '- ' on a line of its own, or put them into [ ].")]
    [InlineData("step=insert needs", "step=insrt needs", "33:27: There is no step 'insrt' in this lesson. Did you mean 'insert'?")]
    [InlineData("needs=[streams]", "needs=[stream]", "33:41: There is no check 'stream' in this lesson. Did you mean 'streams'?")]
    [InlineData("needs=[streams]", "needs=[arrived]", "33:40: None of these can ever pass: arrived needs arrived. Take one of them out.")]
    [InlineData("id=streams from_start=true", "id=streams needs=[arrived]",
        "33:40: None of these can ever pass: arrived needs streams needs arrived. Take one of them out.",
        "46:28: None of these can ever pass: streams needs arrived needs streams. Take one of them out.")]
    [InlineData("id=streams from_start=true", "id=streams step=look",
        "33:40: 'streams' belongs to a later step, 'look', and cannot have passed yet. Need only what an earlier step, or this one, makes true.",
        "57:1: The step 'look' has a check and no hint. Add one: ```hint {step=look tier=1}")]
    [InlineData("id=streams from_start=true", "id=arrived from_start=true",
        "33:41: There is no check 'streams' in this lesson. The checks are: one-writer, arrived.",
        "46:14: There is a check 'arrived' already. Give this one another id.")]
    [InlineData("id=streams from_start=true", "kind=always",
        "33:41: There is no check 'streams' in this lesson. The checks are: one-writer, arrived.",
        "46:10: A check needs 'id'. Add id.",
        "46:16: 'always' is no kind of a check. The words for it are: milestone, state, invariant.")]
    [InlineData("type: streaming_from", "type: streaming_from\nfrm: primary", "48:1: 'frm' is no field of a check of type streaming_from. Did you mean 'from'?")]
    [InlineData("from: primary", "from: standby", "50:7: 'standby' is the check's own node. Name the node that it follows.")]
    [InlineData("type: streaming_from\ntitle: It streams\nnode: standby\nfrom: primary\n", "", "46:1: The body of a check is empty. Write 'name: value' lines between the fences.")]
    [InlineData("type: streaming_from\ntitle: It streams\nnode: standby\nfrom: primary\n", "just text\n", "47:1: The body of a check is 'name: value' lines. Write one field a line.")]
    // Predictions.
    [InlineData("{say: one, when: value == 1}", "{say: one}", "24:16: A choice needs 'when'. Add when.")]
    [InlineData("{say: one, when: value == 1}", "\"0\"", "24:16: The choice '0' stands here twice, or its condition does. Let exactly one choice hold for every outcome.")]
    [InlineData(", {say: one, when: value == 1}", "", "24:10: A prediction has at least two choices. Write choices: [\"true\", \"false\"].")]
    [InlineData("when: value == 1}", "when: values == 1}", "24:33: No fact is called 'values', so it would always be null. Did you mean 'value'?")]
    [InlineData("observe: {node: standby, sql: select count(*) from t}", "observe: {}",
        "24:11: A choice without a condition is compared with 'value', and a step's own end has none. Write {say: …, when: \"exit_code == 0\"}, or observe with node and sql.",
        "24:33: No fact is called 'value', so it would always be null. The facts are: exit_code, output, seconds.")]
    [InlineData("observe: {node: standby, sql: select count(*) from t}", "observe: {node: standby}", "25:10: Observe needs 'sql'. Add sql.")]
    [InlineData("sql: select count(*) from t}", "sql: select 1, node: standby}", "25:41: 'node' stands here twice. Remove one of them.")]
    [InlineData("ask: How many?\n", "", "23:1: A prediction needs 'ask'. Add ask.")]
    // Hints.
    [InlineData("tier=1", "tier=4", "53:27: 'tier' is a whole number from 1 to 3, not '4'. Write such a number.")]
    [InlineData("tier=1", "tier=2", "53:27: Tier 2 comes without a tier 1. Count the tiers from 1, without a gap.")]
    [InlineData("step=insert tier=1", "tier=1",
        "29:1: The step 'insert' has a check and no hint. Add one: ```hint {step=insert tier=1}",
        "53:1: The hint belongs to no step. Write step=ID into its braces.")]
    [InlineData("step=insert tier=1", "step=insrt tier=1",
        "29:1: The step 'insert' has a check and no hint. Add one: ```hint {step=insert tier=1}",
        "53:15: There is no step 'insrt' in this lesson. Did you mean 'insert'?")]
    [InlineData("Write something.", "Run `insert into t  values (1)` now.", "54:5: A hint of tier 1 holds a line of the answer. Name the program or the view only, or move it to tier 3.")]
    [InlineData("Write something.", "So:\n\n    insert into t values (1)", "56:1: A hint of tier 1 holds a block of code that can be pasted. Point at what to look for, or move it to tier 3.")]
    [InlineData("```hint {step=insert tier=1}\nWrite something.\n```\n", "", "29:1: The step 'insert' has a check and no hint. Add one: ```hint {step=insert tier=1}")]
    [InlineData("Write something.\n```", "Write.\n```\n```hint {step=insert tier=1}\nAgain.\n```", "56:27: There is a hint of tier 1 here already. Join the two, or give this one another tier.")]
    public void An_author_is_told_where_and_how_to_mend(string from, string to, params string[] expected)
    {
        _disk.Change("01-one/01-lesson/lesson.md", from, to);

        Assert.Equal(expected, CourseReader.ReadLesson(_disk.LessonFile).Problems.Select(Place));
    }

    /// <summary>A check whose body is spoilt; its fields begin in line 48.</summary>
    [Theory]
    [InlineData("type: log\nnode: standby\ncontains: a(", "50:11: This is not a regular expression: Invalid pattern 'a(' at offset 2. Not enough )'s. Put a backslash before a sign that is meant literally.")]
    [InlineData("type: file\nnode: standby\npath: $PGDATA\nmode: 700", "51:7: '700' is no file mode. Write four octal digits in quotes: \"0700\".")]
    [InlineData("type: file\nnode: standby\npath: $PGDATA\nexists: false\nlacks: x", "52:1: 'lacks' has no meaning here: there is to be no such file. Remove it.")]
    [InlineData("type: same_rows\nnodes: [standby, standby]\ntable: t", "49:8: 'nodes' are two different nodes. Write nodes: [primary, standby].")]
    [InlineData("type: same_system\nnodes: [standby, primary]\nbaseline: true", "50:1: 'baseline' and 'nodes' exclude each other. Keep one of them.")]
    [InlineData("type: server\nnode: standby\nstate: stopped\nsince: start", "51:1: 'since' has no meaning here: a stopped server is not the one of the start. Remove it.")]
    [InlineData("type: slot\nnode: standby\nslot: s\nexists: false\nactive: true", "52:1: 'active' has no meaning here: there is to be no slot. Remove it.")]
    [InlineData("type: slot\nnode: standby\nslot: s\nwal_status: kept", "51:13: 'kept' is no wal_status. The words for it are: reserved, extended, unreserved, lost.")]
    [InlineData("type: sql\nnode: standby\nquery: select 1\nrows: [1, 2]", "51:7: 'rows' is a list of rows, and each row a list of texts. Write rows: [[a, 1], [b, 2]].")]
    [InlineData("type: refuses\nnode: standby\nquery: select 1\nsqlstate: [25006, [x]]", "51:19: An entry of 'sqlstate' is one text. Write it so, in quotes if it has signs in it.")]
    [InlineData("type: timeline\nnode: standby\nequals: 0", "50:9: 'equals' is a whole number from 1 on, not '0'. Write such a number.")]
    [InlineData("type: setting\nnode: standby\nname: port", "47:1: A check of type setting needs one of: value, where. Add one.")]
    [InlineData("type: triggered\nnode: standby\nsh: a\nsql: b\nthen: {type: rol}",
        "50:1: 'sh' and 'sql' exclude each other. Keep one of them.", "52:14: 'rol' is no type of the check inside a check. Did you mean 'role'?")]
    [InlineData("type: triggered\nnode: standby\nsh: a", "47:1: A check of type triggered needs 'then'. Add then.")]
    [InlineData("type: script\nnode: standby\nrun: |\n  true\n  psql -p 5433", "52:11: The port 5433 is written out; every lab has ports of its own. Use $PGPORT or $NODE_PORT.")]
    public void So_it_is_with_the_fields_of_each_kind_of_check(string body, params string[] expected)
    {
        _disk.Change("01-one/01-lesson/lesson.md", "type: streaming_from\ntitle: It streams\nnode: standby\nfrom: primary", "title: It streams\n" + body);

        Assert.Equal(expected, CourseReader.ReadLesson(_disk.LessonFile).Problems.Select(Place));
    }

    [Fact]
    public void A_prediction_needs_a_step_behind_it_and_an_id_of_its_own()
    {
        _disk.Write("01-one/01-lesson/lesson.md", LessonOnDisk.Lesson + "```predict {id=p-count}\nask: And now?\nchoices: [a, b]\nobserve: {node: standby, sql: select 1}\n```\n");

        Assert.Equal(
            ["60:1: No step follows this prediction. Move it before the step whose outcome it asks for.", "60:16: There is a prediction 'p-count' already. Give this one another id."],
            CourseReader.ReadLesson(_disk.LessonFile).Problems.Select(Place));
    }

    /// <summary>A file of the course, with one text in it replaced by another.</summary>
    [Theory]
    [InlineData("01-one/01-lesson/wrong-other.sh", "# fails: arrived because nothing is written", "# it fails",
        "wrong-other.sh:1:1: A wrong answer begins with the check that it leaves failed. Write: # fails: CHECK because WHY")]
    [InlineData("01-one/01-lesson/wrong-other.sh", "arrived", "arived", "wrong-other.sh:1:10: There is no check 'arived' in this lesson. Did you mean 'arrived'?")]
    [InlineData("01-one/01-lesson/wrong-other.sh", "of: insert", "of: inset", "wrong-other.sh:2:15: There is no step 'inset' in this lesson. Did you mean 'insert'?")]
    [InlineData("01-one/01-lesson/wrong-other.sh", "echo nothing", "## on stanby\ntrue", "wrong-other.sh:3:7: There is no node 'stanby' in this lesson. Did you mean 'standby'?")]
    [InlineData("01-one/01-lesson/wrong-other.sh", "echo nothing", "# nothing", "wrong-other.sh:1:1: The script has no command. Write what it does, or remove the file.")]
    [InlineData("01-one/01-lesson/wrong-other.sh", "echo nothing", "echo port = 55433", "wrong-other.sh:3:13: The port 55433 is written out; every lab has ports of its own. Use $PGPORT or $NODE_PORT.")]
    [InlineData("01-one/02-exercise/wrong-a.sh", "true", "# instead of: insert\ntrue", "wrong-a.sh:2:15: An exercise has no steps to replace. Remove this line.")]
    [InlineData("01-one/02-exercise/lesson.md", "{tier=1}", "{step=x tier=1}", "lesson.md:18:15: There is no step 'x' in this lesson. There are no steps here.", "lesson.md:18:10: An exercise's hints belong to no step. Remove step=.")]
    [InlineData("01-one/02-exercise/lesson.md", "some.lesson", "some.lessson", "lesson.md:6:19: There is no lesson 'some.lessson' in this course. Did you mean 'some.lesson'?")]
    [InlineData("01-one/02-exercise/lesson.md", "some.exercise", "some.lesson",
        "lesson.md:3:5: There is a lesson 'some.lesson' already: 01-lesson/lesson.md. Give this one another id.")]
    [InlineData("01-one/02-exercise/lesson.md", "```hint {tier=1}\nRead the log.\n```", "", "lesson.md:1:1: The exercise has no hint. Add one: ```hint {tier=1}")]
    [InlineData("01-one/01-lesson/lesson.md", "{pg: \">=14 <18\"", "{lessons: [some.exercise]",
        "lesson.md:7:19: Nobody can begin here: some.lesson needs some.exercise needs some.lesson. Take one of them out.",
        "lesson.md:6:19: Nobody can begin here: some.exercise needs some.lesson needs some.exercise. Take one of them out.")]
    [InlineData("01-one/README.md", "# One", "One", "README.md:1:1: The module has no title. Begin the file with '# ' and the title.")]
    public void So_it_is_with_the_files_beside(string file, string from, string to, params string[] expected)
    {
        _disk.Change(file, from, to);

        Assert.Equal(expected.Order(), CourseReader.Read(_disk.Folder).Problems.Select(Named).Order());
    }

    [Theory]
    [InlineData("fault.sh", "The exercise has no fault.sh.")]
    [InlineData("solution-a.sh", "An exercise has at least two solutions.")]
    [InlineData("wrong-a.sh", "An exercise has at least one wrong answer.")]
    public void An_exercise_brings_its_scripts(string file, string what)
    {
        File.Delete(_disk.PathOf($"01-one/02-exercise/{file}"));

        Assert.Equal(what, CourseReader.Read(_disk.Folder).Problems.Single().What);
    }

    [Theory]
    [InlineData("fault.sh", "Only an exercise has this script; a lesson's steps are its solution.")]
    [InlineData("solution-x.sh", "Only an exercise has this script; a lesson's steps are its solution.")]
    [InlineData("wrnog-x.sh", "A script of this name is never played.")]
    public void A_lesson_brings_no_other_scripts(string file, string what)
    {
        _disk.Write($"01-one/01-lesson/{file}", "true\n");

        Assert.Equal(what, CourseReader.Read(_disk.Folder).Problems.Single().What);
    }

    [Fact]
    public void All_problems_of_a_file_come_at_once_and_the_rest_of_the_course_stays()
    {
        _disk.Change("01-one/01-lesson/lesson.md", "level: 2", "level: 9");
        _disk.Change("01-one/01-lesson/lesson.md", "type: sql\n", "type: sqll\n");
        _disk.Change("01-one/01-lesson/lesson.md", "on=primary", "on=primry");

        var course = CourseReader.Read(_disk.Folder);

        Assert.Equal([5, 29, 34], course.Problems.Select(problem => problem.Line));
        Assert.Equal(["some.exercise"], course.Lessons.Select(lesson => lesson.Id));
    }

    [Fact]
    public void A_fence_that_I_forgot_to_close_is_named_and_not_what_follows_from_it()
    {
        _disk.Change("01-one/01-lesson/lesson.md", "insert into t values (1);\n```\n", "insert into t values (1);\n");

        var problem = CourseReader.Read(_disk.Folder).Problems.First(problem => problem.Line == 29);

        Assert.Equal("29:1: This fence is not closed before the next one begins, in line 32. Add a line ``` before that one; a block that is to show a fence takes more of them.", Place(problem));
    }

    [Fact]
    public void A_folder_that_wants_to_be_a_lesson_and_has_none_is_told()
    {
        _disk.Write("01-one/03-later/notes.txt", "to do");
        _disk.Write("01-one/04-folder/lesson.md/x", "");
        _disk.Write("01-one/pictures/a.txt", "");

        Assert.Equal(
            ["There is no lesson.md in this folder.", "lesson.md is a folder here."],
            CourseReader.Read(_disk.Folder).Problems.Select(problem => problem.What));
    }

    [Fact]
    public void A_module_may_be_read_alone_and_needs_no_page_of_its_own()
    {
        _disk.Change("01-one/02-exercise/lesson.md", "some.lesson", "other.module");
        File.Delete(_disk.PathOf("01-one/README.md"));

        var module = CourseReader.ReadModule(_disk.PathOf("01-one"));

        Assert.Empty(module.Problems);
        Assert.Equal(("01-one", 2), (module.Modules[0].Title, module.Lessons.Count()));
    }

    [Fact]
    public void A_blemish_does_not_keep_me_from_the_lesson()
    {
        _disk.Change("01-one/01-lesson/lesson.md", "psql -c 'select 1'", "psql -p 5433");

        var course = CourseReader.Read(_disk.Folder);

        Assert.Single(course.Problems);
        Assert.NotNull(course["some.lesson"]);
    }

    public void Dispose() => _disk.Dispose();

    private string Named(Problem problem) =>
        problem.ToString().Replace($"{Path.GetDirectoryName(problem.File)}/", "").Replace($"{_disk.Folder}/01-one/", "");

    private static string Place(Problem problem) => problem.ToString()[(problem.File.Length + 1)..];
}
