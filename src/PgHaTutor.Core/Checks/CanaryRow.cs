using Npgsql;
using PgHaTutor.Labs;

namespace PgHaTutor.Checks;

/// <summary>A random row that was committed on a node: whoever shows it in recovery has it from there.</summary>
/// <param name="Lsn">The end of the row's own record: whoever shows the row has replayed it.</param>
internal sealed record CanaryRow(string Nonce, Lsn Lsn)
{
    // Two checks may make the table at the same time; the lock lets one of them wait for the other.
    private const string MakeTable = """
        rollback; begin read write; set local synchronous_commit = local;
        select pg_advisory_xact_lock(hashtext('lab_canary'));
        create schema if not exists lab_canary;
        create table if not exists lab_canary.probe(nonce text not null, at timestamptz not null default now());
        commit
        """;

    /// <summary>What anybody can run to see whether the row is there.</summary>
    public string Question => $"select at from lab_canary.probe where nonce = {Asking.Literal(Nonce)}";

    public static async Task<CanaryRow> WriteAsync(Look look, string node, CancellationToken cancellationToken)
    {
        var nonce = Guid.NewGuid().ToString("N");
        // A standby that synchronous_standby_names waits for must not hold up the row that tells whether it is there.
        var insert = $"""
            begin read write; set local synchronous_commit = local;
            delete from lab_canary.probe where at < now() - interval '10 minutes';
            insert into lab_canary.probe(nonce) values ({Asking.Literal(nonce)});
            select pg_current_wal_insert_lsn()::text;
            commit
            """;
        var lsn = await look.WithAsync(node, insert, new ConnectionOptions(ReadWrite: true), async (connection, cancel) =>
        {
            try
            {
                return await WriteAsync(connection, insert, cancel);
            }
            catch (PostgresException error) when (IsMissing(error))
            {
                await using var make = new NpgsqlCommand(MakeTable, connection);
                await make.ExecuteNonQueryAsync(cancel);
                return await WriteAsync(connection, insert, cancel);
            }
        }, cancellationToken);
        return new CanaryRow(nonce, Labs.Lsn.TryParse(lsn) ?? default);
    }

    public Task<bool> HasArrivedAsync(Look look, string node, CancellationToken cancellationToken) =>
        look.WithAsync(node, Question, new ConnectionOptions(), async (connection, cancel) =>
        {
            try
            {
                await using var command = new NpgsqlCommand($"select exists({Question})", connection);
                return await command.ExecuteScalarAsync(cancel) is true;
            }
            catch (PostgresException error) when (IsMissing(error))
            {
                return false;
            }
        }, cancellationToken);

    private static async Task<string?> WriteAsync(NpgsqlConnection connection, string insert, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(insert, connection);
        return await command.ExecuteScalarAsync(cancellationToken) as string;
    }

    private static bool IsMissing(PostgresException error) =>
        error.SqlState is PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName;
}
