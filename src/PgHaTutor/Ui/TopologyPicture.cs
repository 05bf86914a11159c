using PgHaTutor.Labs;

namespace PgHaTutor.Ui;

/// <summary>
/// The lab drawn: nodes beside each other where there is room, else one below the other, with as much detail as fits.
/// </summary>
internal static class TopologyPicture
{
    private const int BoxBeside = 28;
    private const int Gap = 22;
    private const int WidestGap = 34;
    private const int WidestBox = 46;

    private enum Detail { Full, OneLineBoxes, OneLineLinks, Lines }

    /// <summary>The picture as rows of at most that size.</summary>
    public static IReadOnlyList<Row> Of(Observation observation, Topology topology, LagHistory lags, Size size)
    {
        if (size.Width <= 0 || size.Height <= 0)
            return [];
        var warning = observation.Contradictions.SelectMany(said => Rows.Wrap(said, Math.Max(8, size.Width - 4), Ink.Failed)).ToList();
        var above = warning.Count == 0 ? [] : Rows.Box("CONTRADICTION", warning, size.Width, Ink.Failed, heavy: true);
        var rows = Draw(topology, lags, size with { Height = size.Height - above.Count });
        List<Row> all = [.. above, .. rows];
        return all.Count <= size.Height ? all : [.. all.Take(size.Height - 1), new Row(new Piece($"… {all.Count - size.Height + 1} more lines: F3, then z, has room", Ink.Quiet))];
    }

    private static IReadOnlyList<Row> Draw(Topology topology, LagHistory lags, Size size)
    {
        List<Func<Canvas>> ways = [.. Enum.GetValues<Detail>().Select(detail => (Func<Canvas>)(() => Below(topology, lags, size.Width, detail)))];
        var depth = topology.Roots.Select(root => root.Depth).DefaultIfEmpty().Max();
        if (depth > 1 && (depth * BoxBeside) + ((depth - 1) * Gap) <= size.Width)
            ways.Insert(0, () => Beside(topology, lags, size.Width, depth));
        else if (depth == 1 && topology.Roots.Count * (BoxBeside + 2) <= size.Width + 2)
            ways.Insert(0, () => Abreast(topology, size.Width));
        var drawn = ways[0]();
        foreach (var way in ways.Skip(1).TakeWhile(_ => drawn.Height > size.Height))
            drawn = way();
        return drawn.Rows;
    }

    // Upstreams at the left, the arrow between, standbys at the right.
    private static Canvas Beside(Topology topology, LagHistory lags, int width, int depth)
    {
        var canvas = new Canvas(width);
        var gap = Math.Min(WidestGap, (width - (depth * BoxBeside)) / (depth - 1));
        var y = 0;
        foreach (var root in topology.Roots)
            y = Place(root, 0, y);
        return canvas;

        int Place(TopologyNode node, int x, int top)
        {
            var end = NodeBox.Draw(canvas, x, top, BoxBeside, node, full: true);
            end = DrawOthers(canvas, x, end, node, node.Standbys.Count > 1 ? x + BoxBeside : canvas.Width);
            var child = top;
            for (var index = 0; index < node.Standbys.Count; index++)
            {
                var last = index == node.Standbys.Count - 1;
                DrawArrow(canvas, x + BoxBeside, child, gap, node.Standbys[index].Feed!, lags, first: index == 0, last);
                var next = Place(node.Standbys[index], x + BoxBeside + gap, child);
                for (var trunk = child + 2; !last && trunk <= next; trunk++)
                    canvas.Put(x + BoxBeside + 1, trunk, "│", Ink.Quiet);
                child = next;
            }
            return Math.Max(end, child);
        }
    }

    // Nodes that have nothing to do with each other.
    private static Canvas Abreast(Topology topology, int width)
    {
        var canvas = new Canvas(width);
        var box = Math.Min(WidestBox, (width + 2) / Math.Max(1, topology.Roots.Count)) - 2;
        for (var index = 0; index < topology.Roots.Count; index++)
        {
            var x = index * (box + 2);
            DrawOthers(canvas, x, NodeBox.Draw(canvas, x, 0, box, topology.Roots[index], full: true), topology.Roots[index], x + box);
        }
        return canvas;
    }

    private static void DrawArrow(Canvas canvas, int x, int y, int width, TopologyLink link, LagHistory lags, bool first, bool last)
    {
        var ink = LinkInk(link);
        var from = (first, last) switch { (true, true) => "──", (true, false) => "─┬", (false, false) => " ├", _ => " ╰" };
        var (head, slot, lag) = Said(link, lags, width - 4);
        canvas.Put(x + 3, y, Row.Cut(head, width - 4), ink);
        canvas.Put(x, y + 1, $"{from}{Line(link, width - 4)}▶", ink);
        canvas.Put(x + 3, y + 2, Row.Cut(slot.Length > 0 ? slot : lag, width - 4), Ink.Plain);
        if (slot.Length > 0)
            canvas.Put(x + 3, y + 3, Row.Cut(lag, width - 4), Ink.Plain);
    }

