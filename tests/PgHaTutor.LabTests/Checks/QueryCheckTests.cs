using Npgsql;
using PgHaTutor.Checks;
using PgHaTutor.Labs;

namespace PgHaTutor.LabTests.Checks;

/// <summary>The checks that put one question to one server that is well.</summary>
[Collection("checks")]
public sealed class QueryCheckTests(CheckBench bench) : IAsyncLifetime
{
    private static readonly SqlCheck Count = new() { Id = "count", Node = "standby", Query = "select count(*), 'x' as letter from t" };

    public ValueTask InitializeAsync() => bench.StandAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task The_first_value_is_compared_as_text()
    {
        await bench.PassesAtOnceAsync(Count with { Expect = "1000" });

        var wrong = await bench.FailsAsync(Count with { Expect = "7" });

        Assert.Equal(("1000 | x", "7"), (wrong.Observed, wrong.Expected));
        Assert.Equal("standby gave 1000; expected 7", wrong.Reason);
        Assert.Equal(1000L, wrong.Facts["value"]);
        Assert.Equal("standby", wrong.Facts["role"]);
        Assert.Equal("primary", ((IReadOnlyDictionary<string, object?>)wrong.Facts["primary"]!)["role"]);
    }

    [Fact]
    public async Task A_boolean_may_be_written_short_or_long()
    {
        var recovering = new SqlCheck { Id = "r", Node = "standby", Query = "select pg_is_in_recovery()" };

        await bench.PassesAtOnceAsync(recovering with { Expect = "t" });
        await bench.PassesAtOnceAsync(recovering with { Expect = "true" });
        await bench.FailsAsync(recovering with { Expect = "f" });
    }

    [Fact]
    public async Task Rows_are_compared_in_order()
    {
        var rows = new SqlCheck { Id = "rows", Node = "primary", Query = "select id, null::text from t order by id limit 2" };

        await bench.PassesAtOnceAsync(rows with { Rows = [["1", null], ["2", null]] });
        await bench.FailsAsync(rows with { Rows = [["2", null], ["1", null]] });
        await bench.FailsAsync(rows with { Rows = [["1", null]] });
        await bench.PassesAtOnceAsync(rows with { Query = "select 1 where false", Rows = [] });
    }

    [Fact]
    public async Task A_condition_sees_the_value_and_every_column()
    {
        await bench.PassesAtOnceAsync(Count with { Where = Condition("value >= 1000 && letter == \"x\"") });
        await bench.FailsAsync(Count with { Where = Condition("count > 1000") });
        var large = Count with { Query = "select 12345678901234567890.5 as n, 9223372036854775807 as i, null::text as nothing, 'NaN'::numeric as nan" };
        await bench.PassesAtOnceAsync(large with { Where = Condition("n == 12345678901234567890.5 && i == 9223372036854775807 && nothing == null && nan == \"NaN\"") });
        await bench.FailsAsync(large with { Where = Condition("n == 12345678901234567890.6") });
    }

    [Fact]
    public async Task An_error_is_an_answer_and_its_sqlstate_a_fact()
    {
        var missing = Count with { Query = "select * from nowhere" };

        await bench.PassesAtOnceAsync(missing with { SqlState = ["42P01"] });
        await bench.PassesAtOnceAsync(missing with { SqlState = ["3F000", "42P01"] });
        await bench.FailsAsync(missing with { SqlState = ["3F000", "42P07"] });
        var wrong = await bench.FailsAsync(missing with { Expect = "1" });

        Assert.Equal("42P01", wrong.Facts["sqlstate"]);
        await bench.FailsAsync(Count with { SqlState = ["42P01"] });
    }

    [Fact]
    public async Task What_is_locked_cannot_be_told()
    {
        await using var connection = await bench.Connections.OpenAsync(bench.Lab["primary"], new ConnectionOptions(ReadWrite: true, Fresh: true), TestContext.Current.CancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand("lock table t in access exclusive mode", connection);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);

        await bench.CannotTellAsync(Count with { Node = "primary", Expect = "1000" });
    }

    [Fact]
    public async Task A_write_is_our_own_limit_on_a_primary_and_the_nodes_on_a_standby()
    {
        var write = Count with { Query = "insert into t values (0)", SqlState = ["25006"] };

        await bench.CannotTellAsync(write with { Node = "primary" });
        await bench.PassesAtOnceAsync(write);
    }

    [Fact]
    public async Task A_role_that_is_turned_away_is_an_answer()
    {
        var asRole = new SqlCheck { Id = "role", Node = "primary", Query = "select current_user::text", User = "$REPL_USER" };

        await bench.PassesAtOnceAsync(asRole with { Expect = "$REPL_USER" });
        var stranger = await bench.FailsAsync(asRole with { User = "stranger", Expect = "stranger" });

        Assert.NotNull(stranger.Facts["sqlstate"]);
    }

