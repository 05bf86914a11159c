using System.Text.RegularExpressions;

namespace PgHaTutor.Tests;

/// <summary>The invariants of src/README.md that a machine can see.</summary>
public sealed partial class ArchitectureTests
{
    private static readonly Dictionary<string, string[]> MayUse = new()
    {
        ["Hosts"] = [],
        ["Ec2"] = ["Hosts"],
        ["Labs"] = ["Hosts"],
        ["Checks"] = ["Labs", "Hosts"],
        ["Lessons"] = ["Checks", "Labs", "Hosts"],
        ["Progress"] = [],
        ["Sessions"] = ["Lessons", "Checks", "Labs", "Hosts", "Progress"],
    };

    private static readonly Dictionary<string, string[]> LibraryHomes = new()
    {
        ["Amazon"] = ["Ec2"],
        ["CliWrap"] = ["Hosts"],
        ["Docker"] = ["Hosts"],
        ["DotNet.Testcontainers"] = ["Hosts"],
        ["Npgsql"] = ["Labs", "Checks"],
        ["Markdig"] = ["Lessons"],
        ["YamlDotNet"] = ["Lessons"],
        ["System.CommandLine"] = ["Commands"],
        ["Terminal.Gui"] = ["Ui"],
    };

    [Fact]
    public void Folders_look_right_and_never_left()
    {
        var wrong =
            from file in Repository.Sources("PgHaTutor.Core")
            let folder = FolderOf(file, "PgHaTutor.Core")
            from used in Imports(file)
            let name = used.StartsWith("PgHaTutor.", StringComparison.Ordinal) ? used["PgHaTutor.".Length..].Split('.')[0] : null
            where name is not null && name != folder && !MayUse[folder].Contains(name)
            select $"{folder} uses {name}: {file}";
        Assert.Empty(wrong);
    }

    [Fact]
    public void Each_library_belongs_to_its_folders()
    {
        var wrong =
            from project in new[] { "PgHaTutor.Core", "PgHaTutor" }
            from file in Repository.Sources(project)
            let folder = FolderOf(file, project)
            from used in Imports(file)
            from home in LibraryHomes
            where (used == home.Key || used.StartsWith(home.Key + ".", StringComparison.Ordinal)) && !home.Value.Contains(folder)
            select $"{folder} uses {home.Key}: {file}";
        Assert.Empty(wrong);
    }

    [Fact]
    public void No_source_file_names_a_lesson()
    {
        var ids = Directory.EnumerateFiles(Path.Combine(Repository.Root, "lessons"), "lesson.md", SearchOption.AllDirectories)
            .SelectMany(file => File.ReadLines(file).Take(30).Select(line => IdLine().Match(line)).Where(match => match.Success).Select(match => match.Groups[1].Value).Take(1))
            .ToList();
        var wrong =
            from file in Repository.Sources("PgHaTutor.Core").Concat(Repository.Sources("PgHaTutor"))
            let text = File.ReadAllText(file)
            from id in ids
            where text.Contains($"\"{id}\"")
            select $"{file} names {id}";
        Assert.NotEmpty(ids);
        Assert.Empty(wrong);
    }

    private static string FolderOf(string file, string project) =>
        Path.GetRelativePath(Path.Combine(Repository.Root, "src", project), file).Split('/')[0];

    private static IEnumerable<string> Imports(string file) =>
        File.ReadLines(file).Select(line => UsingLine().Match(line)).Where(match => match.Success).Select(match => match.Groups[1].Value);

    [GeneratedRegex(@"^(?:global )?using (?:static )?(?:\w+ = )?([\w.]+);")]
    private static partial Regex UsingLine();

    [GeneratedRegex(@"^id: *([\w.-]+)")]
    private static partial Regex IdLine();
}
