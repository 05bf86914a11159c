using System.CommandLine;
using System.Diagnostics;
using PgHaTutor.Labs;

namespace PgHaTutor.Commands;

/// <summary><c>tutor shell</c>: the learner's own shell in the terminal, with a node's environment, as the user that the servers run as.</summary>
internal sealed class ShellVerb : Verb
{
    private readonly Argument<string?> _node = new("NODE") { Description = "whose environment; the lab's first node where none is named", Arity = ArgumentArity.ZeroOrOne };

    public ShellVerb(Desk desk) : base("shell", "your own shell with the lesson's environment", desk) => Add(_node);

    protected override async Task<int> RunAsync(ParseResult words, CancellationToken cancellationToken)
    {
        await using var session = await OpenAsync(words, cancellationToken);
        var lab = Named.Lab(session).Lab;
        var node = words.GetValue(_node) is { } wanted ? Named.Node(lab, wanted) : lab.Nodes[0];
        var start = Start(lab, node, Prompts.Naming(node.Name, session.EnvironmentOf(node.Name)));

        if (Streams.CanAsk)
            await Streams.Error.WriteLineAsync($"A shell for {node.Name}, as {node.Host.User}; exit comes back. $PGDATA is {node.DataDirectory}, $PGPORT is {node.Port}.");
        // In the shell Ctrl-C is the shell's; we get it too and must not end before it.
        using var itsOwn = Desk.Interrupt.Instead(() => { });
        using var shell = Process.Start(start) ?? throw new IOException($"{start.FileName} could not be started.");
        await shell.WaitForExitAsync(cancellationToken);
        return shell.ExitCode;
    }

    private static ProcessStartInfo Start(Lab lab, Node node, IReadOnlyDictionary<string, string> environment)
    {
        var foreground = node.Host.InForeground([], environment, lab.Directory);
        var start = new ProcessStartInfo(foreground.Program, foreground.Arguments) { WorkingDirectory = foreground.WorkingDirectory ?? "" };
        foreach (var (name, value) in foreground.Environment)
            start.Environment[name] = value;
        return start;
    }
}
