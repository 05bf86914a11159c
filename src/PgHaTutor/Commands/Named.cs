using System.Globalization;
using PgHaTutor.Labs;
using PgHaTutor.Lessons;
using PgHaTutor.Sessions;

namespace PgHaTutor.Commands;

/// <summary>Finds what the learner's words name; where nothing has that name, says the nearest one that has.</summary>
internal static class Named
{
    /// <summary>A lesson by its id, or by a part of it that no other lesson has.</summary>
    public static Lesson Lesson(Course course, string wanted)
    {
        if (course[wanted] is { } exact)
            return exact;
        var lessons = course.Lessons.ToList();
        var bySegment = lessons.Where(lesson => lesson.Id.Split('.').Contains(wanted)).ToList();
        var fitting = bySegment.Count > 0 ? bySegment : [.. lessons.Where(lesson => lesson.Id.Contains(wanted, StringComparison.OrdinalIgnoreCase))];
        return fitting switch
        {
            [var only] when wanted.Length > 0 => only,
            [] or _ when wanted.Length == 0 || fitting.Count == 0 => throw new UsageException(
                $"There is no lesson '{wanted}'.{Nearest(wanted, lessons.SelectMany(lesson => lesson.Id.Split('.').Skip(1).Prepend(lesson.Id)))} All of them: tutor list."
                + (course.Problems.Count > 0 ? $" The lesson files have {Count.Of(course.Problems.Count, "problem")}, which may be why: tutor lint." : "")),
            _ => throw new UsageException($"'{wanted}' may be {string.Join(" or ", fitting.Select(lesson => lesson.Id))}. Say more of it."),
        };
    }

    public static Step Step(Lesson lesson, string wanted) =>
        lesson.Steps.FirstOrDefault(step => step.Id == wanted)
        ?? throw new UsageException(lesson.Steps.Any()
            ? $"The lesson {lesson.Id} has no step '{wanted}'.{Nearest(wanted, lesson.Steps.Select(step => step.Id))} Its steps: {string.Join(", ", lesson.Steps.Select(step => step.Id))}."
            : $"{lesson.Title} is an exercise: it has no steps, so there is no '{wanted}'.");

    public static Node Node(Lab lab, string wanted) =>
        lab.Nodes.FirstOrDefault(node => node.Name == wanted)
        ?? throw new UsageException(
            $"The lab has no node '{wanted}'.{Nearest(wanted, lab.Nodes.Select(node => node.Name))} Its nodes: {string.Join(", ", lab.Nodes.Select(node => node.Name))}.");

    /// <summary>A major version that is installed; null where none was named.</summary>
    public static int? Version(string? wanted, IReadOnlyList<Installation> installed)
    {
        if (wanted is null)
            return null;
        var have = string.Join(", ", installed.Select(one => one.Major).Distinct());
        if (!int.TryParse(wanted, NumberStyles.None, CultureInfo.InvariantCulture, out var major))
            throw new UsageException($"--pg wants a major version such as {installed[0].Major}, not '{wanted}'; installed: {have}.");
        if (major < Installations.Oldest)
            throw new UsageException($"PostgreSQL {major} is too old for the lab, which begins with {Installations.Oldest}; installed: {have}.");
        return installed.Any(one => one.Major == major) ? major : throw new UsageException($"PostgreSQL {major} is not installed here; installed: {have}.");
    }

    /// <summary>The open lesson's lab.</summary>
    /// <exception cref="LabException">None stands.</exception>
    public static Player Lab(Session session) => session.Player ?? throw new LabException(WhyNone(session));

    private static string WhyNone(Session session)
    {
        if (session.Away is { } away)
            return $"Without {away.Target} nothing can be done with this lab. Once that can be used again, it goes on where it was; to begin anew elsewhere: tutor up {session.State.Lesson?.Id} --target T";
        if (session.State.Lesson is { } lesson)
            return $"The lab of {lesson.Id} is gone. Build it again: tutor up {lesson.Id}";
        return "No lab stands. Build one: tutor up LESSON (tutor list names them)."
            + (Targets.Unfinished(session.Home) is { Count: > 0 } left ? $" Of an earlier one something is left on {string.Join(" and ", left)}: tutor down removes it." : "");
    }

    internal static string Nearest(string wanted, IEnumerable<string> known) =>
        NearestName.Of(wanted, known) is { } nearest ? $" Did you mean {nearest}?" : "";
}
