namespace PgHaTutor.Commands;

/// <summary>Says on standard error what work on EC2 is doing, as it happens and from any thread.</summary>
internal sealed class Ec2Progress(TextWriter error) : IProgress<string>
{
    private readonly TextWriter _error = TextWriter.Synchronized(error);

    public void Report(string value) => _error.WriteLine($"{value}…");
}
