using System.Globalization;

namespace PgHaTutor.Labs;

/// <summary>A position in the WAL, in bytes; written as two hexadecimal halves (PostgreSQL manual, "pg_lsn Type").</summary>
public readonly record struct Lsn(ulong Bytes) : IComparable<Lsn>
{
    public static Lsn? TryParse(string? text)
    {
        if (text?.Split('/') is not [var high, var low]
            || !uint.TryParse(high, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var h)
            || !uint.TryParse(low, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var l))
            return null;
        return new Lsn(((ulong)h << 32) | l);
    }

    /// <summary>Bytes from <paramref name="other"/> to this one; negative where this one is behind.</summary>
    public long Since(Lsn other) => (long)(Bytes - other.Bytes);

    public int CompareTo(Lsn other) => Bytes.CompareTo(other.Bytes);

    public override string ToString() => $"{Bytes >> 32:X}/{(uint)Bytes:X}";
}
