using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace PgHaTutor.Ui;

/// <summary>What a crash leaves behind: a file for whoever mends it, a few lines for the learner.</summary>
/// <param name="Folder">Where the file goes.</param>
internal sealed record CrashReport(string Folder)
{
    /// <summary>Writes the details and gives what to tell the learner; the details themselves where no file can be written.</summary>
    public string Write(Exception crash)
    {
        var text = new StringBuilder()
            .AppendLine($"The tutor had to stop: {Cause(crash).Message}")
            .AppendLine("What you have done is kept, and servers that run go on running.")
            .AppendLine("Start the tutor again to go on.");
        try
        {
            text.AppendLine($"Details: {WriteFile(crash)}");
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            text.AppendLine($"No file could be written for the details ({refused.Message}):").AppendLine(crash.ToString());
        }
        return text.ToString();
    }

    // A task wraps what happened; "one or more errors occurred" helps nobody.
    private static Exception Cause(Exception crash) => crash is AggregateException { InnerExceptions: [var first, ..] } ? Cause(first) : crash;

    private string WriteFile(Exception crash)
    {
        var now = TimeProvider.System.GetUtcNow();
        var file = Path.Combine(Folder, $"crash-{now.ToString("yyyyMMdd'T'HHmmssfff'Z'", CultureInfo.InvariantCulture)}.txt");
        File.WriteAllText(file, $"""
            {now:u}
            {typeof(CrashReport).Assembly.GetName()}
            {RuntimeInformation.FrameworkDescription} on {RuntimeInformation.OSDescription}, TERM={Environment.GetEnvironmentVariable("TERM")}

            {crash}

            """);
        return file;
    }
}
