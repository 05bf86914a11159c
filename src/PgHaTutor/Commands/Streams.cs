using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace PgHaTutor.Commands;

/// <summary>What a verb reads from and writes to, and what a person at the other end can see.</summary>
/// <param name="Colour">Only for a terminal, and never under NO_COLOR.</param>
/// <param name="CanAsk">A person sits at both ends.</param>
internal sealed record Streams(TextReader In, TextWriter Out, TextWriter Error, bool Colour, bool CanAsk)
{
    // The terminal's own line editing serves: .NET's would move the cursor about, and a screen reader would read that.
    public static Streams OfProcess() => new(
        new StreamReader(Console.OpenStandardInput()),
        Console.Out,
        Console.Error,
        Colour: !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("NO_COLOR") is null or "",
        CanAsk: !Console.IsInputRedirected && !Console.IsOutputRedirected);

    public string Paint(Hue hue, string text) => Colour ? $"\e[{(int)hue}m{text}\e[0m" : text;

    public void WriteJson<T>(T document, JsonTypeInfo<T> type) => Out.WriteLine(JsonSerializer.Serialize(document, type));

    /// <summary>Reads a line without holding up a Ctrl-C; null at the end of the input.</summary>
    public Task<string?> ReadLineAsync(CancellationToken cancellationToken) =>
        Task.Run(In.ReadLine, CancellationToken.None).WaitAsync(cancellationToken);
}
