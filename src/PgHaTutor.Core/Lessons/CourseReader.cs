namespace PgHaTutor.Lessons;

/// <summary>Reads a course folder. Never throws: what cannot be read becomes a problem, and the rest stays usable.</summary>
public static class CourseReader
{
    private const string LessonFile = "lesson.md";

    public static Course Read(string folder) => Read(folder, null);

    /// <summary>Reads one module alone. What its lessons need of other modules is not missed.</summary>
    public static Course ReadModule(string folder) => Read(folder, [folder]);

    private static Course Read(string folder, IReadOnlyList<string>? only)
    {
        var problems = new List<Problem>();
        var read = new List<ModuleFolder>();
        foreach (var module in only ?? Folders(folder, problems))
        {
            var lessons = Folders(module, problems)
                .Where(lesson => IsLesson(lesson, problems))
                .Select(lesson => LessonReader.Read(Path.Combine(lesson, LessonFile)))
                .ToList();
            if (lessons.Count > 0)
                read.Add(new ModuleFolder(module, lessons));
        }
        var good = CourseRules.Judge([.. read.SelectMany(module => module.Lessons)], isWhole: only is null);
        var modules = read
            .Select(module => new Module(Path.GetFileName(module.Path), Title(module.Path, problems), [.. module.Lessons.Where(good.Contains).Select(lesson => lesson.Lesson!)]))
            .ToList();
        if (read.Count == 0 && problems.Count == 0)
            problems.Add(new Problem(folder, 1, 1, "There is no lesson in this folder.", $"A lesson is NN-module/NN-lesson/{LessonFile}."));
        problems.AddRange(read.SelectMany(module => module.Lessons).SelectMany(lesson => lesson.Problems));
        return new Course(modules, problems);
    }

    /// <summary>Reads one lesson file; the lesson is null where too much of it is broken.</summary>
    public static (Lesson? Lesson, IReadOnlyList<Problem> Problems) ReadLesson(string file)
    {
        var reader = LessonReader.Read(file);
        return (reader.Lesson, reader.Problems);
    }

    /// <summary>A folder of pictures may stand among the lessons; one that is numbered as they are, or holds scripts, wants to be one.</summary>
    private static bool IsLesson(string folder, List<Problem> problems)
    {
        var file = Path.Combine(folder, LessonFile);
        if (File.Exists(file))
            return true;
        if (Directory.Exists(file))
            problems.Add(new Problem(file, 1, 1, $"{LessonFile} is a folder here.", "Write the lesson into a file of this name."));
        else if (char.IsAsciiDigit(Path.GetFileName(folder)[0]) || Directory.EnumerateFiles(folder, "*.sh").Any())
            problems.Add(new Problem(folder, 1, 1, $"There is no {LessonFile} in this folder.", "Write it, or remove the folder."));
        return false;
    }

    /// <summary>By name. Links are not followed: one may lead back to a folder above it.</summary>
    private static IReadOnlyList<string> Folders(string folder, List<Problem> problems)
    {
        try
        {
            var all = new DirectoryInfo(folder).EnumerateDirectories().Where(inner => !inner.Name.StartsWith('.')).OrderBy(inner => inner.Name, StringComparer.Ordinal).ToList();
            problems.AddRange(all.Where(inner => inner.LinkTarget is not null).Select(link => new Problem(
                link.FullName, 1, 1, "This folder is a link, and is not read.", "Put the folder itself here.")));
            return [.. all.Where(inner => inner.LinkTarget is null).Select(inner => Path.Combine(folder, inner.Name))];
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException or ArgumentException)
        {
            problems.Add(new Problem(folder, 1, 1, $"The folder cannot be read: {cause.Message.TrimEnd('.')}.", "Look whether it is there, and whether you may read it."));
            return [];
        }
    }

    /// <summary>A module without a page of its own is called as its folder.</summary>
    private static string Title(string module, List<Problem> problems)
    {
        var report = new Report(Path.Combine(module, "README.md"));
        if (!File.Exists(report.File))
            return Path.GetFileName(module);
        var heading = TextFile.Lines(report)?.FirstOrDefault(line => line.StartsWith("# ", StringComparison.Ordinal));
        if (heading is null && report.Problems.Count == 0)
            report.Blemish(Position.Start, "The module has no title.", "Begin the file with '# ' and the title.");
        problems.AddRange(report.Problems);
        return heading?[2..].Trim() ?? Path.GetFileName(module);
    }

    private sealed record ModuleFolder(string Path, IReadOnlyList<LessonReader> Lessons);
}
