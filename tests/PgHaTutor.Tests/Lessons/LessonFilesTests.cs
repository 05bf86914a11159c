using System.Diagnostics;
using PgHaTutor.Lessons;

namespace PgHaTutor.Tests.Lessons;

/// <summary>What may lie where a lesson should: it becomes a problem, and nothing is thrown, followed or waited for.</summary>
public sealed class LessonFilesTests : IDisposable
{
    private readonly LessonOnDisk _disk = new();

    [Fact]
    public void A_byte_that_is_not_UTF8_is_named_by_its_place() =>
        AssertProblem([.. "---\ntitle: caf"u8, 0xE9, .. "\n---\n"u8], "2:11: Here is a byte that is not UTF-8. Save the file as UTF-8.");

    [Fact]
    public void Binary_junk_is_no_text() =>
        AssertProblem([.. "\u007fELF\n"u8, 0, 1, 2], "2:1: This is no text: it holds a zero byte. Save the file as UTF-8 text.");

    [Fact]
    public void An_empty_file_is_said_to_be_empty() => AssertProblem([], "1:1: The file is empty. Write it, or remove it.");

    [Fact]
    public void A_huge_file_is_not_read() =>
        AssertProblem(new byte[2 << 20], "1:1: The file has 2048 KiB; 1024 are the most. Split it.");

    [Fact]
    public void A_missing_file_or_folder_is_a_problem()
    {
        Assert.StartsWith("The file cannot be read: ", CourseReader.ReadLesson(_disk.PathOf("no/lesson.md")).Problems.Single().What);
        Assert.StartsWith("The folder cannot be read: ", CourseReader.Read(_disk.PathOf("no")).Problems.Single().What);
        Assert.StartsWith("The folder cannot be read: ", CourseReader.Read(_disk.LessonFile).Problems.Single().What);
        Assert.Equal("There is no lesson in this folder.", CourseReader.Read(Directory.CreateDirectory(_disk.PathOf("empty")).FullName).Problems.Single().What);
    }

    [Fact]
    public void A_folder_that_leads_back_to_itself_is_not_followed()
    {
        File.CreateSymbolicLink(_disk.PathOf("02-loop"), _disk.Folder);
        File.CreateSymbolicLink(_disk.PathOf("01-one/01-lesson/loop"), _disk.Folder);

        var course = CourseReader.Read(_disk.Folder);

        Assert.Equal(["This folder is a link, and is not read.", "The file loop beside the lesson is a link."], course.Problems.Select(problem => problem.What));
        Assert.Equal(["some.exercise"], course.Lessons.Select(lesson => lesson.Id));
    }

    [Fact]
    public void A_lesson_that_is_a_link_is_not_read()
    {
        File.Move(_disk.LessonFile, _disk.PathOf("elsewhere.md"));
        File.CreateSymbolicLink(_disk.LessonFile, _disk.PathOf("elsewhere.md"));

        Assert.Equal("This is a link; what it leads to can change without notice.", CourseReader.ReadLesson(_disk.LessonFile).Problems.Single().What);
    }

    [Fact(Timeout = 20_000)]
    public async Task A_pipe_in_the_place_of_a_lesson_does_not_keep_me_waiting()
    {
        File.Delete(_disk.LessonFile);
        using var made = Process.Start("mkfifo", [_disk.LessonFile, _disk.PathOf("01-one/02-exercise/pipe")]);
        await made.WaitForExitAsync(TestContext.Current.CancellationToken);

        var course = await Task.Run(() => CourseReader.Read(_disk.Folder), TestContext.Current.CancellationToken);

        Assert.Contains(course.Problems, problem => problem.File == _disk.LessonFile && problem.What == "The file is empty.");
        Assert.Equal(["some.exercise"], course.Lessons.Select(lesson => lesson.Id));
    }

