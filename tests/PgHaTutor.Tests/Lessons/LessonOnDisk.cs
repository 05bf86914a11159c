namespace PgHaTutor.Tests.Lessons;

/// <summary>A good little course in a folder of its own, for a test to spoil.</summary>
internal sealed class LessonOnDisk : IDisposable
{
    public const string Lesson = """
        ---
        format: 1
        id: some.lesson
        title: A lesson
        level: 2
        minutes: {local: 5, ssh: 9}
        needs: {pg: ">=14 <18", tools: [pg_ctl]}
        objectives: [see it]
        lab:
          primary: {role: primary, settings: {work_mem: 8MB}, setup: create table t(id int)}
          standby: {role: standby, of: primary, slot: s1, sync: true, delay: 1h}
        params: {slot: {kind: name}, size: {kind: number, min: 1, max: 9}}
        invariants: [{id: one-writer, type: single_writable_primary, title: One writer}]
        ---
        # A lesson

        Some prose.

        > [!NOTE]
        > A note.

        ```predict {id=p-count}
        ask: How many?
        choices: ["0", {say: one, when: value == 1}]
        observe: {node: standby, sql: select count(*) from t}
        explain: It arrives.
        ```

        ```sql {step=insert on=primary edit=true}
        insert into t values (1);
        ```

        ```check {id=arrived step=insert needs=[streams]}
        type: sql
        title: The row is there
        node: standby
        query: select count(*) from t
        expect: "1"
        within: 20s
        stable: 500ms
        on_fail:
          - when: standby.receiver == null && value != 1
            say: No receiver.
        ```

        ```check {id=streams from_start=true}
        type: streaming_from
        title: It streams
        node: standby
        from: primary
        ```

        ```hint {step=insert tier=1}
        Write something.
        ```

        ```sh {step=look on=standby optional=true}
        psql -c 'select 1'
        ```

        """;

    public const string Exercise = """
        ---
        format: 1
        id: some.exercise
        title: An exercise
        kind: exercise
        needs: {lessons: [some.lesson]}
        lab: {primary: {role: primary}}
        ---
        It is broken.

        ```check {id=runs}
        type: server
        title: It runs
        node: primary
        state: running
        ```

        ```hint {tier=1}
        Read the log.
        ```

        """;

    public LessonOnDisk()
    {
        Write("01-one/README.md", "# One\n");
        Write("01-one/01-lesson/lesson.md", Lesson);
        Write("01-one/01-lesson/wrong-other.sh", "# fails: arrived because nothing is written\n# instead of: insert\necho nothing\n");
        Write("01-one/02-exercise/lesson.md", Exercise);
        Write("01-one/02-exercise/fault.sh", "pg_ctl stop\n");
        Write("01-one/02-exercise/solution-a.sh", "pg_ctl start\n");
        Write("01-one/02-exercise/solution-b.sh", "## on primary\npostgres &\n");
        Write("01-one/02-exercise/wrong-a.sh", "# fails: runs because it does nothing\ntrue\n");
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("pghatutor-lessons-").FullName;

    public string LessonFile => PathOf("01-one/01-lesson/lesson.md");

    public string PathOf(string name) => Path.Combine(Folder, name);

    public void Write(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(name))!);
        File.WriteAllText(PathOf(name), text);
    }

    /// <summary>Replaces the first place where a text stands.</summary>
    public void Change(string name, string from, string to)
    {
        var text = File.ReadAllText(PathOf(name));
        var at = text.IndexOf(from, StringComparison.Ordinal);
        Assert.True(at >= 0, $"'{from}' does not stand in {name}.");
        Write(name, text[..at] + to + text[(at + from.Length)..]);
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
