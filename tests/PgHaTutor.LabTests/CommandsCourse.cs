namespace PgHaTutor.LabTests;

/// <summary>A course of two lessons of the tests' own, laid out as a checkout is: the launcher beside its lessons.</summary>
internal static class CommandsCourse
{
    public static void Write(string root)
    {
        // A test may have left a lesson of its own, which the next one is not to find.
        if (Directory.Exists(Path.Combine(root, "lessons")))
            Directory.Delete(Path.Combine(root, "lessons"), recursive: true);
        Directory.CreateDirectory(Path.Combine(root, "lessons/01-pair/01-follow"));
        Directory.CreateDirectory(Path.Combine(root, "lessons/01-pair/02-mend"));
        File.WriteAllText(Path.Combine(root, "lessons/README.md"), "# Lessons\n");
        File.WriteAllText(Path.Combine(root, "lessons/01-pair/README.md"), "# A pair of servers\n");
        File.WriteAllText(Path.Combine(root, "lessons/01-pair/01-follow/lesson.md"), Follow);
        File.WriteAllText(Path.Combine(root, "lessons/01-pair/02-mend/lesson.md"), Mend);
        foreach (var (name, text) in MendScripts)
            File.WriteAllText(Path.Combine(root, "lessons/01-pair/02-mend", name), text);
    }

    private const string Follow = """
        ---
        format: 1
        id: pair.follow
        title: A standby follows
        level: 1
        minutes: {local: 5}
        objectives: [see a row arrive, end the stream]
        lab:
          primary: {role: primary, setup: "create table seen(id int primary key)"}
          standby: {role: standby, of: primary}
        invariants: [{id: one-writer, title: One of the two writes, type: single_writable_primary}]
        ---
        # A standby follows

        What the primary writes, the **standby** has a moment later.

        ```predict {id=p-rows}
        ask: How many rows will the standby have?
        choices: ["0", "1"]
        observe: {node: standby, sql: "select count(*) from seen"}
        explain: The row came through the stream.
        ```

        ```sql {step=write on=primary}
        insert into seen values (1)
        ```

        ```check {id=arrived step=write}
        title: The row is on the standby
        type: sql
        node: standby
        query: select count(*) from seen
        expect: "1"
        on_fail:
          - when: value == "0"
            say: The table is still empty there.
        ```

        ```hint {step=write tier=1}
        Which of the two servers takes writes?
        ```

        ```sql {step=refuse on=standby expect=fail optional=true}
        insert into seen values (2)
        ```

        ```sh {step=hold on=primary background=true optional=true}
        sleep 600
        ```

        > [!NOTE]
        > A standby that is promoted is one no longer.

        ```sh {step=promote on=standby}
        pg_ctl -D "$PRIMARY_DATA" stop -m fast -w
        pg_ctl promote -w
        ```

        ```check {id=promoted step=promote needs=[arrived]}
        title: The standby accepts writes
        type: role
        node: standby
        expect: primary
        ```

        ```hint {step=promote tier=1}
        One of them must go before the other may write.
        ```

        """;

    private const string Mend = """
        ---
        format: 1
        id: pair.mend
        title: Nobody may log in
        kind: exercise
        level: 1
        minutes: {local: 5}
        objectives: [read the log]
        lab:
          primary: {role: primary}
        ---
        # Nobody may log in

        The server runs, and it does not answer.

        ```check {id=runs}
        title: The server runs
        type: server
        node: primary
        state: running
        ```

        ```hint {tier=1}
        Does it run at all?
        ```

        """;

    private static readonly (string Name, string Text)[] MendScripts =
    [
        ("fault.sh", "pg_ctl stop -m fast -w\n"),
        ("solution-start.sh", "pg_ctl start -w -l \"$PGLOG\"\n"),
        ("solution-other.sh", "pg_ctl restart -w -l \"$PGLOG\"\n"),
        ("wrong-nothing.sh", "# fails: runs because nothing was started\ntrue\n"),
        ("wrong-status.sh", "# fails: runs because looking changes nothing\npg_ctl status || true\n"),
        ("wrong-folder.sh", "# fails: runs because that is no server\nmkdir -p \"$BACKUP_DIR/x\"\n"),
    ];
}