    [Theory]
    [InlineData("---\n[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\n---\n")]
    [InlineData("---\n? ? ? ? ? ? ? ? ? ? ? ? ? ? ? ? ? ? ? ? ? ? ? ?\n---\n")]
    [InlineData("---\n- - - - - - - - - - - - - - - - - - - - - - - - - - -\n---\n")]
    [InlineData("---\na: 1\n...\n---\n")]
    [InlineData("---\n%YAML 9.9\n---\n")]
    [InlineData("---\n---\n")]
    [InlineData("---\n- a\n---\n")]
    [InlineData("---")]
    [InlineData("text")]
    public void What_only_looks_like_a_lesson_is_a_problem(string text)
    {
        _disk.Write("01-one/01-lesson/lesson.md", text);

        var (lesson, problems) = CourseReader.ReadLesson(_disk.LessonFile);

        Assert.Null(lesson);
        Assert.NotEmpty(problems);
    }

    [Fact]
    public void Absurd_nesting_does_not_exhaust_the_stack()
    {
        foreach (var sign in new[] { "[", "{a: ", "> ", "- ", "(", "**a ", "`" })
        {
            var deep = string.Concat(Enumerable.Repeat(sign, 20_000));
            _disk.Write("01-one/01-lesson/lesson.md", $"---\na: {deep}\n---\n");
            Assert.NotEmpty(CourseReader.ReadLesson(_disk.LessonFile).Problems);
            _disk.Write("01-one/01-lesson/lesson.md", LessonOnDisk.Lesson + deep);
            _ = CourseReader.ReadLesson(_disk.LessonFile);
            _disk.Write("01-one/01-lesson/lesson.md", LessonOnDisk.Lesson.Replace("Write something.", deep).Replace("type: sql", $"type: {deep}"));
            Assert.NotEmpty(CourseReader.ReadLesson(_disk.LessonFile).Problems);
        }
    }

    /// <summary>Bounded and with a fixed seed: cut short, bytes changed, lines swapped or doubled.</summary>
    [Fact]
    public void Whatever_happens_to_a_lesson_reading_it_never_throws()
    {
        var random = new Random(20_240_229);
        var good = System.Text.Encoding.UTF8.GetBytes(LessonOnDisk.Lesson);
        for (var round = 0; round < 1500; round++)
        {
            File.WriteAllBytes(_disk.LessonFile, Spoilt(good, random));

            var (lesson, problems) = CourseReader.ReadLesson(_disk.LessonFile);

            Assert.True(lesson is not null || problems.Count > 0);
            Assert.All(problems, problem => Assert.True(problem is { Line: > 0, Column: > 0 }, problem.ToString()));
        }
    }

    public void Dispose() => _disk.Dispose();

    private static byte[] Spoilt(byte[] good, Random random)
    {
        if (random.Next(4) == 0)
            return good[..random.Next(good.Length)];
        if (random.Next(3) == 0)
        {
            var lines = System.Text.Encoding.UTF8.GetString(good).Split('\n');
            for (var i = random.Next(1, 4); i > 0; i--)
                lines[random.Next(lines.Length)] = lines[random.Next(lines.Length)];
            return System.Text.Encoding.UTF8.GetBytes(string.Join('\n', lines));
        }
        var bad = (byte[])good.Clone();
        const string likely = "\t\n\r \"'`{}[]:#>-&*!|%@~";
        for (var i = random.Next(1, 6); i > 0; i--)
            bad[random.Next(bad.Length)] = random.Next(3) == 0 ? (byte)random.Next(256) : (byte)likely[random.Next(likely.Length)];
        return bad;
    }

    private void AssertProblem(byte[] content, string expected)
    {
        File.WriteAllBytes(_disk.LessonFile, content);

        var (lesson, problems) = CourseReader.ReadLesson(_disk.LessonFile);

        Assert.Null(lesson);
        Assert.Equal($"{_disk.LessonFile}:{expected}", problems.Single().ToString());
    }
}
