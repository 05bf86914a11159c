using PgHaTutor.Hosts;

namespace PgHaTutor.Commands;

/// <summary>Prints a command's lines as they come, each on the stream that it came from.</summary>
internal sealed class OutputPrinter(Streams streams) : IProgress<OutputLine>
{
    public void Report(OutputLine value)
    {
        var writer = value.IsError ? streams.Error : streams.Out;
        lock (writer)
            writer.WriteLine(value.Text);
    }
}
