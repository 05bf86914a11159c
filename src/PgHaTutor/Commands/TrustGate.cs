using PgHaTutor.Lessons;

namespace PgHaTutor.Commands;

/// <summary>A course that did not come with the program runs commands of its own: it is shown, and asked for once.</summary>
internal static class TrustGate
{
    /// <exception cref="IOException">It is not trusted.</exception>
    public static Task PassAsync(CourseFolder folder, Course course, Streams streams, CancellationToken cancellationToken) =>
        throw new IOException($"The course {folder.Path} did not come with the program, and its {course.Lessons.Count()} lessons would run commands on this machine.");

    public static void Trust(CourseFolder folder, Course course, Streams streams) =>
        throw new IOException($"The course {folder.Path} did not come with the program, and its {course.Lessons.Count()} lessons would run commands on this machine.");
}
