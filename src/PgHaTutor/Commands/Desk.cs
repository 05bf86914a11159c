using System.CommandLine;
using PgHaTutor.Lessons;

namespace PgHaTutor.Commands;

/// <summary>What every verb has at hand: the streams, Ctrl-C, and the course that the words name.</summary>
internal sealed class Desk(Streams streams, Interrupt interrupt)
{
    public Streams Streams => streams;

    public Interrupt Interrupt => interrupt;

    /// <summary>The option that every verb takes: another course than the shipped one.</summary>
    public Option<string?> CourseOption { get; } = new("--course")
    {
        Description = "a course folder other than the one that came with the program",
        HelpName = "PATH",
        Recursive = true,
    };

    /// <summary>The course that the words name, trusted from now on.</summary>
    public Course TrustedCourse(ParseResult words)
    {
        var folder = CourseFolder.Find(words.GetValue(CourseOption));
        var course = CourseReader.Read(folder.Path);
        if (!folder.Shipped)
            TrustGate.Trust(folder, course, streams);
        return course;
    }

    /// <summary>The course, read; a foreign one only once it is trusted.</summary>
    public async Task<Course> CourseAsync(ParseResult words, CancellationToken cancellationToken)
    {
        var folder = CourseFolder.Find(words.GetValue(CourseOption));
        var course = CourseReader.Read(folder.Path);
        if (!folder.Shipped)
            await TrustGate.PassAsync(folder, course, streams, cancellationToken);
        return course;
    }
}
