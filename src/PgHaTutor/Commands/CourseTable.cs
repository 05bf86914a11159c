using PgHaTutor.Lessons;
using PgHaTutor.Progress;
using PgHaTutor.Sessions;

namespace PgHaTutor.Commands;

/// <summary>The course as lines: modules, lessons, minutes, and how far the learner is.</summary>
internal static class CourseTable
{
    public static void Write(Streams streams, Course course, LearnerProgress progress)
    {
        var width = course.Lessons.Select(lesson => lesson.Id.Length).DefaultIfEmpty().Max();
        foreach (var module in course.Modules)
        {
            streams.Out.WriteLine(streams.Paint(Hue.Bold, module.Title));
            foreach (var lesson in module.Lessons)
            {
                var (done, of) = Done(lesson, progress);
                var (mark, hue) = of > 0 && done == of ? ("✔", Hue.Green) : progress.CurrentLesson == lesson.Id ? ("→", Hue.Yellow) : (" ", Hue.Quiet);
                streams.Out.WriteLine(
                    $"  {streams.Paint(hue, mark)} {lesson.Id.PadRight(width)}  {lesson.Kind.ToString().ToLowerInvariant(),-8}  {Minutes(lesson),3} min  {done,2} of {of,-2}  {lesson.Title}{Only(lesson)}");
            }
        }
        if (course.Problems.Count > 0)
            streams.Error.WriteLine($"The lesson files have {Count.Of(course.Problems.Count, "problem")}: tutor lint.");
    }

    /// <summary>How many of a lesson's checks have passed. A completed lesson stays whole, also after a reset.</summary>
    public static (int Done, int Of) Done(Lesson lesson, LearnerProgress progress)
    {
        var passed = progress[lesson.Id];
        var of = lesson.Checks.Count;
        return (passed.Completed ? of : lesson.Checks.Count(check => passed.Passed.Contains(check.Id)), of);
    }

    /// <summary>Which targets a lesson needs that does not run on all of them.</summary>
    private static string Only(Lesson lesson) => lesson.Targets.Contains("local") ? "" : $" (on {string.Join(" or ", lesson.Targets)})";

    public static int Minutes(Lesson lesson) =>
        lesson.Minutes.TryGetValue("local", out var local) ? local : lesson.Minutes.Values.FirstOrDefault();

    /// <summary>Where the learner goes on: the lesson that is open, else the first that is not completed.</summary>
    public static Lesson? Next(Course course, LearnerProgress progress) =>
        (progress.CurrentLesson is { } current ? course[current] : null)
        ?? course.Lessons.FirstOrDefault(lesson => !progress[lesson.Id].Completed)
        ?? course.Lessons.FirstOrDefault();

    /// <summary>The progress as the journal has it; a home that cannot be used costs the marks and not the list.</summary>
    public static LearnerProgress Progress(Streams streams)
    {
        try
        {
            using var journal = Journal.Open(TutorHome.FromEnvironment().JournalFile, TimeProvider.System, out var repaired);
            if (repaired is not null)
                streams.Error.WriteLine(repaired);
            if (journal.UnreadableLines > 0)
                streams.Error.WriteLine($"{Count.Of(journal.UnreadableLines, "line")} of the journal cannot be read, so the progress may lack something: tutor doctor.");
            return LearnerProgress.Of(journal.Events);
        }
        catch (IOException unusable)
        {
            streams.Error.WriteLine(unusable.Message);
            return LearnerProgress.Nothing;
        }
    }
}
