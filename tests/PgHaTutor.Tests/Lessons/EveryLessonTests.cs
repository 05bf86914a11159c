using PgHaTutor.Lessons;

namespace PgHaTutor.Tests.Lessons;

/// <summary>The course that comes with the program.</summary>
public sealed class EveryLessonTests
{
    [Fact]
    public void Every_lesson_of_the_course_is_without_problems()
    {
        var course = CourseReader.Read(Path.Combine(Repository.Root, "lessons"));

        Assert.Empty(course.Problems.Select(problem => problem.ToString()));
        Assert.NotEmpty(course.Lessons);
    }
}
