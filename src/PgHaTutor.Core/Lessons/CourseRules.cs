namespace PgHaTutor.Lessons;

/// <summary>What only a course as a whole can be asked: that ids are unique, and that what a lesson needs is there.</summary>
internal static class CourseRules
{
    /// <param name="isWhole">False where only a part of the course was read; what its lessons need may be in the rest.</param>
    /// <returns>The lessons that can be played.</returns>
    public static IReadOnlyList<LessonReader> Judge(IReadOnlyList<LessonReader> lessons, bool isWhole)
    {
        var byId = new Dictionary<string, LessonReader>();
        foreach (var lesson in lessons)
            if (lesson.FrontMatter?.Id is { } id && !byId.TryAdd(id.Text, lesson))
                lesson.Report.Break(id.TextAt, $"There is a lesson '{id.Text}' already: {byId[id.Text].Report.File}.", "Give this one another id.");
        var known = byId.Keys.ToList();
        foreach (var (id, lesson) in byId)
            foreach (var need in lesson.FrontMatter!.NeedsLessons)
                JudgeNeed(id, need, lesson);
        return [.. lessons.Where(lesson => lesson.Lesson is { } read && byId[read.Id] == lesson)];

        void JudgeNeed(string id, TextValue need, LessonReader lesson)
        {
            if (!byId.ContainsKey(need.Text) && !isWhole)
                return;
            if (!byId.ContainsKey(need.Text))
                lesson.Report.Blemish(need.TextAt, $"There is no lesson '{need.Text}' in this course.", Names.Mend(need.Text, known, "lessons"));
            else if (References.Circle(id, next => byId.GetValueOrDefault(next)?.FrontMatter?.NeedsLessons.Select(word => word.Text) ?? []) is { } circle && circle[1] == need.Text)
                lesson.Report.Blemish(need.TextAt, $"Nobody can begin here: {string.Join(" needs ", circle)}.", "Take one of them out.");
        }
    }
}
