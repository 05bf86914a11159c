using System.Collections.Immutable;

namespace PgHaTutor.Progress;

/// <summary>What follows from the journal: a fold over its events.</summary>
public sealed record LearnerProgress
{
    public static LearnerProgress Nothing { get; } = new();

    public string? Seed { get; init; }

    /// <summary>The lesson that was started last and not left; null where none.</summary>
    public string? CurrentLesson { get; init; }
    public IReadOnlyDictionary<string, LessonProgress> Lessons { get; init; } = ImmutableDictionary<string, LessonProgress>.Empty;

    public LessonProgress this[string lesson] => Lessons.GetValueOrDefault(lesson) ?? LessonProgress.NotStarted;

    public static LearnerProgress Of(IEnumerable<JournalEvent> events) =>
        events.Aggregate(Nothing, (progress, happened) => progress.After(happened));

    /// <summary>The progress once this has happened too: one step of the fold.</summary>
    public LearnerProgress After(JournalEvent happened)
    {
        if (happened is LearnerNamed named)
            return this with { Seed = Seed ?? named.Seed };
        if (happened.Lesson is not { } lesson)
            return this;

        var before = this[lesson];
        var after = before.After(happened);
        return this with
        {
            CurrentLesson = happened switch
            {
                LessonStarted => lesson,
                LessonLeft when CurrentLesson == lesson => null,
                _ => CurrentLesson,
            },
            Lessons = after == before ? Lessons : Lessons.ToImmutableDictionary().SetItem(lesson, after),
        };
    }
}