    [Fact]
    public async Task A_statement_that_is_refused_passes_and_one_that_is_accepted_leaves_no_trace()
    {
        var refuses = new RefusesCheck { Id = "refuses", Node = "standby", Query = "insert into t values (0);", SqlState = ["25006"] };

        await bench.PassesAtOnceAsync(refuses);
        var accepted = await bench.FailsAsync(refuses with { Node = "primary" });

        Assert.Contains("accepted", accepted.Reason);
        Assert.Equal("0", await bench.SqlAsync("primary", "select count(*) from t where id = 0"));
        var otherwise = await bench.FailsAsync(refuses with { Query = "insert into nowhere values (0)" });
        Assert.Equal("42P01", otherwise.Facts["sqlstate"]);
        await bench.CannotTellAsync(refuses with { Node = "primary", Query = "vacuum t" });
    }

    [Fact]
    public async Task A_slot_is_judged_by_its_use_and_its_wal()
    {
        var slot = new SlotCheck { Id = "slot", Node = "primary", Slot = "standby1" };

        await bench.PassesAtOnceAsync(slot with { Active = true, WalStatus = ["reserved", "extended"] });
        await bench.FailsAsync(slot with { Active = false });
        await bench.FailsAsync(slot with { WalStatus = ["lost"] });
        await bench.FailsAsync(slot with { Exists = false });
        await bench.PassesAtOnceAsync(slot with { Slot = "other", Exists = false });
        var missing = await bench.FailsAsync(slot with { Slot = "other" });
        Assert.Contains("no replication slot other", missing.Reason);
        Assert.Equal(true, (await bench.PassesAtOnceAsync(slot)).Facts["active"]);
        Assert.IsType<long>((await bench.PassesAtOnceAsync(slot)).Facts["retained"]);
    }

    [Fact]
    public async Task A_setting_is_judged_by_value_file_and_pending_restart()
    {
        var buffers = new SettingCheck { Id = "buffers", Node = "primary", Name = "shared_buffers" };

        await bench.PassesAtOnceAsync(buffers with { Value = "16MB", SourceFile = "postgresql.conf", PendingRestart = false });
        await bench.PassesAtOnceAsync(buffers with { Value = "2048", Where = Condition("value == 2048") });
        await bench.PassesAtOnceAsync(buffers with { Value = "16384kB" });
        await bench.PassesAtOnceAsync(buffers with { Name = "full_page_writes", Value = "true" });
        await bench.FailsAsync(buffers with { Value = "32MB" });
        await bench.FailsAsync(buffers with { Where = Condition("value > 2048") });
        await bench.FailsAsync(buffers with { SourceFile = "postgresql.auto.conf" });
        await bench.FailsAsync(buffers with { Name = "no_such_setting" });
        await bench.SqlAsync("primary", "alter system set shared_buffers = '32MB'; select pg_reload_conf()");
        try
        {
            var pending = await bench.PassesAsync(buffers with { PendingRestart = true });
            Assert.Equal("32MB", pending.Facts["file_value"]);
            await bench.FailsAsync(buffers with { PendingRestart = false });
        }
        finally
        {
            await bench.SqlAsync("primary", "alter system reset shared_buffers; select pg_reload_conf()");
        }
        await bench.PassesAsync(buffers with { PendingRestart = false });
    }

    [Fact]
    public async Task What_our_own_connection_sets_is_not_taken_for_the_servers_setting()
    {
        var readOnly = new SettingCheck { Id = "ro", Node = "primary", Name = "default_transaction_read_only" };

        await bench.PassesAtOnceAsync(readOnly with { Value = "off" });
        await bench.PassesAtOnceAsync(readOnly with { Name = "Statement_Timeout", Value = "0" });
    }

    [Fact]
    public async Task A_script_has_three_answers()
    {
        var script = new ScriptCheck { Id = "script", Node = "primary", Run = "echo all is well on $PGPORT" };

        Assert.StartsWith("all is well", (await bench.PassesAtOnceAsync(script)).Reason);
        Assert.Equal("not yet", (await bench.FailsAsync(script with { Run = "echo not yet; exit 1" })).Reason);
        await bench.CannotTellAsync(script with { Run = "no-such-program" });
    }

    [Fact]
    public async Task A_file_is_judged_by_mode_owner_and_content()
    {
        var directory = new FileCheck { Id = "file", Node = "primary", Path = "$PGDATA" };
        var config = directory with { Path = "$PGDATA/postgresql.conf" };

        await bench.PassesAtOnceAsync(directory with { Mode = ["0700", "0750"], OwnedByServer = true });
        await bench.FailsAsync(directory with { Mode = ["755"] });
        await bench.PassesAtOnceAsync(config with { Contains = @"^port = '?$PRIMARY_PORT'?$" });
        await bench.FailsAsync(config with { Contains = "^nonsense" });
        await bench.PassesAtOnceAsync(config with { Lacks = "^nonsense" });
        await bench.FailsAsync(config with { Lacks = "^port" });
        await bench.PassesAtOnceAsync(directory with { Path = "$PGDATA/standby.signal", Exists = false });
        await bench.FailsAsync(directory with { Path = "$PGDATA/standby.signal" });
        await bench.FailsAsync(directory with { Exists = false });
        await bench.FailsAsync(directory with { Path = "/etc/hostname", OwnedByServer = true });
    }

    private static Condition Condition(string text) => PgHaTutor.Checks.Condition.TryParse(text, out string? _)!;
}
