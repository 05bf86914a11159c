using PgHaTutor.Commands;

namespace PgHaTutor.Tests.Commands;

public sealed class CourseFolderTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("pghatutor-course-").FullName;

    public CourseFolderTests()
    {
        foreach (var course in new[] { "checkout/lessons", "mine" })
        {
            Directory.CreateDirectory(Below(course));
            File.WriteAllText(Below($"{course}/README.md"), "# A course\n");
        }
        Directory.CreateDirectory(Below("checkout/artifacts/app"));
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void The_course_that_came_with_the_program_lies_beside_it_or_above() =>
        Assert.Equal(new CourseFolder(Below("checkout/lessons"), Shipped: true), Find(program: "checkout/artifacts/app"));

    [Fact]
    public void The_course_of_the_launcher_is_the_shipped_one_also_where_the_program_was_built_elsewhere() =>
        Assert.Equal(
            new CourseFolder(Below("checkout/lessons"), Shipped: true),
            Find(program: "elsewhere", environment: new() { ["PGHATUTOR_LAUNCHER"] = Below("checkout/tutor"), ["PGHATUTOR_LESSONS"] = Below("checkout/lessons") + "/" }));

    [Fact]
    public void A_course_that_I_name_wins_over_the_environment_and_is_not_the_shipped_one() =>
        Assert.Equal(
            new CourseFolder(Below("mine"), Shipped: false),
            Find(wanted: Below("mine"), program: "checkout", environment: new() { ["PGHATUTOR_LESSONS"] = Below("checkout/lessons") }));

    [Fact]
    public void A_folder_that_is_not_there_is_named() =>
        Assert.Contains(Below("none"), Assert.Throws<UsageException>(() => Find(wanted: Below("none"), program: "checkout")).Message);

    [Fact]
    public void Without_any_course_I_am_told_how_to_name_one() =>
        Assert.Contains("--course", Assert.Throws<IOException>(() => Find(program: "elsewhere")).Message);

    private CourseFolder Find(string? wanted = null, string program = "", Dictionary<string, string>? environment = null) =>
        CourseFolder.Find(wanted, name => environment?.GetValueOrDefault(name), Below(program));

    private string Below(string path) => Path.Combine(_root, path);
}
