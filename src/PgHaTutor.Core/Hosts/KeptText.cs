using System.Text;

namespace PgHaTutor.Hosts;

/// <summary>The last million characters of a text that grows.</summary>
internal sealed class KeptText
{
    private const int Limit = 1_000_000;
    private readonly StringBuilder _text = new();

    public void Append(ReadOnlySpan<char> more)
    {
        _text.Append(more);
        // Cutting at twice the limit makes the cost of cutting vanish over many lines.
        if (_text.Length > 2 * Limit)
            _text.Remove(0, _text.Length - Limit);
    }

    public override string ToString() =>
        _text.Length <= Limit ? _text.ToString() : _text.ToString(_text.Length - Limit, Limit);
}
