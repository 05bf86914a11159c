using PgHaTutor.Hosts;

namespace PgHaTutor.Ui;

/// <summary>The last lines that commands printed; any thread may add, the screen reads.</summary>
internal sealed class OutputLog(int capacity = 20_000)
{
    private readonly OutputLine[] ring = new OutputLine[capacity];
    private readonly Lock gate = new();
    private long total;

    public void Add(OutputLine line)
    {
        lock (gate)
            ring[total++ % capacity] = line;
    }

    /// <summary>How many lines were ever added, and how many of them are kept.</summary>
    public (long Total, int Count) Size
    {
        get
        {
            lock (gate)
                return (total, (int)Math.Min(total, capacity));
        }
    }

    public OutputLine? this[int index]
    {
        get
        {
            lock (gate)
            {
                var count = Math.Min(total, capacity);
                return index >= 0 && index < count ? ring[(total - count + index) % capacity] : null;
            }
        }
    }
}
