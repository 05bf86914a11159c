namespace PgHaTutor.Progress;

/// <summary>
/// What happened, append-only: one JSON object a line, flushed to disk at every event, each line carrying the SHA-256 of the one before.
/// Several processes of one home may append; the file is locked for the moment of an append.
/// </summary>
public sealed class Journal : IDisposable
{
    /// <summary>Opens or makes the file. A torn last line is set aside in a file of its own, and said.</summary>
    /// <param name="repaired">What was repaired, in a sentence; null where the journal was whole.</param>
    public static Journal Open(string file, TimeProvider time, out string? repaired) => throw new NotImplementedException();

    /// <summary>All events so far, in order, also those that another process appended. A line that cannot be read is skipped and counted.</summary>
    public IReadOnlyList<JournalEvent> Events => throw new NotImplementedException();

    /// <summary>Appends and flushes; what returns is on disk.</summary>
    public void Append(JournalEvent happened) => throw new NotImplementedException();

    /// <summary>Reads what other processes appended; true where there was something.</summary>
    public bool Refresh() => throw new NotImplementedException();

    /// <summary>The number of the first line (from 1) whose hash does not fit the one before; null where the chain is whole.</summary>
    public static int? FirstBrokenLine(string file) => throw new NotImplementedException();

    public void Dispose() => throw new NotImplementedException();
}
