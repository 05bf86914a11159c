using System.Globalization;

namespace PgHaTutor.Ui;

/// <summary>How amounts of WAL are said: exactly where the number is read, shortly where the size is felt.</summary>
internal static class Amounts
{
    /// <summary>18,728 bytes.</summary>
    public static string Exact(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes:N0} {(Math.Abs(bytes) == 1 ? "byte" : "bytes")}");

    /// <summary>0 B, 18,728 B, 3.4 MB: exact up to 100,000, in steps of 1024 from there, as pg_size_pretty does.</summary>
    public static string Short(long bytes) => bytes switch
    {
        < 100_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes:N0} B"),
        < 1L << 20 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0:0} kB"),
        < 1L << 30 => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1 << 20):0.0} MB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1 << 30):0.0} GB"),
    };
}
