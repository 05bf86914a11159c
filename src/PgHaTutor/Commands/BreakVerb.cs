using System.CommandLine;
using PgHaTutor.Hosts;

namespace PgHaTutor.Commands;

/// <summary><c>tutor break</c>: lets something happen to a node's host: to its network, or to its power.</summary>
internal sealed class BreakVerb : Verb
{
    private readonly Argument<string> _fault = new("FAULT") { Description = "cut, delay, loss, power-off, reboot" };
    private readonly Argument<string> _node = new("NODE") { Description = "the node to whose host it happens" };
    private readonly Argument<string?> _amount = new("AMOUNT") { Description = "how much longer a round trip to the other hosts takes (50ms), or how many packets are lost (30%)", Arity = ArgumentArity.ZeroOrOne };

    public BreakVerb(Desk desk) : base("break", "cuts or slows a host's network, or takes its power (containers, SSH hosts)", desk)
    {
        Add(_fault);
        Add(_node);
        Add(_amount);
    }

    protected override async Task<int> RunAsync(ParseResult words, CancellationToken cancellationToken)
    {
        var written = $"{words.GetRequiredValue(_fault)} {words.GetValue(_amount)}".Trim();
        var trouble = HostTrouble.Parse(written)
            ?? throw new UsageException($"'{written}' is nothing that can happen to a host. Say one of: {string.Join(", ", HostTrouble.Forms.Select(WithNode))}.");
        await using var session = await OpenAsync(words, cancellationToken);
        var node = Named.Node(Named.Lab(session).Lab, words.GetRequiredValue(_node));
        await Streams.Out.WriteLineAsync(await session.BreakAsync(node.Name, trouble, cancellationToken));
        if (trouble.Kind is not (TroubleKind.Heal or TroubleKind.PowerOn or TroubleKind.Reboot))
            await Streams.Out.WriteLineAsync("tutor undo takes it back.");
        return ExitCode.Done;
    }

    private static string WithNode(string form) => form.Split(' ') is [var kind, var amount] ? $"{kind} NODE {amount}" : $"{form} NODE";
}
