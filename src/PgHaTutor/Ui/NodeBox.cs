using PgHaTutor.Labs;

namespace PgHaTutor.Ui;

/// <summary>A node as a box: what it is, where it listens, how far it is. Its frame says its state without colour.</summary>
internal static class NodeBox
{
    private const int Narrowest = 18;

    /// <summary>Draws the box and gives the line below it.</summary>
    /// <param name="full">A line for each fact; otherwise one line for the most important.</param>
    public static int Draw(Canvas canvas, int x, int y, int width, TopologyNode node, bool full)
    {
        width = Math.Max(Narrowest, width);
        var (corners, across, down) = Frame(node.Node);
        var ink = FrameInk(node);
        var inside = width - 4;
        DrawTop(canvas, x, y, width, node);
        foreach (var (text, textInk) in full ? Facts(node) : Brief(node))
            // Why a node is as it is takes the lines that it needs, where there is room.
            foreach (var row in full ? Rows.Wrap([new Piece(text)], inside, "  ") : [new Row(new Piece(Row.Cut(text, inside)))])
            {
                y++;
                canvas.Put(x, y, $"{down}", ink);
                canvas.Put(x + 2, y, $"{row}", textInk);
                canvas.Put(x + width - 1, y, $"{down}", ink);
            }
        y++;
        canvas.Put(x, y, $"{corners[2]}{new string(across, width - 2)}{corners[3]}", ink);
        return y + 1;
    }

    /// <summary>The node in one line, for where there is no room for boxes.</summary>
    public static void DrawLine(Canvas canvas, int x, int y, TopologyNode node)
    {
        var name = $"{Mark(node.Node)} {node.Node.Name}";
        canvas.Put(x, y, name, FrameInk(node));
        canvas.Put(x + name.Length + 1, y, Role(node), FrameInk(node));
        canvas.Put(x + name.Length + Role(node).Length + 2, y, Row.Cut(Summary(node.Node), Math.Max(0, canvas.Width - x - name.Length - Role(node).Length - 2)));
    }

    private static void DrawTop(Canvas canvas, int x, int y, int width, TopologyNode node)
    {
        var (corners, across, _) = Frame(node.Node);
        var ink = FrameInk(node);
        var role = Role(node);
        var name = Row.Cut(node.Node.Name, Math.Max(3, width - role.Length - 8));
        canvas.Put(x, y, $"{corners[0]}{new string(across, width - 2)}{corners[1]}", ink);
        canvas.Put(x + 2, y, $" {name} ", Ink.Strong);
        canvas.Put(x + width - 4 - role.Length, y, $" {role} ", ink);
    }

    private static IEnumerable<(string Text, Ink Ink)> Brief(TopologyNode node) => node.Node.OrphanPid is { } pid
        ? [($":{node.Node.Port} still held by process {pid}", Ink.Failed), ("its files were deleted", Ink.Failed)]
        : [(Summary(node.Node), Ink.Plain), .. Warnings(node)];

    private static IEnumerable<(string Text, Ink Ink)> Facts(TopologyNode node)
    {
        var seen = node.Node;
        yield return ($"{Mark(seen)} {State(seen)}", FrameInk(node) is Ink.Accent or Ink.Plain ? Ink.Passed : FrameInk(node));
        var place = seen.Host is "" or "local" ? $"port {seen.Port}" : $"{seen.Host}:{seen.Port}";
        yield return (seen.State is NodeState.Running ? $"{place} · {Timeline(seen)}" : place, Ink.Plain);
        if (seen.Lsn is { } written)
            yield return ($"writes    {written}", Ink.Plain);
        if (seen.ReceiveLsn is { } received && received != seen.ReplayLsn)
            yield return ($"received  {received}", Ink.Plain);
        if (seen.ReplayLsn is { } replayed)
            yield return ($"replayed  {replayed}", Ink.Plain);
        foreach (var warning in Warnings(node))
            yield return warning;
    }

