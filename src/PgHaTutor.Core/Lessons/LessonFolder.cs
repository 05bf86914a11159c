using System.Security.Cryptography;
using System.Text;

namespace PgHaTutor.Lessons;

/// <summary>The files of one lesson on disk. Links are not followed: what they lead to may change, and may lead back.</summary>
internal static class LessonFolder
{
    /// <summary>In bytes; a picture beside a lesson is smaller.</summary>
    private const long LargestFile = 16 << 20;

    private static readonly EnumerationOptions Everything = new()
    {
        RecurseSubdirectories = true,
        MaxRecursionDepth = 5,
        IgnoreInaccessible = false,
        AttributesToSkip = 0,
    };

    /// <summary>The scripts that lie beside the lesson, by name.</summary>
    public static IReadOnlyList<string> Scripts(string folder) =>
        [.. Directory.EnumerateFiles(folder, "*.sh").Order(StringComparer.Ordinal)];

    /// <summary>SHA-256 over the names and contents of all files, in hexadecimal; null where one of them cannot be taken in.</summary>
    public static string? Hash(string folder, Report report)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in Files(folder))
        {
            if (file.LinkTarget is not null)
                return Refuse(report, file, "a link", "Put the file itself there.");
            if (file.Length > LargestFile)
                return Refuse(report, file, $"larger than {LargestFile >> 20} MiB", "Keep it elsewhere.");
            // Nothing is opened that has no length of its own: a pipe would keep us waiting for ever.
            var content = file.Length == 0 ? [] : File.ReadAllBytes(file.FullName);
            hash.AppendData(Encoding.UTF8.GetBytes($"{Path.GetRelativePath(folder, file.FullName)}\0{content.Length}\0"));
            hash.AppendData(content);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Files and links, by name; links to folders too, which the walk does not enter.</summary>
    private static IEnumerable<FileInfo> Files(string folder) => new System.IO.Enumeration.FileSystemEnumerable<FileInfo>(
            folder, (ref entry) => new FileInfo(entry.ToFullPath()), Everything)
        {
            ShouldIncludePredicate = (ref entry) => !entry.IsDirectory || entry.Attributes.HasFlag(FileAttributes.ReparsePoint),
            ShouldRecursePredicate = (ref entry) => !entry.Attributes.HasFlag(FileAttributes.ReparsePoint),
        }.OrderBy(file => file.FullName, StringComparer.Ordinal);

    private static string? Refuse(Report report, FileInfo file, string what, string mend)
    {
        report.Break(Position.Start, $"The file {file.Name} beside the lesson is {what}.", mend);
        return null;
    }
}
