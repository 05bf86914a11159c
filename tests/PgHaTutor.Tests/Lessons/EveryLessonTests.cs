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

    [Fact]
    public void The_guide_for_authors_names_every_kind_of_check_and_no_other()
    {
        var guide = File.ReadLines(Path.Combine(Repository.Root, "lessons", "README.md"));

        Assert.Equal(CheckReader.Types.Order(), guide.SkipWhile(line => !line.StartsWith("| type |")).Skip(2).TakeWhile(line => line.StartsWith('|')).Select(row => row.Split('`')[1]).Order());
    }

    [Fact]
    public void The_example_of_the_guide_is_a_good_front_matter()
    {
        var guide = File.ReadAllText(Path.Combine(Repository.Root, "lessons", "README.md"));
        var example = guide.Split("```yaml\n")[1].Split("```")[0];
        using var disk = new LessonOnDisk();
        disk.Write("01-one/01-lesson/lesson.md", example + LessonOnDisk.Lesson.Split("---\n")[2].Replace("from t", "from t where id > 0"));

        Assert.Empty(CourseReader.ReadLesson(disk.LessonFile).Problems);
    }
}
