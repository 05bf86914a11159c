using System.Text.RegularExpressions;

namespace PgHaTutor.LabTests;

/// <summary>SETUP.md as its reader runs it: the <c>sh</c> blocks of each section, in their order.</summary>
internal sealed partial record SetupPage(string Variables, IReadOnlyList<SetupSection> Sections)
{
    /// <summary>The section whose first block names the variables that all others use.</summary>
    private const string First = "A shell for the rest";

    public static SetupPage Read()
    {
        var text = File.ReadAllText(Path.Combine(Repository(), "SETUP.md"));
        var sections = Headings().Split(text).Skip(1)
            .Select(part => new SetupSection(part.Split('\n')[0].Trim(), Blocks().Matches(part).Select(block => block.Groups[1].Value).ToList()))
            .Where(section => section.Blocks.Count > 0)
            .ToList();
        return new SetupPage(sections.Single(section => section.Title == First).Blocks[0], sections);
    }

    /// <summary>What a shell gets that runs one section: the variables first, as the page asks of every new shell.</summary>
    public string Script(SetupSection section) =>
        string.Join('\n', ["set -e", Variables, .. section.Title == First ? section.Blocks.Skip(1) : section.Blocks]);

    private static string Repository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "PgHaTutor.sln")))
            folder = folder.Parent ?? throw new InvalidOperationException($"No PgHaTutor.sln lies above {AppContext.BaseDirectory}.");
        return folder.FullName;
    }

    [GeneratedRegex("^#{2,3} ", RegexOptions.Multiline)]
    private static partial Regex Headings();

    [GeneratedRegex("^```sh\n(.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Blocks();
}

internal sealed record SetupSection(string Title, IReadOnlyList<string> Blocks);
