using Npgsql;
using PgHaTutor.Labs;

namespace PgHaTutor.Checks;

/// <summary>
/// After something was done on the node, another check passes within its time (and stays so for its window). It is done once,
/// and then only looked at; it is done again when what had passed does not hold any more, or when it did not come within its time.
/// So a watch that looks all the time does not disturb what it watches.
/// </summary>
public sealed record TriggeredCheck : Check
{
    /// <summary>What to do in SQL; null where <see cref="Sh"/> says it.</summary>
    public string? Sql { get; init; }

    /// <summary>What to do with bash on the node's host.</summary>
    public string? Sh { get; init; }

    public required Check Then { get; init; }

    /// <summary>What was done takes a moment to show; a look before that would still see the state from before.</summary>
    private static readonly TimeSpan Settle = TimeSpan.FromMilliseconds(300);

    /// <summary>At least so long lies between two times of doing it.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(5);

    /// <summary>A script may be what starts the server.</summary>
    protected override IReadOnlyList<string> Asks => Sh is null ? [Node] : [];

    protected override TimeSpan Patience => TimeSpan.FromSeconds(20);

    protected override async Task<Finding> SeeAsync(Look look, CancellationToken cancellationToken)
    {
        var memory = Memory.Of(look.Connections);
        var key = $"{Id} was triggered";
        var pulled = memory.Recall<Pull>(key);
        if (pulled is null || IsOver(pulled, look.Time))
        {
            if (await DoAsync(look, cancellationToken) is { } refused)
                return refused;
            memory.Keep(key, new Pull(look.Time.GetTimestamp(), null, false));
            return NotSeenYet(look);
        }
        var elapsed = look.Time.GetElapsedTime(pulled.At);
        if (elapsed < Settle)
            return NotSeenYet(look);
        var then = await Then.LookAsync(look, cancellationToken);
        memory.Keep(key, pulled = Next(pulled, then.Answer, look.Time));
        var waited = $"{elapsed.TotalSeconds:0.0} s after it was done";
        return then with
        {
            Answer = then.Answer is Answer.Passed && !pulled.Passed ? Answer.Failed : then.Answer,
            Reason = then.Answer is Answer.Passed && !pulled.Passed ? $"{then.Reason}, but not yet for {Then.Stable.TotalSeconds:0.#} s" : $"{waited}: {then.Reason}",
            Query = $"{Deed(look)};\n{then.Query}",
        };
    }

    /// <summary>What is expected is about the nested check's node, and so are the facts.</summary>
    private Finding NotSeenYet(Look look) => new(Answer.Failed, "it has just been done; what follows is not seen yet")
    {
        Node = Then.Node,
        Query = Deed(look),
        Facts = NodeFacts.Of(look.Observation, Then.Node),
    };

    /// <summary>A pass is kept for as long as the state lasts. Another answer lets it be done again, after its time and a rest.</summary>
    private Pull Next(Pull pull, Answer answer, TimeProvider time)
    {
        if (answer is not Answer.Passed)
            return pull with { TrueSince = null, Passed = false };
        var since = pull.TrueSince ?? time.GetTimestamp();
        return pull with { TrueSince = since, Passed = pull.Passed || time.GetElapsedTime(since) >= Then.Stable };
    }

    private bool IsOver(Pull pull, TimeProvider time) =>
        pull.TrueSince is null && time.GetElapsedTime(pull.At) > (Then.Within > Rest ? Then.Within : Rest);

    /// <summary>Null where it was done.</summary>
    private async Task<Finding?> DoAsync(Look look, CancellationToken cancellationToken)
    {
        if (Sh is not null)
        {
            var output = await look.RunAsync(Node, Sh, cancellationToken);
            return output.Succeeded ? null : new Finding(Answer.CannotTell, $"it could not be done: {$"{output.StandardOutput}{output.StandardError}".Trim()}") { Query = Deed(look) };
        }
        var deed = Deed(look);
        // Done on a new connection, so that a stale one of the pool cannot make it happen twice.
        await look.WithAsync(Node, deed, new ConnectionOptions(ReadWrite: true, Fresh: true), async (connection, cancel) =>
        {
            await using var command = new NpgsqlCommand(deed, connection);
            return await command.ExecuteNonQueryAsync(cancel);
        }, cancellationToken);
        return null;
    }

    private string Deed(Look look) => look.Expand(Sql ?? Sh ?? "", Node);

    /// <param name="At">When it was done, as a timestamp of the lab's time.</param>
    /// <param name="TrueSince">Since when what follows has held without a break; null where it does not hold.</param>
    private sealed record Pull(long At, long? TrueSince, bool Passed);
}
