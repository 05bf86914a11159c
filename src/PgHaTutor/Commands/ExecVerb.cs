using System.CommandLine;

namespace PgHaTutor.Commands;

/// <summary><c>tutor exec</c>: runs a command on a node's host with the lesson's environment, and ends as it ended.</summary>
internal sealed class ExecVerb : Verb
{
    private readonly Argument<string> _node = new("NODE") { Description = "the node whose host and environment it is" };
    private readonly Argument<string[]> _command = new("COMMAND") { Description = "the command's words, behind --", Arity = ArgumentArity.OneOrMore };

    private readonly Option<bool> _input = new("--stdin", "-i") { Description = "passes standard input on to the command, read to its end first" };

    public ExecVerb(Desk desk) : base("exec", "runs a command on a node's host with the lesson's environment", desk)
    {
        Add(_node);
        Add(_command);
        Add(_input);
    }

    protected override async Task<int> RunAsync(ParseResult words, CancellationToken cancellationToken)
    {
        await using var session = await OpenAsync(words, cancellationToken);
        var node = Named.Node(Named.Lab(session).Lab, words.GetRequiredValue(_node));
        // One word with blanks in it is a line for the shell, as ssh takes it; several words stay the words that they are.
        var command = words.GetRequiredValue(_command) is [var line] && line.Contains(' ', StringComparison.Ordinal)
            ? line
            : string.Join(' ', words.GetRequiredValue(_command).Select(Quoted));
        // Only on request, as docker exec has it: an open pipe on which nothing comes would be waited for.
        var input = words.GetValue(_input) ? await ReadAllAsync(cancellationToken) : null;
        var output = await session.RunCommandAsync(
            node.Name, command, progress: Streams.Raw is null ? new OutputPrinter(Streams) : null, input: input, raw: Streams.Raw, cancellationToken: cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        return output.ExitCode;
    }

    private static async Task<byte[]> ReadAllAsync(CancellationToken cancellationToken)
    {
        using var bytes = new MemoryStream();
        await using var input = Console.OpenStandardInput();
        await Task.Run(() => input.CopyTo(bytes), CancellationToken.None).WaitAsync(cancellationToken);
        return bytes.ToArray();
    }

    /// <summary>One word for bash, whatever it holds: what the learner's own shell made of it stays so.</summary>
    internal static string Quoted(string word) => $"'{word.Replace("'", "'\\''")}'";
}
