using System.Globalization;
using PgHaTutor.Hosts;
using PgHaTutor.Lessons;
using PgHaTutor.Sessions;

namespace PgHaTutor.Commands;

/// <summary>A course that did not come with the program runs commands of its own: they are shown, and asked for once.</summary>
internal static class TrustGate
{
    /// <summary>Lets a trusted course through; asks for another one where somebody can answer.</summary>
    /// <exception cref="IOException">It is not trusted.</exception>
    public static async Task PassAsync(CourseFolder folder, Course course, Streams streams, CancellationToken cancellationToken)
    {
        var (trust, known) = Of(course);
        if (known.Knows(trust.Hash))
            return;
        if (!streams.CanAsk)
            throw new IOException(
                $"The course {folder.Path} did not come with the program, and nobody has trusted what it runs ({Count.Of(trust.Commands.Count, "command")}). "
                + $"To see and trust it: tutor list --course {folder.Path} --trust");
        Show(folder, trust, streams.Error);
        await streams.Error.WriteAsync("Shall all of this be allowed to run, as it is now? Type yes: ");
        if ((await streams.ReadLineAsync(cancellationToken))?.Trim() != "yes")
            throw new IOException($"The course {folder.Path} is not trusted, and nothing of it ran.");
        known.Add(trust.Hash);
    }

    /// <summary>Shows what the course runs, and trusts it as it is now.</summary>
    public static void Trust(CourseFolder folder, Course course, Streams streams)
    {
        var (trust, known) = Of(course);
        Show(folder, trust, streams.Error);
        if (!known.Knows(trust.Hash))
            known.Add(trust.Hash);
        streams.Error.WriteLine($"The course {folder.Path} is trusted as it is now.");
    }

    private static (Trust Trust, TrustFile Known) Of(Course course) =>
        (Lessons.Trust.Of(course, new LocalHost()), new TrustFile(Path.Combine(TutorHome.FromEnvironment().Directory, "trust")));

    private static void Show(CourseFolder folder, Trust trust, TextWriter writer)
    {
        writer.WriteLine($"The course {folder.Path} did not come with the program. It would run:");
        foreach (var lesson in trust.Commands.GroupBy(command => command.Lesson))
        {
            writer.WriteLine(Visible(lesson.Key));
            foreach (var command in lesson)
                writer.WriteLine(
                    $"  {Visible(command.Origin)}, on {Visible(command.Node)} ({command.Host}, as {command.User}):\n    {Visible(command.Text.Trim()).ReplaceLineEndings("\n    ")}");
        }
    }

    /// <summary>What a terminal would obey instead of show must not hide a command from whoever reads it.</summary>
    internal static string Visible(string text) =>
        string.Concat(text.ReplaceLineEndings("\n").Select(letter => Obeyed(letter) ? '\uFFFD' : letter));

    private static bool Obeyed(char letter) =>
        letter is not ('\n' or '\t') && char.GetUnicodeCategory(letter) is UnicodeCategory.Control or UnicodeCategory.Format;
}
