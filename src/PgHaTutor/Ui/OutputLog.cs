namespace PgHaTutor.Ui;

/// <summary>The newest lines that commands printed, clean. Any thread adds, the screen reads.</summary>
/// <param name="capacity">Lines that are kept.</param>
internal sealed class OutputLog(int capacity = 20_000)
{
    // Lines may be long: a bound on their number alone would not bound the memory.
    private const int MostCharacters = 8_000_000;

    private readonly (string Text, OutputKind Kind)[] _ring = new (string, OutputKind)[capacity];
    private readonly Lock _gate = new();
    private long _first;
    private long _next;
    private long _characters;

    /// <summary>Lines came or went; raised on the thread that did it, outside of any lock.</summary>
    public event Action? Changed;

    /// <summary>Numbers of the oldest line that is kept and of the one that comes next; they only ever grow.</summary>
    public (long First, long Next) Span
    {
        get
        {
            lock (_gate)
                return (_first, _next);
        }
    }

    public void Add(string text, OutputKind kind)
    {
        var clean = CleanText.Of(text);
        lock (_gate)
        {
            if (_next - _first == capacity)
                Forget();
            _ring[_next++ % capacity] = (clean, kind);
            _characters += clean.Length;
            while (_characters > MostCharacters)
                Forget();
        }
        Changed?.Invoke();
    }

    /// <summary>Copies lines into <paramref name="into"/>, and gives how many there were.</summary>
    public int Read(long from, Span<(string Text, OutputKind Kind)> into)
    {
        lock (_gate)
        {
            var number = Math.Max(from, _first);
            var count = (int)Math.Clamp(_next - number, 0, into.Length);
            for (var index = 0; index < count; index++)
                into[index] = _ring[(number + index) % capacity];
            return count;
        }
    }

    public void Clear()
    {
        lock (_gate)
            while (_first < _next)
                Forget();
        Changed?.Invoke();
    }

    private void Forget()
    {
        ref var oldest = ref _ring[_first++ % capacity];
        _characters -= oldest.Text.Length;
        oldest = default;
    }
}
