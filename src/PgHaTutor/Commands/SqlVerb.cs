using System.CommandLine;
using System.Data.Common;
using PgHaTutor.Checks;
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
    private readonly Option<bool> _json = new("--json") { Description = "the rows as one JSON document, values as text; several statements are one transaction" };

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
            return await AskAsync(session, node.Name, sql, cancellationToken);

        var output = await session.RunCommandAsync(node.Name, sql, StepLanguage.Sql, new OutputPrinter(Streams), cancellationToken: cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        return output.ExitCode switch
        {
            0 => ExitCode.Done,
            PsqlNotConnected => ExitCode.NotUsable,
            _ => ExitCode.Failed,
        };
    }

    private async Task<int> AskAsync(Session session, string node, string sql, CancellationToken cancellationToken)
    {
        try
        {
            var sets = await session.AskAsync(node, sql, cancellationToken);
            var first = sets.Count > 0 ? sets[0] : new RowSet([], []);
            Streams.WriteJson(new SqlDocument(node, first.Columns, first.Rows, sets), DocumentJson.Indented.SqlDocument);
            return ExitCode.Done;
        }
        catch (Exception refused) when (refused is DbException or TimeoutException)
        {
            var state = (refused as DbException)?.SqlState;
            // Its first line is "SQLSTATE: message"; behind it stand the position and more.
            var message = refused.Message.Split('\n')[0][(state is null ? 0 : state.Length + ": ".Length)..];
            Streams.WriteJson(new SqlDocument(node, [], [], []) { Error = message, Sqlstate = state }, DocumentJson.Indented.SqlDocument);
            await Streams.Error.WriteLineAsync($"tutor: {node}: {message}{(state is null ? "" : $" (SQLSTATE {state})")}");
            // 57P03: it is starting up or shutting down. Without any SQLSTATE nobody answered.
            return state is null or "57P03" or "08006" ? ExitCode.NotUsable : ExitCode.Failed;
        }
    }
}
