using System.Globalization;
using PgHaTutor.Lessons;
using PgHaTutor.Sessions;

namespace PgHaTutor.Commands;

/// <summary>A course that did not come with the program runs commands of its own: they are shown, and asked for once.</summary>
internal static class TrustGate
{
    /// <summary>Lets a trusted course through; asks for another one where somebody can answer.</summary>
    /// <exception cref="IOException">It is not trusted.</exception>
    /// <param name="target">Where it would run.</param>
    public static async Task PassAsync(CourseFolder folder, Course course, string target, Streams streams, CancellationToken cancellationToken)
    {
        var known = Known;
        if (known.Knows(Lessons.Trust.HashOf(course)))
            return;
        var trust = Lessons.Trust.Of(course, Targets.PlacesOn(target));
        if (!streams.CanAsk)
            throw new IOException(
                $"The course {folder.Path} did not come with the program, and nobody has trusted what it runs ({Count.Of(trust.Commands.Count, "command")}). "
                + $"To see and trust it: tutor list --course {folder.Path} --trust");
        Show(folder, trust, target, streams.Error);
        await streams.Error.WriteAsync("Shall all of this be allowed to run, as it is now? Type yes: ");
        if ((await streams.ReadLineAsync(cancellationToken))?.Trim() != "yes")
            throw new IOException($"The course {folder.Path} is not trusted, and nothing of it ran.");
        known.Add(trust.Hash);
    }

    /// <summary>Shows what the course runs, and trusts it as it is now.</summary>
    public static void Trust(CourseFolder folder, Course course, string target, Streams streams)
    {
        var (trust, known) = (Lessons.Trust.Of(course, Targets.PlacesOn(target)), Known);
        Show(folder, trust, target, streams.Error);
        if (!known.Knows(trust.Hash))
            known.Add(trust.Hash);
        streams.Error.WriteLine($"The course {folder.Path} is trusted as it is now.");
    }

    private static TrustFile Known => new(Path.Combine(TutorHome.FromEnvironment().Directory, "trust"));

    private static void Show(CourseFolder folder, Trust trust, string target, TextWriter writer)
    {
        writer.WriteLine($"The course {folder.Path} did not come with the program. On the target {target} it would run, and on any other that you build its labs on:");
        foreach (var lesson in trust.Commands.GroupBy(command => command.Lesson))
        {
            writer.WriteLine(Visible(lesson.Key));
            foreach (var command in lesson)
                writer.WriteLine(
                    $"  {Visible(command.Origin)}, on {Visible(command.Node)} ({Visible($"{command.Place}")}):\n    {Visible(command.Text.Trim()).ReplaceLineEndings("\n    ")}");
        }
    }

    /// <summary>What a terminal would obey instead of show must not hide a command from whoever reads it.</summary>
    internal static string Visible(string text) =>
        string.Concat(text.ReplaceLineEndings("\n").Select(letter => Obeyed(letter) ? '\uFFFD' : letter));

    private static bool Obeyed(char letter) =>
        letter is not ('\n' or '\t') && char.GetUnicodeCategory(letter) is UnicodeCategory.Control or UnicodeCategory.Format;
}
