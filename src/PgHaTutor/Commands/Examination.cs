using System.Net;
using System.Net.NetworkInformation;
using System.Runtime.InteropServices;
using PgHaTutor.Hosts;
using PgHaTutor.Labs;
using PgHaTutor.Lessons;
using PgHaTutor.Progress;
using PgHaTutor.Sessions;
using static PgHaTutor.Commands.DoctorDocument;

namespace PgHaTutor.Commands;

/// <summary>Looks at this machine as doctor does: each look for itself, so that one that fails does not hide the others.</summary>
internal sealed class Examination(string? courseFolder)
{
    private const long EnoughDisk = 1L << 30;

    private readonly List<Finding> _findings = [];

    public async Task<DoctorDocument> RunAsync(CancellationToken cancellationToken)
    {
        Ok("system", $"{(Remedy.Release("PRETTY_NAME") is { Length: > 0 } name ? name : RuntimeInformation.OSDescription)}, {RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant()}");
        Ok(".NET", RuntimeInformation.FrameworkDescription);
        var home = Home();
        var host = await HostAsync(cancellationToken);
        var installed = host is not null && home is not null ? await ServersAsync(new LocalSite(host, home.LabsDirectory), cancellationToken) : [];
        Ports();
        Disk(home);
        if (Find("tar") is { } tar)
            Ok("tar", tar);
        else
            Missing("tar", "not found; start states are unpacked by it", Remedy.For("tar"));
        Tool("tmux", "only some of the project's own tests need it");
        CourseFiles();

        var usable = _findings.All(finding => finding.Answer != "missing");
        return new DoctorDocument(
            usable, _findings,
            [.. installed.Select(one => new Postgres(one.Major, one.Version, one.BinDirectory))],
            [new Target("local", usable, usable ? "" : "see what is missing above")]);
    }

    private void Ok(string name, string found) => _findings.Add(new(name, "ok", found, null));

    private void Note(string name, string found, string? mend) => _findings.Add(new(name, "note", found, mend));

    private void Missing(string name, string found, string mend) => _findings.Add(new(name, "missing", found, mend));

    private TutorHome? Home()
    {
        try
        {
            var home = TutorHome.FromEnvironment();
            using var journal = Journal.Open(home.JournalFile, TimeProvider.System, out var repaired);
            Ok("home", home.Directory + (home.LabsDirectory.StartsWith(home.Directory, StringComparison.Ordinal) ? "" : $"; labs in {home.LabsDirectory}"));
            if (repaired is not null)
                Note("journal", repaired, null);
            if (journal.UnreadableLines > 0)
                Note("journal", $"{Count.Of(journal.UnreadableLines, "line")} of {home.JournalFile} cannot be read: damaged, or written by a newer tutor. They are kept and skipped.", null);
            if (Journal.FirstBrokenLine(home.JournalFile) is { } broken)
                Note("journal", $"Line {broken} of {home.JournalFile} does not carry the hash of the line before: one of the two was changed or is missing. Your progress is read from what is there.", null);
            return home;
        }
        catch (IOException unusable)
        {
            Missing("home", unusable.Message, "Set PGHATUTOR_HOME to a folder that you can write.");
            return null;
        }
    }

    private async Task<LocalHost?> HostAsync(CancellationToken cancellationToken)
    {
        try
        {
            var host = new LocalHost();
            var output = await host.RunAsync(new Script("id -un"), cancellationToken: cancellationToken);
            if (!output.Succeeded)
                throw new HostException(output.StandardError.Trim());
            Ok("servers' user", output.StandardOutput.Trim() + (Environment.IsPrivilegedProcess ? " (PostgreSQL refuses root)" : ""));
            return host;
        }
        catch (HostException refused)
        {
            Missing("servers' user", refused.Message, "Commands must run in bash as an unprivileged user.");
            return null;
        }
    }

    private async Task<IReadOnlyList<Installation>> ServersAsync(LocalSite site, CancellationToken cancellationToken)
    {
        var installed = await site.InstallationsAsync(cancellationToken);
        if (installed.Count == 0)
            Missing("PostgreSQL", "no server programs of version 13 or newer", $"{Remedy.ForServers}, or ./tutor --yes, which keeps the package from starting a cluster of its own");
        foreach (var folder in Installations.Useless(installed))
            Note(Installations.Named, $"{folder} has no server programs of version {Installations.Oldest} or newer that the servers' user can run",
                "Name the folder that has postgres, initdb, pg_ctl, pg_basebackup and psql in it, in a place that every user may enter.");
        foreach (var one in installed)
        {
            var lacking = new[] { "initdb", "pg_ctl", "psql", "pg_basebackup", "pg_verifybackup", "pg_rewind" }
                .Where(program => !File.Exists(Path.Combine(one.BinDirectory, program))).ToList();
            if (lacking.Count == 0)
                Ok($"PostgreSQL {one.Major}", $"{one.Version} in {one.BinDirectory}");
            else
                Note($"PostgreSQL {one.Major}", $"{one.Version} in {one.BinDirectory}, without {string.Join(", ", lacking)}", Remedy.ForServers);
        }
        return installed;
    }

    private void Ports()
    {
        var taken = IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Select(listener => listener.Port).ToHashSet();
        var foreign = new[] { 5432, 5433 }.Where(taken.Contains).ToList();
        var free = Enumerable.Range(PortBook.FirstPort, IPEndPoint.MaxPort - PortBook.FirstPort).Where(port => !taken.Contains(port)).Take(2).ToList();
        Ok("ports", foreign.Count > 0
            ? $"{string.Join(" and ", foreign)} in use, left alone; free from {free[0]} on"
            : $"5432 and 5433 are free, so is {free[0]} on");
    }

    private void Disk(TutorHome? home)
    {
        var folder = home?.LabsDirectory;
        while (folder is not null && !Directory.Exists(folder))
            folder = Path.GetDirectoryName(folder);
        if (folder is null)
            return;
        var free = new DriveInfo(folder).AvailableFreeSpace;
        var found = $"{free >> 20} MB free below {folder}";
        if (free >= EnoughDisk)
            Ok("disk", found);
        else
            Note("disk", found, "A lab takes about 100 MB for each node. Make room, or set PGHATUTOR_HOME to a folder on another disk.");
    }

    private void Tool(string name, string what)
    {
        if (Find(name) is { } path)
            Ok(name, path);
        else
            Note(name, $"not found; {what}", Remedy.For(name));
    }

    private static string? Find(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    private void CourseFiles()
    {
        try
        {
            var folder = CourseFolder.Find(courseFolder);
            var course = CourseReader.Read(folder.Path);
            if (course.Problems.Count == 0)
                Ok("course", $"{Count.Of(course.Lessons.Count(), "lesson")} in {folder.Path}");
            else
                Note("course", $"{Count.Of(course.Lessons.Count(), "lesson")} in {folder.Path}, {Count.Of(course.Problems.Count, "problem")}", "tutor lint tells them.");
        }
        catch (IOException none)
        {
            Missing("course", none.Message, "Start it by ./tutor of a checkout, or name a course: --course PATH.");
        }
    }
}
