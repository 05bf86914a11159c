using System.CommandLine;
using System.Data.Common;
using PgHaTutor.Checks;
using PgHaTutor.Labs;
using PgHaTutor.Lessons;
using PgHaTutor.Sessions;

namespace PgHaTutor.Commands;

/// <summary><c>tutor sql</c>: runs SQL on a node; as psql shows it, or as JSON.</summary>
internal sealed class SqlVerb : Verb
{
    // psql's own (manual, "Exit Status"): 2 where it has no connection, 3 where the script failed.
    private const int PsqlNotConnected = 2;

    private readonly Argument<string> _node = new("NODE") { Description = "the node to ask" };
    private readonly Argument<string> _sql = new("SQL") { Description = "the statement, as one word" };
    private readonly Option<bool> _json = new("--json") { Description = "the rows as one JSON document, values as text" };

    public SqlVerb(Desk desk) : base("sql", "runs SQL on a node", desk)
    {
        Add(_node);
        Add(_sql);
        Add(_json);
    }

    protected override async Task<int> RunAsync(ParseResult words, CancellationToken cancellationToken)
    {
        await using var session = await OpenAsync(words, cancellationToken);
        var player = Named.Lab(session);
        var node = Named.Node(player.Lab, words.GetRequiredValue(_node));
        var sql = words.GetRequiredValue(_sql);
        if (words.GetValue(_json))
            return await AskAsync(player, node, sql, cancellationToken);

        var output = await session.RunCommandAsync(node.Name, sql, StepLanguage.Sql, new OutputPrinter(Streams), cancellationToken: cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        return output.ExitCode switch
        {
            0 => ExitCode.Done,
            PsqlNotConnected => ExitCode.NotUsable,
            _ => ExitCode.Failed,
        };
    }

    private async Task<int> AskAsync(Player player, Node node, string sql, CancellationToken cancellationToken)
    {
        try
        {
            var rows = await new Question(player.Connections, node).RowsAsync(sql, cancellationToken);
            Streams.WriteJson(new SqlDocument(node.Name, rows[0], [.. rows.Skip(1)]), DocumentJson.Indented.SqlDocument);
            return ExitCode.Done;
        }
        catch (Exception refused) when (refused is DbException or TimeoutException)
        {
            var state = (refused as DbException)?.SqlState;
            Streams.WriteJson(new SqlDocument(node.Name, [], []) { Error = refused.Message, Sqlstate = state }, DocumentJson.Indented.SqlDocument);
            await Streams.Error.WriteLineAsync($"tutor: {node.Name}: {refused.Message}");
            // 57P03: it is starting up or shutting down. Without any SQLSTATE nobody answered.
            return state is null or "57P03" or "08006" ? ExitCode.NotUsable : ExitCode.Failed;
        }
    }
}
