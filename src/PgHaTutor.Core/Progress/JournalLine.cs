using System.Security.Cryptography;
using System.Text.Json;

namespace PgHaTutor.Progress;

/// <summary>One line of the journal, as bytes without its line end: the event, and the hash of the line before.</summary>
internal static class JournalLine
{
    /// <summary>What the first line carries in place of a hash.</summary>
    public static readonly string NoneBefore = new('0', 64);

    public static byte[] Write(JournalEvent happened, string previous)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(happened, JournalJson.Lines.JournalEvent);
        return [.. json.AsSpan(0, json.Length - 1), .. ",\"prev\":\""u8, .. System.Text.Encoding.ASCII.GetBytes(previous), .. "\"}"u8];
    }

    /// <summary>Null where the line is damaged, or of a kind that only a newer program knows.</summary>
    public static JournalEvent? TryRead(ReadOnlySpan<byte> line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, JournalJson.Lines.JournalEvent);
        }
        catch (Exception damaged) when (damaged is JsonException or NotSupportedException)
        {
            return null;
        }
    }

    /// <summary>The hash that the line says the one before has; null where it says none.</summary>
    public static string? Previous(ReadOnlyMemory<byte> line)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            return json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("prev", out var previous)
                ? previous.ValueKind == JsonValueKind.String ? previous.GetString() : null
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public static string Hash(ReadOnlySpan<byte> line) => Convert.ToHexStringLower(SHA256.HashData(line));
}
