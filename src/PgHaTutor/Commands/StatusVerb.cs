using System.CommandLine;
using System.Globalization;
using PgHaTutor.Labs;
using PgHaTutor.Sessions;
using PgHaTutor.Ui;

namespace PgHaTutor.Commands;

/// <summary><c>tutor status</c>: the Observation as a table, once or until Ctrl-C.</summary>
internal sealed class StatusVerb : Verb
{
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(1);

    private readonly Option<bool> _json = new("--json") { Description = "as one JSON document; with --watch one a line" };
    private readonly Option<bool> _watch = new("--watch") { Description = "again and again, until Ctrl-C" };

    public StatusVerb(Desk desk) : base("status", "the lab as it is: roles, timelines, LSNs, slots, lag", desk)
    {
        Add(_json);
        Add(_watch);
    }

    protected override async Task<int> RunAsync(ParseResult words, CancellationToken cancellationToken)
    {
        var (json, watch) = (words.GetValue(_json), words.GetValue(_watch));
        await using var session = await OpenAsync(words, cancellationToken);
        if (session.Player is null && json)
            Streams.WriteJson(new StatusDocument(null, session.State.Lesson?.Id, DateTimeOffset.UtcNow, [], []), DocumentJson.Indented.StatusDocument);
        var player = Named.Lab(session);
        if (session.State.BrokenReset is { } broken)
            await Streams.Error.WriteLineAsync($"The reset {(broken.ToStep is { } step ? $"to step {step} " : "")}was broken off, so the lab is in neither state: {ProgramName.Text} reset{(broken.ToStep is { } to ? $" --to {to}" : "")} does it again.");
        while (true)
        {
            var seen = (await player.LookAsync(cancellationToken)).Observation;
            if (json)
                Streams.WriteJson(StatusDocument.Of(player.Lab, seen), (watch ? DocumentJson.OnOneLine : DocumentJson.Indented).StatusDocument);
            else
                Write(player.Lab, seen);
            if (!watch)
                return ExitCode.Done;
            await Task.Delay(Pace, TimeProvider.System, cancellationToken);
            if (!json)
                await Streams.Out.WriteLineAsync();
        }
    }

    private void Write(Lab lab, Observation seen)
    {
        Streams.Out.WriteLine($"{lab.LessonId}, lab {lab.Id}, {seen.At.ToLocalTime().ToString("HH:mm:ss", CultureInfo.InvariantCulture)}");
        Table.Write(Streams.Out, ["node", "host", "state", "role", "port", "timeline", "lsn", "received", "replayed"], [.. seen.Nodes.Select(Row)]);
        foreach (var line in seen.Nodes.SelectMany(node => Lines(lab, node)))
            Streams.Out.WriteLine(line);
        foreach (var contradiction in seen.Contradictions)
            Streams.Out.WriteLine(Streams.Paint(Hue.Red, $"CONTRADICTION: {contradiction}"));
    }

    private static string[] Row(NodeObservation node) =>
    [
        node.Name, node.Host, node.State.ToString().ToLowerInvariant(), node.Role ?? "", $"{node.Port}", $"{node.Timeline}",
        $"{node.Lsn}", $"{node.ReceiveLsn}", $"{node.ReplayLsn}",
    ];

    private static IEnumerable<string> Lines(Lab lab, NodeObservation node)
    {
        if (node.Problem is { } problem)
            yield return $"{node.Name}: {problem}";
        foreach (var sender in node.Senders)
            yield return $"{node.Name} sends to {sender.ApplicationName}: {Joined(sender.State, sender.SyncState, Slot(sender.Slot), sender.LagBytes is { } lag ? $"lag {lag} bytes" : null)}";
        if (node.Receiver is { } receiver)
            yield return $"{node.Name} receives from {Upstream(lab, receiver)}: {Joined(receiver.Status, Slot(receiver.Slot), node.PauseState is "paused" or "pause requested" ? $"replay {node.PauseState}" : null)}";
        else if (node.InRecovery == true)
            yield return $"{node.Name} receives from nobody";
        foreach (var slot in node.Slots)
            yield return $"{node.Name} has slot {slot.Name}: {Joined(slot.Active ? "active" : "inactive", slot.WalStatus, slot.RetainedBytes is { } kept ? $"keeps {kept} bytes of WAL" : null)}";
    }

    private static string Upstream(Lab lab, ReceiverObservation receiver) =>
        lab.Nodes.FirstOrDefault(node => node.Port == receiver.SenderPort)?.Name ?? $"{receiver.SenderHost}:{receiver.SenderPort}";

    private static string? Slot(string? name) => name is { Length: > 0 } ? $"slot {name}" : null;

    private static string Joined(params string?[] parts) => string.Join(", ", parts.Where(part => part is { Length: > 0 }));
}
