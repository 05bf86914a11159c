using System.CommandLine;
using PgHaTutor.Lessons;
using PgHaTutor.Sessions;

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

    /// <summary>The course that the words name, to look at: nothing of it runs.</summary>
    public (CourseFolder Folder, Course Course) Read(ParseResult words)
    {
        var folder = CourseFolder.Find(words.GetValue(CourseOption));
        return (folder, CourseReader.Read(folder.Path));
    }

    /// <summary>The course that the words name, to work with; a foreign one only once it is trusted.</summary>
    public async Task<Course> CourseAsync(ParseResult words, CancellationToken cancellationToken)
    {
        var (folder, course) = Read(words);
        if (!folder.Shipped)
            await TrustGate.PassAsync(folder, course, TargetOf(words), streams, cancellationToken);
        return course;
    }

    /// <summary>Where labs are built as the words say; where the home's labs stand, for a verb that builds none.</summary>
    /// <exception cref="SessionException">There is no such target.</exception>
    public static string TargetOf(ParseResult words)
    {
        if (words.CommandResult.Command.Options.FirstOrDefault(option => option.Name == Verb.TargetName) is Option<string?> option)
            return Targets.Named(words.GetValue(option));
        return Targets.Remembered(TutorHome.FromEnvironment()).FirstOrDefault(Targets.IsUsable) ?? Targets.Named(null);
    }
}
