using PgHaTutor.Labs;

namespace PgHaTutor.LabTests.Labs;

/// <summary>Every start state that a recipe can ask for.</summary>
public sealed class LabRecipeTests
{
    private static readonly NodeRecipe Primary = new("primary", NodeRole.Primary);

    [Fact]
    public async Task I_can_start_from_nothing_and_from_a_cluster_that_was_never_started()
    {
        await using var site = new ATemporarySite();
        var lab = await site.BuildAsync(new NodeRecipe("mine", NodeRole.Empty), new NodeRecipe("made", NodeRole.Initialised));
        var seen = await lab.UntilAsync(_ => true);
        Assert.Equal([NodeState.Absent, NodeState.Stopped], seen.Nodes.Select(node => node.State));
        Assert.False(File.Exists(lab["made"].LogFile));

        await lab.RunAsync("made", "pg_ctl start -w -l \"$PGLOG\" && psql -c \"select 1\"");
        await lab.RunAsync("mine", """
            initdb -D "$PGDATA" -A scram-sha-256 --pwfile="$SUPERUSER_PWFILE"
            pg_ctl start -w -l "$PGLOG" -o "-p $PGPORT -k $SOCKET_DIR" || cat "$PGLOG" >&2
            psql -h "$SOCKET_DIR" -c "select 1"
            """);

        Assert.Equal("t", await lab.SqlAsync("made", "select rolreplication from pg_roles where rolname = 'replicator'"));
        seen = await lab.UntilAsync(seen => seen.Nodes.All(node => node.State is NodeState.Running));
        Assert.Distinct(seen.Nodes.Select(node => node.SystemIdentifier));
    }

    [Fact]
    public async Task Clusters_that_do_not_follow_each_other_have_system_identifiers_of_their_own()
    {
        await using var site = new ATemporarySite();
        var lab = await site.BuildAsync(Primary, Primary with { Name = "other" }, new NodeRecipe("standby", NodeRole.Standby) { Of = "other" });
        var seen = await lab.UntilAsync(_ => true);
        Assert.NotEqual(seen["primary"]!.SystemIdentifier, seen["other"]!.SystemIdentifier);
        Assert.Equal(seen["standby"]!.SystemIdentifier, seen["other"]!.SystemIdentifier);
    }

    [Fact]
    public async Task I_can_have_a_cascade_a_synchronous_standby_and_a_delayed_one()
    {
        await using var site = new ATemporarySite();
        var lab = await site.BuildAsync(
            Primary,
            new NodeRecipe("leaf", NodeRole.Standby) { Of = "middle", Slot = "leaf" },
            new NodeRecipe("middle", NodeRole.Standby) { Of = "primary", Slot = "middle", Sync = true },
            new NodeRecipe("late-one", NodeRole.Standby) { Of = "primary", Delay = "1h" });
        await lab.SqlAsync("primary", "insert into lab_canary.probe (nonce) values ('seen')");
        await LabBench.EventuallyAsync(() => lab.SqlAsync("leaf", "select nonce from lab_canary.probe"), nonce => nonce == "seen");
        var seen = await lab.UntilAsync(seen => seen["primary"]!.Senders.Any(sender => sender.SyncState == "sync"));
        Assert.Equal(["late-one:async:", "middle:sync:middle"], seen["primary"]!.Senders.Select(Told).Order());
        Assert.Equal(["leaf:async:leaf"], seen["middle"]!.Senders.Select(Told));
        Assert.Equal(lab["middle"].Port, seen["leaf"]!.Receiver!.SenderPort);
        Assert.Null(await lab.SqlAsync("late-one", "select nonce from lab_canary.probe"));
        Assert.Empty(seen.Contradictions);

        static string Told(SenderObservation sender) => $"{sender.ApplicationName}:{sender.SyncState}:{sender.Slot}";
    }

    [Fact]
    public async Task A_primary_can_archive_have_settings_and_be_set_up_with_the_learners_own_values()
    {
        await using var site = new ATemporarySite();
        var recipe = new Recipe(
        [
            Primary with
            {
                Archive = true,
                Setup = "create table $TABLE (id int); insert into $TABLE values (1);\ndo $$ begin perform 1; end $$;",
                Settings = new Dictionary<string, string> { ["work_mem"] = "8MB", ["log_line_prefix"] = "it's $TABLE" },
            },
        ]);
        var plan = new LabPlan("test.lesson", recipe, await site.NewestAsync()) { Parameters = new Dictionary<string, string> { ["TABLE"] = "ada" } };
        var lab = await site.Site.BuildAsync(plan, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal("1", await lab.SqlAsync("primary", "select id from ada"));
        Assert.Equal("8MB", await lab.SqlAsync("primary", "show work_mem"));
        Assert.Equal("it's ada", await lab.SqlAsync("primary", "show log_line_prefix"));
        await lab.SqlAsync("primary", "create table more (id int)");
        await lab.SqlAsync("primary", "select pg_switch_wal()");
        await LabBench.EventuallyAsync(() => Task.FromResult(Directory.GetFiles(lab.ArchiveDirectory)), files => files.Length > 0);
        Assert.Equal("ada", await lab.RunAsync("primary", "echo $TABLE"));
    }

    [Fact]
    public async Task A_standby_that_leads_nowhere_is_refused_before_anything_is_made()
    {
        await using var site = new ATemporarySite(cold: true);
        var circle = new[] { new NodeRecipe("a", NodeRole.Standby) { Of = "b" }, new NodeRecipe("b", NodeRole.Standby) { Of = "a" } };
        await Assert.ThrowsAsync<LabException>(() => site.BuildAsync(circle));
        await Assert.ThrowsAsync<LabException>(() => site.BuildAsync(new NodeRecipe("a", NodeRole.Standby) { Of = "nobody" }));
        Assert.False(Directory.Exists(site.Site.Directory));
    }
}