    // One below the other, each standby moved in under what feeds it.
    private static Canvas Below(Topology topology, LagHistory lags, int width, Detail detail)
    {
        var canvas = new Canvas(width);
        var y = 0;
        foreach (var root in topology.Roots)
            y = Place(root, 0, y);
        return canvas;

        int Place(TopologyNode node, int x, int top)
        {
            if (detail is Detail.Lines)
                NodeBox.DrawLine(canvas, x, top, node);
            var y = detail is Detail.Lines ? top + 1 : NodeBox.Draw(canvas, x, top, Math.Min(WidestBox, width - x), node, detail is Detail.Full);
            if (detail is not Detail.Lines && node.Standbys.Count + node.OtherSlots.Count + node.OtherClients.Count > 0)
                canvas.Put(x + 1, y - 1, "┬", Ink.Quiet);
            y = DrawOthers(canvas, x, y, node, canvas.Width, node.Standbys.Count > 0);
            for (var index = 0; index < node.Standbys.Count; index++)
            {
                var standby = node.Standbys[index];
                var isLast = index == node.Standbys.Count - 1;
                y = DrawLink(canvas, x + 1, y, standby.Feed!, lags, detail);
                canvas.Put(x + 1, y, $"{(isLast ? '╰' : '├')}▶", LinkInk(standby.Feed!));
                var next = Place(standby, x + 3, y);
                for (var trunk = y + 1; !isLast && trunk < next; trunk++)
                    canvas.Put(x + 1, trunk, "│", Ink.Quiet);
                y = next;
            }
            return y;
        }
    }

    private static int DrawLink(Canvas canvas, int x, int y, TopologyLink link, LagHistory lags, Detail detail)
    {
        var room = canvas.Width - x - 2;
        var (head, slot, lag) = Said(link, lags, room);
        var together = slot.Length > 0 ? $"{head} · {slot}" : head;
        // Where the slot's name has no room behind the state, it may have some in the line below, at the cost of the sparkline.
        if (together.Length > room && slot.Length > 0 && $"{slot} · {Said(link, lags, room - slot.Length - 3).Lag}" is var below && below.Length <= room)
            (together, lag) = (head, below);
        var trunk = link.IsStreaming ? "│" : "┆";
        if (detail is Detail.Full or Detail.OneLineBoxes)
        {
            canvas.Put(x, y, trunk, LinkInk(link));
            canvas.Put(x + 2, y, Row.Cut(together, room), LinkInk(link));
            y++;
            canvas.Put(x, y, trunk, LinkInk(link));
            canvas.Put(x + 2, y, Row.Cut(lag, room), Ink.Plain);
        }
        else
        {
            canvas.Put(x, y, trunk, LinkInk(link));
            canvas.Put(x + 2, y, Row.Cut($"{head} · {lag}", room), LinkInk(link));
        }
        return y + 1;
    }

    private static int DrawOthers(Canvas canvas, int x, int y, TopologyNode node, int end, bool more = false)
    {
        var others = node.OtherSlots.Select(Said).Concat(node.OtherClients.Select(Said)).ToList();
        for (var index = 0; index < others.Count; index++)
        {
            canvas.Put(x + 1, y, more || index < others.Count - 1 ? "├╌" : "╰╌", Ink.Quiet);
            canvas.Put(x + 4, y, Row.Cut(others[index].Text, end - x - 4), others[index].Ink);
            y++;
        }
        return y;
    }

    private static (string Text, Ink Ink) Said(SlotObservation slot)
    {
        var lost = slot.WalStatus is "lost" or "unreserved";
        var kept = slot.RetainedBytes is { } bytes ? $", keeps {Amounts.Short(bytes)}" : "";
        var state = lost ? slot.WalStatus!.ToUpperInvariant() : slot.Active ? "active" : "inactive";
        return ($"{(slot.Active ? "●" : "○")} slot {slot.Name} {state}{kept}", lost ? Ink.Failed : slot.Active ? Ink.Plain : Ink.Blocked);
    }

    private static (string Text, Ink Ink) Said(SenderObservation sender) => ($"→ {sender.ApplicationName} {sender.State ?? "state unknown"}", Ink.Plain);

    private static (string Head, string Slot, string Lag) Said(TopologyLink link, LagHistory lags, int room)
    {
        var lag = link.LagBytes is { } bytes ? $"{Amounts.Short(bytes)} behind" : "lag not known";
        var history = lags.Of(link);
        var line = history.Count > 1 ? Sparkline.Of(history, Math.Min(24, room - lag.Length - 1)) : "";
        return (
            link.SyncState is { } sync ? $"{link.State} · {(sync is "sync" or "quorum" ? sync.ToUpperInvariant() : sync)}" : link.State,
            link.SlotName is { } slot ? $"slot {slot}" : "",
            line.Length > 0 ? $"{lag} {line}" : lag);
    }

    private static string Line(TopologyLink link, int length) => new(link.IsStreaming ? '─' : '╌', Math.Max(0, length));

    private static Ink LinkInk(TopologyLink link) => link.IsStreaming ? Ink.Passed : Ink.Blocked;
}
