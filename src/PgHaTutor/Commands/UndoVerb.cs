using System.CommandLine;

namespace PgHaTutor.Commands;

/// <summary><c>tutor undo</c>: takes back what happened to the lab's hosts.</summary>
internal sealed class UndoVerb(Desk desk) : Verb("undo", "takes back what break did to the hosts", desk)
{
    protected override async Task<int> RunAsync(ParseResult words, CancellationToken cancellationToken)
    {
        await using var session = await OpenAsync(words, cancellationToken);
        _ = Named.Lab(session);
        var done = await session.UndoAsync(cancellationToken);
        foreach (var line in done)
            await Streams.Out.WriteLineAsync(line);
        if (done.Count == 0)
            await Streams.Out.WriteLineAsync("Nothing has happened to the hosts of this lab. What happened to its servers is taken back by tutor reset.");
        return ExitCode.Done;
    }
}
