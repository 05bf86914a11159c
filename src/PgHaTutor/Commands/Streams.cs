using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using PgHaTutor.Hosts;

namespace PgHaTutor.Commands;

/// <summary>What a verb reads from and writes to, and what a person at the other end can see.</summary>
/// <param name="Colour">Only for a terminal, and never under NO_COLOR.</param>
/// <param name="CanAsk">A person sits at both ends.</param>
internal sealed record Streams(TextReader In, TextWriter Out, TextWriter Error, bool Colour, bool CanAsk)
{
    /// <summary>Where the bytes of a command go, untouched; null where there are only texts.</summary>
    public RawOutput? Raw { get; init; }

    // The terminal's own line editing serves: .NET's would move the cursor about, and a screen reader would read that.
    public static Streams OfProcess(Stream output, TextWriter errors) => new(
        new StreamReader(Console.OpenStandardInput()),
        Writer(output),
        errors,
        Colour: !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("NO_COLOR") is null or "" && Environment.GetEnvironmentVariable("TERM") != "dumb",
        CanAsk: !Console.IsInputRedirected && !Console.IsOutputRedirected);

    /// <summary>Each text at once, in UTF-8 as JSON has it.</summary>
    public static TextWriter Writer(Stream stream) =>
        TextWriter.Synchronized(new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { AutoFlush = true });

    public string Paint(Hue hue, string text) => Colour ? $"\e[{(int)hue}m{text}\e[0m" : text;

    public void WriteJson<T>(T document, JsonTypeInfo<T> type) => Out.WriteLine(JsonSerializer.Serialize(document, type));

    /// <summary>Reads a line without holding up a Ctrl-C; null at the end of the input.</summary>
    public Task<string?> ReadLineAsync(CancellationToken cancellationToken) =>
        Task.Run(In.ReadLine, CancellationToken.None).WaitAsync(cancellationToken);
}