    private static IEnumerable<(string Text, Ink Ink)> Warnings(TopologyNode node)
    {
        var seen = node.Node;
        if (seen.Problem is { Length: > 0 } problem)
            yield return (problem, seen.OrphanPid is null ? Ink.CannotTell : Ink.Failed);
        if (seen.PauseState is { } pause and not "not paused")
            yield return ($"replay: {pause}", Ink.Blocked);
        if (seen.InRecovery is true && node.Feed is null)
            yield return (seen.Receiver is { SenderPort: { } port } ? $"receives from port {port}" : "no WAL receiver: follows nobody", Ink.Blocked);
        if (seen.SynchronousStandbyNames is { Length: > 0 } names && seen.InRecovery is false)
            yield return ($"waits for {names}", Ink.Plain);
    }

    private static string Summary(NodeObservation node) => node.State switch
    {
        _ when node.OrphanPid is { } pid => $":{node.Port} held by {pid}, without files",
        NodeState.Running => string.Join(" ", new[] { $":{node.Port}", Timeline(node, brief: true), $"{node.Lsn ?? node.ReplayLsn ?? node.ReceiveLsn}" }.Where(part => part.Length > 0)),
        NodeState.Unknown => $":{node.Port} cannot be asked",
        _ => $":{node.Port} {State(node)}",
    };

    private static string Timeline(NodeObservation node, bool brief = false) => (brief ? "TL" : "timeline ") + (node.Timeline?.ToString() ?? "?");

    private static string Role(TopologyNode node) => node.Node.State switch
    {
        _ when node.Node.OrphanPid is not null => "ORPHAN",
        NodeState.Running when node.IsSecondPrimary => "RIVAL PRIMARY",
        NodeState.Running => node.Node.Role?.ToUpperInvariant() ?? "ROLE UNKNOWN",
        NodeState.Starting => "STARTING",
        NodeState.Stopped => "STOPPED",
        NodeState.Absent => "ABSENT",
        _ => "UNKNOWN",
    };

    private static string State(NodeObservation node) => node.State switch
    {
        NodeState.Absent when node.OrphanPid is not null => "directory deleted, server not",
        NodeState.Stopped when node.OrphanPid is not null => "files deleted, server not",
        NodeState.Running => node.InRecovery switch
        {
            false => "running, read-write",
            true => "running, read-only",
            null => "running, not asked yet",
        },
        NodeState.Starting => "no connections yet",
        NodeState.Stopped => "no server process",
        NodeState.Absent => "no data directory",
        _ => "cannot be asked",
    };

    private static string Mark(NodeObservation node) => node.State switch
    {
        _ when node.OrphanPid is not null => "!",
        NodeState.Running => "●",
        NodeState.Starting => "◌",
        NodeState.Stopped => "■",
        NodeState.Absent => "·",
        _ => "?",
    };

    private static (string Corners, char Across, char Down) Frame(NodeObservation node) => node.State switch
    {
        _ when node.OrphanPid is not null => ("┌┐└┘", '╌', '?'),
        NodeState.Running => ("╭╮╰╯", '─', '│'),
        NodeState.Starting => ("┌┐└┘", '┄', '┆'),
        NodeState.Stopped => ("╔╗╚╝", '═', '║'),
        NodeState.Absent => ("┌┐└┘", '┈', '┊'),
        _ => ("┌┐└┘", '╌', '?'),
    };

    private static Ink FrameInk(TopologyNode node) => node.Node.State switch
    {
        _ when node.Node.OrphanPid is not null => Ink.Failed,
        NodeState.Running when node.IsSecondPrimary => Ink.Failed,
        NodeState.Running => node.Node.InRecovery is false ? Ink.Accent : Ink.Plain,
        NodeState.Starting => Ink.Blocked,
        NodeState.Stopped => Ink.Blocked,
        NodeState.Absent => Ink.Quiet,
        _ => Ink.CannotTell,
    };
}
